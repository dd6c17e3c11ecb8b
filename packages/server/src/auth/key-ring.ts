// Whose key it is that a caller shows. Secrets are never kept: a key is found by the SHA-256 of what the caller shows.
import { hash } from 'node:crypto';
import { KeelsonError } from '@keelson/core';
import { type Identity, type KeyRecord, type Storage, systemClock } from '@keelson/engine';
import { type AddressList, parseAddresses } from './address-list.ts';
import { shapeOf } from './key-format.ts';

/** Whose a key is, and the bounds within which it is good. */
export interface KnownKey extends Identity {
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
  readonly addresses?: AddressList;
}

export interface KeyRing {
  /** `address` is where the caller is. Throws `authentication_failed`, or `permission_denied` for a wrong address. */
  identify(presented: string | undefined, address?: string): Identity;
  /** How old what it knows is, in whole milliseconds. */
  ageMs(): number;
}

export function hashKey(secret: string): string {
  return hash('sha256', secret);
}

/** Looked up in memory: what a caller must wait for is not here. */
export function createKeyRing(
  keys: ReadonlyMap<string, KnownKey>,
  now: () => number = systemClock.now,
): KeyRing {
  return {
    ageMs: () => 0,
    identify: (presented, address = '') => {
      if (presented === undefined) {
        throw new KeelsonError('authentication_failed', 'The request has no key.');
      }
      const known = keys.get(hashKey(presented));
      if (known === undefined) throw unknownKey(presented);
      if (known.expiresAt !== undefined && known.expiresAt <= now()) {
        throw new KeelsonError('authentication_failed', 'The key has expired.', {
          hint: 'Ask for a new one.',
        });
      }
      if (known.addresses !== undefined && !known.addresses.has(address)) {
        throw new KeelsonError('permission_denied', 'The key may not be used from this address.', {
          hint: 'Send the request from an address that the key allows, or ask for another key.',
        });
      }
      return known;
    },
  };
}

function unknownKey(presented: string): KeelsonError {
  if (shapeOf(presented) !== 'damaged') {
    return new KeelsonError('authentication_failed', 'The key is not known here.');
  }
  return new KeelsonError('authentication_failed', 'The key is damaged: a character was lost or changed.', {
    hint: 'Copy the whole key again: ks_, 22 characters, an underscore, 6 characters.',
  });
}

export function knownKey(key: KeyRecord): KnownKey {
  const { id, workspace, organisation, scopes, role, reach, models, profiles, addresses, expiresAt } = key;
  return {
    keyId: id,
    workspace,
    ...(organisation !== undefined && { organisation }),
    ...(scopes !== undefined && { scopes }),
    ...(role !== undefined && { role }),
    ...(reach !== undefined && { reach }),
    ...(models !== undefined && { models }),
    ...(profiles !== undefined && { profiles }),
    ...(addresses !== undefined && { addresses: parseAddresses(addresses) }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** Whoever has the first key runs the installation. */
const rights = { role: 'owner', reach: 'installation' } as const;

/** Stores the first key; a second time changes nothing. */
export async function keepBootstrapKey(
  { keys }: Pick<Storage, 'keys'>,
  secret: string,
  now: number,
): Promise<void> {
  const secretSha256 = hashKey(secret);
  const known = await keys.findBySecret(secretSha256);
  if (known !== undefined) {
    // One that was made before keys had roles.
    const isOld = known.id.startsWith('bootstrap-') && known.role === undefined;
    if (isOld) await keys.update(known.id, rights, now);
    return;
  }
  const key = { id: `bootstrap-${secretSha256.slice(0, 8)}`, workspace: 'default', name: 'bootstrap' };
  await keys
    .insert({ ...key, ...rights, secretSha256, prefix: secret.slice(0, 7), createdAt: now })
    .catch((error: unknown) => {
      // Another process of the same installation was first.
      if (!KeelsonError.is(error) || error.code !== 'conflict') throw error;
    });
}
