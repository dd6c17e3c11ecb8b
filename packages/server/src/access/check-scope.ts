// Refuses a caller whose key was made for other things. A key without scopes may do what keys may.
import { KeelsonError } from '@keelson/core';
import type { Identity } from '@keelson/engine';
import { type Permission, roleNamed, roles } from './permissions.ts';

/** Throws `permission_denied`. */
export function checkScope({ scopes, role }: Identity, permission: Permission): void {
  const allowed: readonly string[] = scopes ?? roles[roleNamed(role)];
  if (allowed.includes(permission)) return;
  throw new KeelsonError('permission_denied', `The key has not the scope \`${permission}\`.`, {
    hint: 'Use a key that was made for it.',
  });
}
