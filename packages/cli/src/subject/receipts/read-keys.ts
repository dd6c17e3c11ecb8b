/** Public keys out of a file that somebody trusts: as `keelson keys show` prints them in any form, or as a server gives them. */
import { createHash, createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  decodeEd25519,
  encodeEd25519,
  findKeyProblem,
  isJsonObject,
  type Json,
  KeelsonError,
  type ReceiptKey,
} from '@keelson/core';

export async function readTrustedKeys(path: string): Promise<readonly ReceiptKey[]> {
  const text = await readFile(path, 'utf8');
  if (text.includes('PRIVATE KEY')) {
    throw new KeelsonError('configuration_invalid', `\`${path}\` holds a private key.`, {
      hint: 'Give it public keys: `keelson keys show --format pem`.',
    });
  }
  const keys = text.trimStart().startsWith('-----BEGIN') ? readPems(text) : readJson(text).flatMap(readKey);
  const wrong = keys.findIndex((key) => findKeyProblem(key) !== undefined);
  if (keys.length > 0 && wrong === -1) return keys;
  throw new KeelsonError('configuration_invalid', `\`${path}\` holds no public keys of receipts.`, {
    hint: '`keelson keys show --json` prints them, also as PEM or JWK.',
  });
}

const pemForm = /-----BEGIN PUBLIC KEY-----[\s\S]*?-----END PUBLIC KEY-----/g;

function readPems(text: string): ReceiptKey[] {
  return [...text.matchAll(pemForm)].flatMap(([pem]) => {
    try {
      return fromBytes(createPublicKey(pem).export({ format: 'der', type: 'spki' }).subarray(-32), {});
    } catch {
      return [];
    }
  });
}

function readJson(text: string): readonly Json[] {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return [];
  }
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value)) return [];
  const inner = value.keys ?? value.data;
  return Array.isArray(inner) ? inner : [value];
}

function readKey(value: Json): ReceiptKey[] {
  if (!isJsonObject(value)) return [];
  if (isJsonObject(value.key)) return readKey(value.key);
  const { key_id, public_key, x, crv } = value;
  if (crv === 'Ed25519' && typeof x === 'string') {
    const bytes = decodeEd25519(`ed25519:${x}`, 32);
    return bytes === undefined ? [] : fromBytes(bytes, value);
  }
  return [{ key_id, public_key, ...periodOf(value) } as ReceiptKey];
}

function fromBytes(
  bytes: Uint8Array,
  value: { readonly valid_from?: Json; readonly valid_to?: Json },
): ReceiptKey[] {
  const key_id = createHash('sha256').update(bytes).digest('hex');
  return [{ key_id, public_key: encodeEd25519(bytes), ...periodOf(value) }];
}

/** Where no period is told, the key counts for all time. */
function periodOf({ valid_from, valid_to }: { readonly valid_from?: Json; readonly valid_to?: Json }) {
  return {
    valid_from: typeof valid_from === 'number' ? valid_from : 0,
    ...(typeof valid_to === 'number' && { valid_to }),
  };
}
