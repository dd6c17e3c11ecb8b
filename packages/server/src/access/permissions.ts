// What a caller may do, as a table: permissions are `resource:action`, roles are sets of them, and a grant gives a role or
// single permissions for one organisation or one workspace of it. Pure data and one question; who the caller is belongs to
// auth.
export const permissions = [
  'calls:create',
  'calls:read',
  // Prompts and answers: never part of reading calls.
  'calls.content:read',
  // Telling of calls that were made elsewhere.
  'calls.reported:create',
  // They hold prompts and answers as well.
  'conversations:read',
  'conversations:write',
  'models:read',
  'aliases:read',
  'aliases:write',
  'keys:read',
  'keys:write',
  'credentials:read',
  'credentials:write',
  'budgets:read',
  'budgets:write',
  'usage:read',
  'receipts:read',
  // Statements over many receipts, and receipts of others.
  'receipts:write',
  'cache:read',
  'cache:write',
  'alerts:read',
  'alerts:write',
  'flows:read',
  'flows:write',
  'runs:read',
  // Starting runs, ending them, and whatever else becomes of them.
  'runs:write',
  // Answering what a run asks a person.
  'runs:approve',
  // Payloads, results and what is asked to be approved: never part of reading runs.
  'runs.content:read',
  'settings:read',
  'settings:write',
  'workspaces:read',
  'workspaces:write',
  'members:read',
  'members:write',
  'organisation:read',
  'organisation:write',
  'audit:read',
] as const;

export type Permission = (typeof permissions)[number];

const contents: readonly Permission[] = ['calls.content:read', 'conversations:read', 'runs.content:read'];
const reads = permissions.filter(
  (permission) => permission.endsWith(':read') && !contents.includes(permission),
);
const nobodysButAdmins: readonly Permission[] = [
  'credentials:read',
  'members:read',
  'audit:read',
  'keys:read',
];

/** What each role may do. A key without scopes has the role `caller`. */
export const roles = {
  owner: permissions,
  admin: permissions.filter((permission) => permission !== 'organisation:write'),
  developer: [
    ...reads.filter((permission) => !nobodysButAdmins.includes(permission)),
    'calls:create',
    'calls.reported:create',
    ...contents,
    'conversations:write',
    'aliases:write',
    'keys:read',
    'keys:write',
    'cache:write',
    'flows:write',
    'runs:write',
    'runs:approve',
  ],
  analyst: reads.filter((permission) => !nobodysButAdmins.includes(permission)),
  billing: [
    'usage:read',
    'budgets:read',
    'budgets:write',
    'receipts:read',
    'receipts:write',
    'organisation:read',
    'workspaces:read',
  ],
  viewer: ['models:read', 'aliases:read', 'usage:read', 'workspaces:read', 'organisation:read'],
  /** Of a program that shares its aliases, tells of its calls and reads what was used, in its own workspace. */
  project: [
    'calls:create',
    'calls:read',
    'calls.reported:create',
    'conversations:read',
    'conversations:write',
    'models:read',
    'aliases:read',
    'aliases:write',
    'usage:read',
    'receipts:read',
    'receipts:write',
  ],
  caller: ['calls:create', 'models:read'],
} as const satisfies Record<string, readonly Permission[]>;

export type RoleName = keyof typeof roles;

/** Where something is, or where a grant holds. Without a workspace: the organisation, with all that is in it. */
export interface Scope {
  readonly organisation: string;
  readonly workspace?: string;
}

export interface Grant extends Scope {
  /** Of whoever runs the installation: in every organisation, whatever the grant names. */
  readonly isEverywhere?: boolean;
  readonly role?: RoleName;
  /** Permissions besides the role's. */
  readonly allow?: readonly Permission[];
}

const setsOfRoles: Readonly<Record<RoleName, ReadonlySet<Permission>>> = Object.fromEntries(
  Object.entries(roles).map(([name, allowed]) => [name, new Set<Permission>(allowed)]),
) as never;

/**
 * Whether any of the grants gives the permission there. A grant for a workspace gives nothing in another, and nothing of the
 * organisation itself; there is no grant that takes away.
 */
export function can(grants: readonly Grant[], permission: Permission, where: Scope): boolean {
  return grants.some((grant) => {
    if (grant.isEverywhere !== true) {
      if (grant.organisation !== where.organisation) return false;
      if (grant.workspace !== undefined && grant.workspace !== where.workspace) return false;
    }
    if (grant.role !== undefined && setsOfRoles[grant.role].has(permission)) return true;
    return grant.allow?.includes(permission) === true;
  });
}

export function isPermission(text: string): text is Permission {
  return (permissions as readonly string[]).includes(text);
}

function isRole(text: string): text is RoleName {
  return Object.hasOwn(roles, text);
}

/** How far a key reaches; its own workspace when left out. */
export const reaches = ['workspace', 'organisation', 'installation'] as const;

export interface GrantedKey extends Required<Scope> {
  readonly scopes?: readonly string[];
  readonly role?: string;
  readonly reach?: string;
}

/** What a key may do: its scopes where it has any, else what its role may, which is `caller` where it has none. */
export function grantsOfKey({ organisation, workspace, scopes, role, reach }: GrantedKey): readonly Grant[] {
  const where = reach === 'organisation' ? { organisation } : { organisation, workspace };
  const everywhere = reach === 'installation' ? { isEverywhere: true } : {};
  const allowed = scopes === undefined ? { role: roleNamed(role) } : { allow: scopes.filter(isPermission) };
  return [{ ...where, ...everywhere, ...allowed }];
}

/** Of a role that is not known any more, the least. */
export function roleNamed(role: string | undefined): RoleName {
  return role !== undefined && isRole(role) ? role : 'caller';
}
