/** What core's receipts need of a runtime, by Node's own cryptography. */
import { createPublicKey, hash, verify } from 'node:crypto';
import type { ReceiptCrypto } from '@keelson/core';

/** What stands before the 32 bytes of a public key in its SPKI form (RFC 8410). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

export const nodeCrypto: ReceiptCrypto = {
  sha256: (bytes) => hash('sha256', bytes, 'buffer'),
  sha256Text: (text) => hash('sha256', text, 'buffer'),
  verifySignature: ({ publicKey, message, signature }) => {
    const key = createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  },
};
