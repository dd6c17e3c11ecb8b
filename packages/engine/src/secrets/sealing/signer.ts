/**
 * Signs short texts that come back to us, so that nobody who can only write to the database can forge or change one: HMAC-SHA-256
 * by a key that is made of a master key for one purpose. `kh1.KEY.BYTES` says which master key that was.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { KeelsonError } from '@keelson/core';
import type { MasterKey } from './master-keys.ts';

export interface Signer {
  sign(text: string): string;
  /** By any of the keys, so that what an older one signed still holds while it is kept. */
  verify(text: string, signature: string): boolean;
}

const version = 'kh1';
const pattern = /^kh1\.([0-9a-f]{16})\.([\w-]{43})$/;
const keyBytes = 32;

/** Keys of two purposes have nothing to do with each other, and neither tells anything of the master key. */
export function createSigner(keys: readonly MasterKey[], purpose: string): Signer {
  const byId = new Map(keys.map(({ id, bytes }) => [id, derive(bytes, purpose)]));
  const writing = keys[0]?.id;
  if (writing === undefined) throw new KeelsonError('configuration_invalid', 'There is no master key.');
  const hmac = (id: string, text: string): Buffer =>
    createHmac('sha256', byId.get(id) as Buffer)
      .update(text)
      .digest();
  return {
    sign: (text) => `${version}.${writing}.${hmac(writing, text).toString('base64url')}`,
    verify: (text, signature) => {
      const [, id = '', bytes = ''] = pattern.exec(signature) ?? [];
      return byId.has(id) && timingSafeEqual(hmac(id, text), Buffer.from(bytes, 'base64url'));
    },
  };
}

function derive(bytes: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', bytes, '', `keelson ${purpose}`, keyBytes));
}
