// Several credentials for one provider: kept encrypted, chosen for each call, left alone when they are refused.
export type { CredentialContent } from './credential-content.ts';
export type { CredentialPool, Tenant, UsableCredential } from './credential-pool.ts';
export {
  type NewCredential,
  openProviderCredentials,
  type ProviderCredentials,
  type ProviderCredentialsSettings,
} from './provider-credentials.ts';
export type { Resealed } from './reseal.ts';
