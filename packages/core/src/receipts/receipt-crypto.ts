/**
 * The two operations that verification needs of a runtime. The portable ones work in every browser, edge runtime and Node;
 * where much is verified in Node, the engine's are several times faster.
 */
import { KeelsonError } from '../errors/index.ts';
import { sha256 } from '../json/index.ts';

export interface ReceiptCrypto {
  /** 32 bytes. The input may be used again as soon as it returns. */
  sha256(bytes: Uint8Array): Uint8Array;
  /** The same of a text's UTF-8, where the runtime does both at once faster. */
  sha256Text?(text: string): Uint8Array;
  /** Ed25519 (RFC 8032); the key has 32 bytes, the signature 64. */
  verifySignature(check: SignatureCheck): boolean | Promise<boolean>;
}

export interface SignatureCheck {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

export const portableCrypto: ReceiptCrypto = {
  sha256,
  verifySignature: async ({ publicKey, message, signature }) => {
    // Pages that were not opened by https have none.
    const subtle = crypto.subtle as typeof crypto.subtle | undefined;
    if (subtle === undefined) {
      throw new KeelsonError(
        'configuration_invalid',
        'This runtime offers no WebCrypto to check signatures with.',
        {
          hint: 'In a browser, open the page by https or from localhost.',
        },
      );
    }
    // Copies, because the types of browsers take no bytes that may be shared between threads.
    const key = await subtle.importKey('raw', new Uint8Array(publicKey), 'Ed25519', false, ['verify']);
    return subtle.verify('Ed25519', key, new Uint8Array(signature), new Uint8Array(message));
  },
};
