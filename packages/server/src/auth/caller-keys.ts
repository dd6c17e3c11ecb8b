// The life of callers' keys: made and shown once, rotated with an overlap, revoked. Who may do so is access's question.
import { KeelsonError } from '@keelson/core';
import type { KeyRecord, Storage } from '@keelson/engine';
import { parseAddresses } from './address-list.ts';
import { generateKey, prefixOf } from './key-format.ts';
import { hashKey } from './key-ring.ts';

export interface CallerKeyDeps {
  readonly storage: Pick<Storage, 'keys'>;
  readonly now: () => number;
  readonly newId: () => string;
  /** Gives unpredictable bytes. */
  readonly draw: (count: number) => Uint8Array;
}

export interface KeyRequest {
  readonly organisation?: string;
  readonly workspace: string;
  readonly name: string;
  readonly scopes?: readonly string[];
  readonly role?: string;
  readonly reach?: NonNullable<KeyRecord['reach']>;
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`). */
  readonly models?: readonly string[];
  /** Profiles of the lockfile, the usual one for its calls first. */
  readonly profiles?: readonly string[];
  readonly addresses?: readonly string[];
  readonly expiresAt?: number;
  /** The id of the key or person who makes it. */
  readonly by?: string;
}

/** The secret is here and nowhere else, ever. */
export interface IssuedKey {
  readonly secret: string;
  readonly key: Omit<KeyRecord, 'secretSha256'>;
}

export async function issueKey(
  { storage, now, newId, draw }: CallerKeyDeps,
  { by, ...asked }: KeyRequest,
): Promise<IssuedKey> {
  if (!/^[^\p{Cc}]{1,200}$/u.test(asked.name)) {
    throw new KeelsonError('invalid_request', 'The `name` of a key is empty, too long or has line breaks.', {
      details: { field: 'name' },
    });
  }
  if (asked.addresses !== undefined) parseAddresses(asked.addresses);
  if (asked.expiresAt !== undefined && asked.expiresAt <= now()) {
    throw new KeelsonError('invalid_request', 'A key would expire before it is made.', {
      details: { field: 'expiresAt' },
    });
  }
  const secret = generateKey(draw);
  const record: KeyRecord = {
    ...asked,
    id: newId(),
    secretSha256: hashKey(secret),
    prefix: prefixOf(secret),
    createdAt: now(),
    ...(by !== undefined && { createdBy: by }),
  };
  await storage.keys.insert(record);
  return { secret, key: withoutHash(record) };
}

const defaultOverlapMs = 24 * 3_600_000;

/** A new key that may do what the old one may; both are good until the overlap ends. */
export async function rotateKey(
  { storage, now, newId, draw }: CallerKeyDeps,
  id: string,
  { overlapMs = defaultOverlapMs, by }: { readonly overlapMs?: number; readonly by?: string } = {},
): Promise<IssuedKey> {
  const old = await storage.keys.find(id);
  if (old === undefined) throw new KeelsonError('not_found', `There is no key \`${id.slice(0, 64)}\`.`);
  const secret = generateKey(draw);
  const at = now();
  const { lastUsedAt: _, revokedAt: __, createdBy: ___, ...kept } = old;
  const successor: KeyRecord = {
    ...kept,
    id: newId(),
    secretSha256: hashKey(secret),
    prefix: prefixOf(secret),
    createdAt: at,
    rotatedFrom: id,
    ...(by !== undefined && { createdBy: by }),
  };
  await storage.keys.rotate(id, { successor, overlapUntil: at + Math.max(overlapMs, 0), at });
  return { secret, key: withoutHash(successor) };
}

function withoutHash({ secretSha256: _, ...shown }: KeyRecord): IssuedKey['key'] {
  return shown;
}
