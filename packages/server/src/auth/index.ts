// Who calls: the key that a request shows, and whose it is. What that caller may do is access's question.
export { readBootstrapKey } from './bootstrap-key.ts';
export { createKeyRing, hashKey, keepBootstrapKey, type KeyRing, loadKeyRing } from './key-ring.ts';
export { presentedKey } from './presented-key.ts';
