/** A public key in the forms in which others take it: PEM, and a JSON Web Key. */
import { createPublicKey } from 'node:crypto';
import type { ReceiptKey } from '@keelson/core';

export interface PublicKeyForms {
  readonly pem: string;
  readonly jwk: {
    readonly kty: 'OKP';
    readonly crv: 'Ed25519';
    readonly x: string;
    readonly kid: string;
    readonly use: 'sig';
    readonly alg: 'EdDSA';
  };
}

export function publicKeyForms({ key_id, public_key }: ReceiptKey): PublicKeyForms {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: public_key.slice('ed25519:'.length) } as const;
  const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  return { pem: String(pem), jwk: { ...jwk, kid: key_id, use: 'sig', alg: 'EdDSA' } };
}
