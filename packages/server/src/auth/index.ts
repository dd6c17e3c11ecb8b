// Who calls: the key that a request shows, and whose it is. What that caller may do is access's question.
export { readBootstrapKey } from './bootstrap-key.ts';
export { type IssuedKey, issueKey, rotateKey } from './caller-keys.ts';
export { createKeyRing, hashKey, type KeyRing, keepBootstrapKey, loadKeyRing } from './key-ring.ts';
export { presentedKey } from './presented-key.ts';
