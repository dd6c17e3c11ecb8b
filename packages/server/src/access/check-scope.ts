// Refuses a caller whose key was made for other things. A key without scopes may do what keys may.
import { KeelsonError } from '@keelson/core';
import type { Identity } from '@keelson/engine';
import { type Permission, roles } from './permissions.ts';

const withoutScopes: readonly string[] = roles.caller;

/** Throws `permission_denied`. */
export function checkScope({ scopes = withoutScopes }: Identity, permission: Permission): void {
  if (scopes.includes(permission)) return;
  throw new KeelsonError('permission_denied', `The key has not the scope \`${permission}\`.`, {
    hint: 'Use a key that was made for it.',
  });
}
