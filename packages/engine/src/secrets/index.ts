// Values that must not be shown: the type that holds them, the places they come from, and how they are encrypted at rest.
// Who may use a secret is decided elsewhere, and no connection is opened here.
export type { Ask, Reach } from './ask.ts';
export { redactError } from './redact-error.ts';
export { Redactor } from './redactor.ts';
export { isReference, parseReference } from './reference.ts';
export { createSecretResolver, resolveSecret, type SecretResolver } from './resolve-secret.ts';
export { generateMasterKey, parseMasterKeys } from './sealing/master-keys.ts';
export { type MasterKeyPlace, readMasterKeys } from './sealing/read-master-keys.ts';
export { createSealer, type SealedPlace, type Sealer } from './sealing/sealer.ts';
export { createSigner, type Signer } from './sealing/signer.ts';
export { Secret } from './secret.ts';
export type { SecretSources } from './secret-source.ts';
export { secretSourcesFromEnvironment } from './sources-from-environment.ts';
export {
  type ReceivedWebhook,
  signWebhook,
  verifyWebhook,
  type WebhookCheck,
  type WebhookHeaders,
  type WebhookMessage,
  type WebhookVerdict,
} from './webhook-signature.ts';
