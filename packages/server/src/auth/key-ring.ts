// Whose key it is that a caller shows. Secrets are never kept: a key is found by the SHA-256 of what the caller shows.
import { hash } from 'node:crypto';
import { KeelsonError } from '@keelson/core';
import type { Identity, Storage } from '@keelson/engine';

export interface KeyRing {
  /** Throws `authentication_failed`. */
  identify(presented: string | undefined): Identity;
}

export function hashKey(secret: string): string {
  return hash('sha256', secret);
}

/** Looked up in memory: what a caller must wait for is not here. */
export function createKeyRing(identities: ReadonlyMap<string, Identity>): KeyRing {
  return {
    identify: (presented) => {
      if (presented === undefined) {
        throw new KeelsonError('authentication_failed', 'The request has no key.');
      }
      const identity = identities.get(hashKey(presented));
      if (identity !== undefined) return identity;
      throw new KeelsonError('authentication_failed', 'The key is not known here.');
    },
  };
}

/** The keys that are stored and still good. */
export async function loadKeyRing(storage: Pick<Storage, 'keys'>, now: number): Promise<KeyRing> {
  const keys = await storage.keys.list();
  const good = keys.filter(
    ({ revokedAt, expiresAt = Infinity }) => revokedAt === undefined && expiresAt > now,
  );
  return createKeyRing(
    new Map(good.map(({ id, workspace, secretSha256 }) => [secretSha256, { keyId: id, workspace }])),
  );
}

/** Stores the first key; a second time changes nothing. */
export async function keepBootstrapKey(
  { keys }: Pick<Storage, 'keys'>,
  secret: string,
  now: number,
): Promise<void> {
  const secretSha256 = hashKey(secret);
  if ((await keys.findBySecret(secretSha256)) !== undefined) return;
  const key = { id: `bootstrap-${secretSha256.slice(0, 8)}`, workspace: 'default', name: 'bootstrap' };
  await keys
    .insert({ ...key, secretSha256, prefix: secret.slice(0, 7), createdAt: now })
    .catch((error: unknown) => {
      // Another process of the same installation was first.
      if (!KeelsonError.is(error) || error.code !== 'conflict') throw error;
    });
}
