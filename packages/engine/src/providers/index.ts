// Vendors as forms, and the way of bytes to them and back. Wire formats do not belong here; they are core's dialects.
export { isMetadataHost, refusedAddressCode } from './address-guard.ts';
export { checkCredential } from './check-credential.ts';
export { checkProvider, type ProviderCheck } from './check-provider.ts';
export { checkProviders } from './check-providers.ts';
export {
  type CredentialContent,
  type NewCredential,
  openProviderCredentials,
  type ProviderCredentials,
  type ProviderCredentialsSettings,
  type Resealed,
} from './credentials/index.ts';
export {
  type CredentialSurroundings,
  openCredentialsFromEnvironment,
} from './credentials-from-environment.ts';
export { isProviderMeant } from './environment/index.ts';
export { createDocumentFetch, type FetchDocument } from './fetch-document.ts';
export { providerForms } from './forms/index.ts';
export { isInside, meansInside, refuseInside } from './inside-address.ts';
export { createProvider, type Provider, type ProviderCall, type Speech } from './provider.ts';
export { checkProviderConfig, type ProviderConfig } from './provider-config.ts';
export type { ChatSpeech, ProviderForm } from './provider-form.ts';
export { ProviderTable } from './provider-table.ts';
export { providersFromEnvironment, readProxies } from './providers-from-environment.ts';
export { createSecretReach, type SecretReach, type SecretReachSettings } from './secret-reach.ts';
export { signerFromEnvironment } from './signer-from-environment.ts';
export {
  type ConnectionSettings,
  chooseProxy,
  isRefusal,
  isSuccess,
  isTooMany,
  type ProxySettings,
  type ReplyHandler,
  type ReplyHeaders,
  type Sending,
  type Timeouts,
  Transport,
} from './transport/index.ts';
