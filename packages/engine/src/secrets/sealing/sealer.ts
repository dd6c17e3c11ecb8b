/**
 * Encryption of single values at rest: AES-256-GCM under a master key, bound to the row and field they stand in, so that a
 * value which is changed or moved elsewhere is refused. The text of a sealed value says which version of this format and
 * which key it needs: `ks1.KEY.BYTES`, the bytes being nonce, encrypted value and tag in base64url.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { KeelsonError } from '@keelson/core';
import type { Random } from '../../observability/index.ts';
import { Secret } from '../secret.ts';
import type { MasterKey } from './master-keys.ts';

/** Where a value stands. A sealed value opens nowhere else. */
export interface SealedPlace {
  readonly table: string;
  readonly row: string;
  readonly field: string;
}

export interface Sealer {
  /** Of the key that writes. */
  readonly keyId: string;
  knows(keyId: string): boolean;
  seal(value: Secret, place: SealedPlace): string;
  /** Throws `configuration_invalid`, which names the place and nothing of the value. */
  open(sealed: string, place: SealedPlace): Secret;
}

const version = 'ks1';
const nonceBytes = 12;
const tagBytes = 16;
const pattern = /^ks1\.([0-9a-f]{16})\.([\w-]+)$/;

export function createSealer(keys: readonly MasterKey[], random: Pick<Random, 'bytes'>): Sealer {
  const byId = new Map(keys.map((key) => [key.id, key.bytes]));
  const [writing] = keys;
  if (writing === undefined) throw new KeelsonError('configuration_invalid', 'There is no master key.');
  return {
    keyId: writing.id,
    knows: (keyId) => byId.has(keyId),
    seal: (value, place) => {
      const nonce = random.bytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', writing.bytes, nonce, { authTagLength: tagBytes });
      cipher.setAAD(bindingOf(writing.id, place));
      const bytes = [nonce, cipher.update(value.reveal(), 'utf8'), cipher.final(), cipher.getAuthTag()];
      return `${version}.${writing.id}.${Buffer.concat(bytes).toString('base64url')}`;
    },
    open: (sealed, place) => openSealed(sealed, place, byId),
  };
}

function openSealed(sealed: string, place: SealedPlace, keys: ReadonlyMap<string, Uint8Array>): Secret {
  const [, keyId = '', text = ''] = pattern.exec(sealed) ?? [];
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < nonceBytes + tagBytes) throw unreadable(place, 'is not one that was encrypted here');
  const key = keys.get(keyId);
  if (key === undefined)
    throw unreadable(place, `was encrypted with the master key ${keyId}, which is not here`);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(bindingOf(keyId, place));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    const opened = [decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()];
    return new Secret(Buffer.concat(opened).toString('utf8'));
  } catch (cause) {
    throw unreadable(place, 'has been changed, or belongs to another row', cause);
  }
}

/** Of everything around the value that must not change. */
function bindingOf(keyId: string, { table, row, field }: SealedPlace): Uint8Array {
  return Buffer.from(JSON.stringify(['keelson', version, keyId, table, row, field]));
}

function unreadable({ table, row, field }: SealedPlace, what: string, cause?: unknown): KeelsonError {
  return new KeelsonError('configuration_invalid', `The value of \`${field}\` in ${table} ${row} ${what}.`, {
    hint: 'Give Keelson the master key that wrote it, beside the new one; or store the value anew.',
    ...(cause !== undefined && { cause }),
  });
}
