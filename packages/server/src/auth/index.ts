// Who calls: the key that a request shows, and whose it is. What that caller may do is access's question.
export { createAddressCount } from './address-count.ts';
export { createAuthFailures } from './auth-failures.ts';
export { readBootstrapKey } from './bootstrap-key.ts';
export { type CallerKeyDeps, type IssuedKey, issueKey, rotateKey } from './caller-keys.ts';
export { createKeyRing, hashKey, type KeyRing, keepBootstrapKey } from './key-ring.ts';
export { type LiveKeyRing, openKeyRing } from './live-key-ring.ts';
export { createRefusalNote, type NoteRefusal } from './note-refusal.ts';
export { activateKey, prepareKey } from './prepare-key.ts';
export { presentedKey } from './presented-key.ts';
