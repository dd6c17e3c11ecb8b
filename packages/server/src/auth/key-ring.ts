// Whose key it is that a caller shows. Secrets are never kept: a key is found by the SHA-256 of what the caller shows.
import { hash } from 'node:crypto';
import { KeelsonError } from '@keelson/core';
import type { Identity } from '@keelson/engine';

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
