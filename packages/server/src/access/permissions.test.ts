// The table of permissions: what roles may, where grants hold, and that nothing is given by accident.
import { describe, expect, test } from 'vitest';
import {
  can,
  checkScope,
  type Grant,
  grantsOfKey,
  isPermission,
  permissions,
  type RoleName,
  roles,
} from './index.ts';

const here = { organisation: 'acme', workspace: 'research' };
const names = Object.keys(roles) as RoleName[];
const may = (role: RoleName, permission: (typeof permissions)[number]): boolean =>
  can([{ organisation: 'acme', role }], permission, here);

test('who may do what', () => {
  const table = Object.fromEntries(
    names.map((role) => [role, permissions.filter((permission) => may(role, permission)).length]),
  );
  expect(table).toEqual({
    owner: 37,
    admin: 36,
    developer: 26,
    analyst: 13,
    billing: 7,
    viewer: 5,
    project: 11,
    caller: 2,
  });
});

test.each<[RoleName, readonly (typeof permissions)[number][]]>([
  ['admin', ['organisation:write']],
  ['developer', ['credentials:read', 'credentials:write', 'members:write', 'budgets:write', 'audit:read']],
  [
    'analyst',
    [
      'conversations:read',
      'calls.content:read',
      'calls:create',
      'keys:read',
      'credentials:read',
      'audit:read',
      'runs.content:read',
      'runs:write',
      'runs:approve',
    ],
  ],
  ['billing', ['calls:read', 'calls.content:read', 'calls:create', 'keys:write', 'runs:read']],
  ['viewer', ['calls:read', 'calls:create', 'keys:read', 'runs:read']],
  [
    'project',
    [
      'calls.content:read',
      'keys:read',
      'keys:write',
      'budgets:write',
      'settings:read',
      'audit:read',
      'flows:read',
      'flows:write',
      'runs:write',
    ],
  ],
  [
    'caller',
    [
      'calls:read',
      'calls.reported:create',
      'conversations:write',
      'aliases:write',
      'keys:read',
      'usage:read',
      'calls.content:read',
      'flows:read',
      'runs:read',
      'runs:write',
    ],
  ],
])('%s may not', (role, forbidden) => {
  for (const permission of forbidden) expect(may(role, permission), permission).toBe(false);
});

test('only owners, admins and developers see prompts and answers of calls; projects those that they keep themselves', () => {
  expect(names.filter((role) => may(role, 'calls.content:read'))).toEqual(['owner', 'admin', 'developer']);
  expect(names.filter((role) => may(role, 'runs.content:read'))).toEqual(['owner', 'admin', 'developer']);
  expect(names.filter((role) => may(role, 'conversations:read'))).toEqual([
    'owner',
    'admin',
    'developer',
    'project',
  ]);
});

describe('where', () => {
  const owner: Grant = { organisation: 'acme', role: 'owner' };
  const inOne: Grant = { ...here, role: 'owner' };

  test('a grant for an organisation holds in all of it, and in no other', () => {
    expect(can([owner], 'keys:write', here)).toBe(true);
    expect(can([owner], 'keys:write', { organisation: 'acme' })).toBe(true);
    expect(can([owner], 'keys:write', { ...here, organisation: 'other' })).toBe(false);
  });

  test('a grant for a workspace holds in that one, not in another and not for the organisation', () => {
    expect(can([inOne], 'keys:write', here)).toBe(true);
    expect(can([inOne], 'keys:write', { organisation: 'acme', workspace: 'sales' })).toBe(false);
    expect(can([inOne], 'organisation:write', { organisation: 'acme' })).toBe(false);
    expect(can([inOne], 'keys:write', { organisation: 'other', workspace: 'research' })).toBe(false);
  });

  test('several grants add up; none gives nothing', () => {
    const both: Grant[] = [
      { ...here, role: 'viewer' },
      { organisation: 'acme', allow: ['audit:read'] },
    ];
    expect([
      can(both, 'audit:read', here),
      can(both, 'usage:read', here),
      can(both, 'keys:read', here),
    ]).toEqual([true, true, false]);
    expect(permissions.some((permission) => can([], permission, here))).toBe(false);
    expect(permissions.some((permission) => can([{ ...here }], permission, here))).toBe(false);
  });
});

test('a key may what its scopes say, in its workspace; without scopes it may call', () => {
  const plain = grantsOfKey(here);
  expect(permissions.filter((permission) => can(plain, permission, here))).toEqual([
    'calls:create',
    'models:read',
  ]);
  const scoped = grantsOfKey({ ...here, scopes: ['usage:read', 'toString', '*', 'nonsense:read'] });
  expect(permissions.filter((permission) => can(scoped, permission, here))).toEqual(['usage:read']);
  expect(can(scoped, 'usage:read', { organisation: 'acme' })).toBe(false);
  expect(
    permissions.filter((permission) => can(grantsOfKey({ ...here, scopes: [] }), permission, here)),
  ).toEqual([]);
});

test('permissions are resource:action, each once', () => {
  expect(new Set(permissions).size).toBe(permissions.length);
  for (const permission of permissions)
    expect(permission).toMatch(/^[a-z]+(\.[a-z]+)?:(read|write|create|approve)$/);
  expect(isPermission('calls:create')).toBe(true);
  expect(isPermission('constructor')).toBe(false);
});

test('a key that was made for other things is refused', () => {
  const key = { keyId: 'k', workspace: 'w' };
  checkScope(key, 'calls:create');
  checkScope({ ...key, scopes: ['calls:create', 'usage:read'] }, 'usage:read');
  const denied = expect.objectContaining({ code: 'permission_denied' });
  expect(() => checkScope(key, 'usage:read')).toThrow(denied);
  expect(() => checkScope({ ...key, scopes: [] }, 'calls:create')).toThrow(denied);
  expect(() => checkScope({ ...key, scopes: ['models:read'] }, 'calls:create')).toThrow(denied);
});
