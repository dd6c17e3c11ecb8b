// Keys of callers: made and shown once, changed, rotated with an overlap, revoked at once. Nobody makes a key that may do more
// than whoever makes it.
import { KeelsonError } from '@keelson/core';
import type { KeyChange, KeyRecord, Storage } from '@keelson/engine';
import {
  grantsOfKey,
  isPermission,
  type Permission,
  permissions,
  reaches,
  roles,
} from '../../access/index.ts';
import { type CallerKeyDeps, issueKey, type LiveKeyRing, rotateKey } from '../../auth/index.ts';
import {
  type AnyApiRoute,
  type ApiCall,
  decodeCursor,
  encodeCursor,
  integer,
  limitOf,
  list,
  nullable,
  object,
  oneOf,
  optional,
  pageFields,
  pageOf,
  route,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import { defined } from './defined.ts';
import { timeOf, toOptionalTime, toTime } from './times.ts';

export interface KeyRoutesDeps extends CallerKeyDeps {
  readonly storage: Pick<Storage, 'keys' | 'tenants'>;
  readonly ring: Pick<LiveKeyRing, 'refresh'>;
}

const chapter = 'Keys';
const roleNames = Object.keys(roles) as (keyof typeof roles)[];
const states = ['active', 'revoked', 'expired'] as const;

const name = text('What people call it.', { least: 1 });
const scopes = list('What it may do; in place of a role.', oneOf('A permission.', permissions));
const role = oneOf('What it may do, by the name of a role; `caller` where there are no scopes.', roleNames);
const models = list(
  'Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out.',
  text('A name.', { least: 1 }),
);
const profiles = list(
  'Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out.',
  text('A profile.', { least: 1 }),
);
const addresses = list(
  'Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out.',
  text('An address or a range.', { least: 1, most: 64 }),
);

export const keySchema = object({
  id: text('What it is called in addresses and records.'),
  name,
  organisation: text('Whose it is.'),
  workspace: text('Where its calls are recorded.'),
  prefix: text('How it begins.'),
  state: oneOf('Whether it is good.', states),
  scopes: optional(scopes),
  role: optional(text('The role, where it has no scopes.')),
  reach: oneOf('How far it reaches.', reaches),
  models: optional(models),
  profiles: optional(profiles),
  addresses: optional(addresses),
  created_at: time('When it was made.'),
  created_by: optional(text('The key that made it.')),
  expires_at: optional(time('From when on it is refused.')),
  revoked_at: optional(time('Since when it is refused.')),
  last_used_at: optional(time('When it was last used, to some ten seconds.')),
  rotated_from: optional(text('The key in whose place it came.')),
});
const issued = object({ secret: text('Shown now and never again.'), key: keySchema });

const newKey = object({
  name,
  scopes: optional(scopes),
  role: optional(role),
  reach: optional(oneOf('How far it reaches; `workspace` when left out.', reaches)),
  models: optional(models),
  profiles: optional(profiles),
  addresses: optional(addresses),
  expires_at: optional(time('From when on it is refused; never when left out.')),
});
const change = object({
  name: optional(name),
  scopes: optional(nullable(scopes)),
  role: optional(nullable(role)),
  models: optional(nullable(models)),
  profiles: optional(nullable(profiles)),
  addresses: optional(nullable(addresses)),
  expires_at: optional(nullable(time('From when on it is refused; null for never.'))),
});
const question = object({
  ...pageFields(['created_at', '-created_at']),
  state: optional(oneOf('Only those that are so.', states)),
  search: optional(text('Only those with this in their name.')),
});
const mostOverlapSeconds = 30 * 86_400;
const rotation = object({
  overlap_seconds: optional(
    integer('How long both are good; a day when left out, 0 for at once.', {
      least: 0,
      most: mostOverlapSeconds,
    }),
  ),
});

export function keyRoutes(deps: KeyRoutesDeps): readonly AnyApiRoute[] {
  return [listKeys(deps), createKey(deps), getKey(deps), updateKey(deps), replaceKey(deps), revokeKey(deps)];
}

function listKeys({ storage, now }: KeyRoutesDeps): AnyApiRoute {
  return route({
    name: 'listKeys',
    method: 'GET',
    path: '/keys',
    chapter,
    summary: 'Keys, in the order of their making',
    permission: 'keys:read',
    query: question,
    answer: pageOf('Keys.', keySchema),
    example: { query: { state: 'active', limit: 10 } },
    handle: async ({ query, where }) => {
      const { sort, state, search, cursor } = query;
      const [createdAt, id] = decodeCursor(cursor, ['number', 'string']) ?? [];
      const { keys, next } = await storage.keys.page({
        ...where,
        ...(state !== undefined && { state }),
        ...(search !== undefined && { search }),
        ...(id !== undefined && createdAt !== undefined && { after: { createdAt, id } }),
        now: now(),
        newestFirst: sort === '-created_at',
        limit: limitOf(query),
      });
      const place = next === undefined ? null : encodeCursor([next.createdAt, next.id]);
      return { data: keys.map((one) => showKey(one, now())), next_cursor: place };
    },
  });
}

function createKey(deps: KeyRoutesDeps): AnyApiRoute {
  const { storage, ring, now } = deps;
  return route({
    name: 'createKey',
    method: 'POST',
    path: '/keys',
    chapter,
    summary: 'Makes a key',
    description:
      'Its secret is in this answer and nowhere else. A key may do no more than the one that makes it.',
    permission: 'keys:write',
    body: newKey,
    answer: issued,
    isMaking: true,
    action: 'keys.create',
    example: { body: { name: 'a service', models: ['fast'], expires_at: '2099-01-01T00:00:00Z' } },
    handle: async (call) => {
      const { organisation, workspace = call.caller.workspace } = call.where;
      const { body } = call;
      await checkWorkspace(storage, organisation, workspace);
      checkRights({ ...body, organisation, workspace }, call);
      const { secret, key: made } = await issueKey(deps, {
        ...definedKey(body),
        organisation,
        workspace,
        name: body.name,
        by: call.caller.keyId,
      });
      await ring.refresh();
      return { secret, key: showKey(made, now()) };
    },
  });
}

function getKey({ storage, now }: KeyRoutesDeps): AnyApiRoute {
  return route({
    name: 'getKey',
    method: 'GET',
    path: '/keys/{id}',
    chapter,
    summary: 'One key',
    permission: 'keys:read',
    answer: keySchema,
    example: {},
    handle: async (call) => showKey(await findKey(call, storage), now()),
  });
}

function updateKey({ storage, ring, now }: KeyRoutesDeps): AnyApiRoute {
  return route({
    name: 'updateKey',
    method: 'PATCH',
    path: '/keys/{id}',
    chapter,
    summary: 'Changes what a key may do',
    description: 'It holds at once here, and within a second on every other replica.',
    permission: 'keys:write',
    body: change,
    answer: keySchema,
    action: 'keys.update',
    example: { body: { name: 'another name', addresses: null } },
    handle: async (call) => {
      const old = await findKey(call, storage);
      const changed = changedKey(call.body);
      checkRights({ ...old, ...withoutNulls({ ...changed }), organisation: organisationOf(old) }, call);
      const updated = await storage.keys.update(old.id, changed, now());
      if (updated === undefined) throw unknownKey(old.id);
      await ring.refresh();
      return showKey(updated, now());
    },
  });
}

function replaceKey(deps: KeyRoutesDeps): AnyApiRoute {
  const { storage, ring, now } = deps;
  return route({
    name: 'rotateKey',
    method: 'POST',
    path: '/keys/{id}/rotate',
    chapter,
    summary: 'A new key in place of another',
    description: 'It may do what the other one may. Both are good until the overlap ends.',
    permission: 'keys:write',
    body: rotation,
    answer: issued,
    isMaking: true,
    action: 'keys.rotate',
    example: { body: { overlap_seconds: 3600 } },
    handle: async (call) => {
      const old = await findKey(call, storage);
      checkRights({ ...old, organisation: organisationOf(old) }, call);
      const seconds = call.body.overlap_seconds;
      const { secret, key: made } = await rotateKey(deps, old.id, {
        by: call.caller.keyId,
        ...(seconds !== undefined && { overlapMs: seconds * 1000 }),
      });
      await ring.refresh();
      return { secret, key: showKey(made, now()) };
    },
  });
}

function revokeKey({ storage, ring, now }: KeyRoutesDeps): AnyApiRoute {
  return route({
    name: 'revokeKey',
    method: 'POST',
    path: '/keys/{id}/revoke',
    chapter,
    summary: 'Ends a key for good',
    description: 'It is refused at once here, and within a second on every other replica.',
    permission: 'keys:write',
    answer: keySchema,
    action: 'keys.revoke',
    example: {},
    handle: async (call) => {
      const { id } = await findKey(call, storage);
      await storage.keys.revoke(id, now());
      await ring.refresh();
      return showKey(await findKey(call, storage), now());
    },
  });
}

export async function checkWorkspace(
  { tenants }: Pick<Storage, 'tenants'>,
  organisation: string,
  workspace: string,
): Promise<void> {
  const found = await tenants.findWorkspace(workspace);
  if (found?.organisation === organisation && found.archivedAt === undefined) return;
  throw new KeelsonError('not_found', `There is no workspace \`${workspace.slice(0, 64)}\` there.`, {
    hint: 'GET /api/v1/workspaces lists them; POST makes one.',
    details: { field: 'query.workspace' },
  });
}

/** What stands elsewhere is not told apart from what is not there. */
async function findKey(
  { params, where }: Pick<ApiCall<unknown, unknown>, 'params' | 'where'>,
  { keys }: Pick<Storage, 'keys'>,
): Promise<KeyRecord> {
  const { id = '' } = params;
  const found = await keys.find(id);
  const isThere =
    found !== undefined &&
    organisationOf(found) === where.organisation &&
    (where.workspace === undefined || found.workspace === where.workspace);
  if (!isThere) throw unknownKey(id);
  return found;
}

function organisationOf({ organisation = 'default' }: Pick<KeyRecord, 'organisation'>): string {
  return organisation;
}

function unknownKey(id: string): KeelsonError {
  return new KeelsonError('not_found', `There is no key \`${id.slice(0, 64)}\`.`);
}

interface Rights {
  readonly organisation: string;
  readonly workspace: string;
  readonly scopes?: readonly string[] | undefined;
  readonly role?: string | undefined;
  readonly reach?: string | undefined;
}

/** Nobody gives, and nobody takes over, what they have not themselves. */
function checkRights(rights: Rights, { caller }: Pick<ApiCall<unknown, unknown>, 'caller'>): void {
  const { organisation, workspace, scopes: asked, role: named = 'caller', reach } = rights;
  if (asked !== undefined && rights.role !== undefined) {
    throw new KeelsonError('invalid_request', 'A key has `scopes` or a `role`, not both.', {
      hint: 'Leave one of them out; in a change, send null for the one that goes.',
      details: { field: 'body.scopes' },
    });
  }
  const wanted: readonly string[] = asked ?? roles[named as keyof typeof roles];
  const [{ isEverywhere = false } = {}] = grantsOfKey({ organisation, workspace, ...(reach && { reach }) });
  const place = isEverywhere ? '' : organisation;
  const where =
    reach === 'workspace' || reach === undefined ? { organisation, workspace } : { organisation: place };
  const beyond = wanted.find((one) => !isPermission(one) || !caller.may(one as Permission, where));
  if (beyond === undefined) return;
  throw new KeelsonError(
    'permission_denied',
    `A key that may do \`${beyond}\` there is beyond what this key may.`,
    {
      hint: 'Leave it out, or ask somebody who may do it.',
    },
  );
}

type NewKey = ValueOf<typeof newKey>;
type Change = ValueOf<typeof change>;

function definedKey({ reach, expires_at, scopes, role, models, profiles, addresses }: NewKey) {
  return defined({
    scopes,
    role,
    models,
    profiles,
    addresses,
    reach: reach === 'workspace' ? undefined : reach,
    expiresAt: expires_at === undefined ? undefined : timeOf(expires_at),
  });
}

function changedKey({ expires_at, ...rest }: Change): KeyChange {
  const expiresAt = typeof expires_at === 'string' ? timeOf(expires_at) : expires_at;
  return defined({ ...rest, expiresAt });
}

function withoutNulls(fields: Readonly<Record<string, unknown>>): Partial<KeyRecord> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value === null ? undefined : value]),
  );
}

export function showKey(record: Omit<KeyRecord, 'secretSha256'>, now: number): ValueOf<typeof keySchema> {
  const { expiresAt, revokedAt, lastUsedAt, scopes, models, profiles, addresses, createdBy, rotatedFrom } =
    record;
  return {
    id: record.id,
    name: record.name,
    organisation: organisationOf(record),
    workspace: record.workspace,
    prefix: record.prefix,
    state: stateOf(record, now),
    scopes: scopes as never,
    ...(scopes === undefined && { role: record.role ?? 'caller' }),
    reach: (record.reach ?? 'workspace') as never,
    models,
    profiles,
    addresses,
    created_at: toTime(record.createdAt),
    created_by: createdBy,
    expires_at: toOptionalTime(expiresAt),
    revoked_at: toOptionalTime(revokedAt),
    last_used_at: toOptionalTime(lastUsedAt),
    rotated_from: rotatedFrom,
  };
}

function stateOf(
  { revokedAt, expiresAt = Number.POSITIVE_INFINITY }: Pick<KeyRecord, 'revokedAt' | 'expiresAt'>,
  now: number,
): (typeof states)[number] {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt <= now ? 'expired' : 'active';
}
