// Profiles that a project shares: pushed on top of what is there or refused with what has changed, read, changed alias by alias.
// Calls through this gateway go by its own configuration; what is shared here is for the lockfiles of others.
import type { LockedAlias, PoolEntry, ResolvedAlias } from '@keelson/core';
import {
  changeAliases,
  getProfileOf,
  type ProfileRevision,
  pushProfile,
  removeProfile,
  resolveShared,
  type SharingDeps,
  type Storage,
} from '@keelson/engine';
import {
  type AnyApiRoute,
  type ApiCall,
  decodeCursor,
  encodeCursor,
  limitOf,
  list,
  object,
  pageOf,
  route,
  type ValueOf,
} from '../contract/index.ts';
import {
  aliasEntry,
  bind,
  bulk,
  example,
  history,
  pages,
  push,
  removal,
  resolved,
  revision,
  summary,
  whole,
} from './profile-shapes.ts';
import { projectOf } from './project.ts';
import { toTime } from './times.ts';

export interface ProfileRoutesDeps {
  readonly storage: Pick<Storage, 'profiles' | 'tenants'>;
  readonly now: () => number;
  readonly version?: string;
}

const chapter = 'Profiles';
export function profileRoutes(deps: ProfileRoutesDeps): readonly AnyApiRoute[] {
  return [
    listProfiles(deps),
    getProfile(deps),
    shareProfile(deps),
    listRevisions(deps),
    listAliases(deps),
    bindMany(deps),
    resolve(deps),
    bindOne(deps),
    unbindOne(deps),
    remove(deps),
  ];
}

const sharing = ({ storage, now, version }: ProfileRoutesDeps): SharingDeps => ({
  profiles: storage.profiles,
  now,
  ...(version !== undefined && { version }),
});

async function placeOf(call: ApiCall<unknown, unknown>, { storage }: ProfileRoutesDeps) {
  const { name = '' } = call.params;
  return { workspace: await projectOf(call, storage), name };
}

function listProfiles(deps: ProfileRoutesDeps): AnyApiRoute {
  return route({
    name: 'listProfiles',
    method: 'GET',
    path: '/profiles',
    chapter,
    summary: 'Profiles that the project shares',
    description:
      'They are for the lockfiles of whoever pulls them. Calls through the gateway go by its own configuration.',
    permission: 'aliases:read',
    query: pages,
    answer: pageOf('Profiles.', summary),
    example: { query: { limit: 10 } },
    handle: async (call) => {
      const [after] = decodeCursor(call.query.cursor, ['string']) ?? [];
      const most = limitOf(call.query);
      const found = await deps.storage.profiles.list({
        workspace: await projectOf(call, deps.storage),
        limit: most + 1,
        isDescending: call.query.sort === '-name',
        ...(after !== undefined && { after }),
      });
      const data = found.slice(0, most).map(showRevision);
      const last = data.at(-1);
      return {
        data,
        next_cursor: found.length > most && last !== undefined ? encodeCursor([last.name]) : null,
      };
    },
  });
}

function getProfile(deps: ProfileRoutesDeps): AnyApiRoute {
  return route({
    name: 'getProfile',
    method: 'GET',
    path: '/profiles/{name}',
    chapter,
    summary: 'One profile, as a lockfile',
    description: 'What it inherits from is a profile of its own.',
    permission: 'aliases:read',
    answer: whole,
    example: {},
    handle: async (call) =>
      showWhole((await getProfileOf(sharing(deps), await placeOf(call, deps))).revision),
  });
}

function shareProfile(deps: ProfileRoutesDeps): AnyApiRoute {
  return route({
    name: 'pushProfile',
    method: 'PUT',
    path: '/profiles/{name}',
    chapter,
    summary: 'Shares a profile',
    description:
      'Answers `conflict` with what has changed where somebody else was first. The same content again is no new revision.',
    permission: 'aliases:write',
    body: push,
    answer: whole,
    action: 'profiles.push',
    example: { body: { base_revision: 0, force: true, lockfile: example }, params: { name: 'default' } },
    handle: async (call) => {
      const { body } = call;
      const made = await pushProfile(sharing(deps), {
        ...(await placeOf(call, deps)),
        document: body.lockfile,
        base: body.base_revision,
        isForced: body.force,
        digest: body.digest,
        lockfileDigest: body.lockfile_digest,
        by: call.caller.keyId,
        client: body.client,
      });
      return showWhole(made);
    },
  });
}

function remove(deps: ProfileRoutesDeps): AnyApiRoute {
  return route({
    name: 'removeProfile',
    method: 'DELETE',
    path: '/profiles/{name}',
    chapter,
    summary: 'Shares a profile no longer',
    description: 'Its number counts on, so that whoever still has it hears of it.',
    permission: 'aliases:write',
    query: removal,
    answer: summary,
    action: 'profiles.remove',
    example: { params: { name: 'default' } },
    handle: async (call) => {
      const place = await placeOf(call, deps);
      const doer = { by: call.caller.keyId, base: call.query.base_revision };
      return showRevision(await removeProfile(sharing(deps), { ...place, ...doer }));
    },
  });
}

function listRevisions(deps: ProfileRoutesDeps): AnyApiRoute {
  return route({
    name: 'listProfileRevisions',
    method: 'GET',
    path: '/profiles/{name}/revisions',
    chapter,
    summary: 'The last fifty revisions of a profile, the newest first',
    permission: 'aliases:read',
    query: history,
    answer: pageOf('Revisions.', summary),
    example: { query: { limit: 10 } },
    handle: async (call) => {
      const [before] = decodeCursor(call.query.cursor, ['number']) ?? [];
      const most = limitOf(call.query);
      const found = await deps.storage.profiles.history({
        ...(await placeOf(call, deps)),
        limit: most + 1,
        ...(before !== undefined && { before }),
      });
      const data = found.slice(0, most).map(showRevision);
      const last = data.at(-1);
      return {
        data,
        next_cursor: found.length > most && last !== undefined ? encodeCursor([last.revision]) : null,
      };
    },
  });
}

function listAliases(deps: ProfileRoutesDeps): AnyApiRoute {
  return route({
    name: 'listProfileAliases',
    method: 'GET',
    path: '/profiles/{name}/aliases',
    chapter,
    summary: 'The aliases of a profile',
    permission: 'aliases:read',
    answer: object({ revision, data: list('By name.', aliasEntry, { most: 100_000 }) }),
    example: {},
    handle: async (call) => {
      const place = await placeOf(call, deps);
      const { revision: newest, lockfile } = await getProfileOf(sharing(deps), place);
      const aliases = [...(lockfile.profiles.get(place.name)?.aliases ?? [])];
      const sorted = aliases.toSorted(([one], [other]) => (one < other ? -1 : 1));
      return { revision: newest.revision, data: sorted.map(showAlias) };
    },
  });
}

function bindMany(deps: ProfileRoutesDeps): AnyApiRoute {
  return route({
    name: 'bindProfileAliases',
    method: 'POST',
    path: '/profiles/{name}/aliases',
    chapter,
    summary: 'Binds several aliases in one revision',
    description: 'Makes the profile where there is none. Defaults and pins that an alias has stay.',
    permission: 'aliases:write',
    body: bulk,
    answer: summary,
    action: 'profiles.bind',
    example: { body: { aliases: [{ name: 'deep', models: ['anthropic:claude-opus-4-1'] }] } },
    handle: async (call) => {
      const bound = new Map(call.body.aliases.map(({ name, ...alias }) => [name, toAlias(alias)]));
      return changed(call, deps, { bind: bound, base: call.body.base_revision });
    },
  });
}

function resolve(deps: ProfileRoutesDeps): AnyApiRoute {
  return route({
    name: 'resolveProfileAlias',
    method: 'GET',
    path: '/profiles/{name}/aliases/{alias}',
    chapter,
    summary: 'What an alias of a profile leads to',
    description: 'Inherited ones as well; all profiles on the way must be shared.',
    permission: 'aliases:read',
    answer: resolved,
    example: { params: { alias: 'fast' } },
    handle: async (call) => {
      const place = await placeOf(call, deps);
      const { alias = '' } = call.params;
      return showResolved(await resolveShared(sharing(deps), place, alias));
    },
  });
}

function bindOne(deps: ProfileRoutesDeps): AnyApiRoute {
  return route({
    name: 'bindProfileAlias',
    method: 'PUT',
    path: '/profiles/{name}/aliases/{alias}',
    chapter,
    summary: 'Binds one alias',
    permission: 'aliases:write',
    body: bind,
    answer: summary,
    action: 'profiles.bind',
    example: { params: { alias: 'fast' }, body: { models: ['openai:gpt-5-mini'] } },
    handle: async (call) => {
      const { base_revision, ...alias } = call.body;
      const { alias: name = '' } = call.params;
      return changed(call, deps, { bind: new Map([[name, toAlias(alias)]]), base: base_revision });
    },
  });
}

function unbindOne(deps: ProfileRoutesDeps): AnyApiRoute {
  return route({
    name: 'unbindProfileAlias',
    method: 'DELETE',
    path: '/profiles/{name}/aliases/{alias}',
    chapter,
    summary: 'Takes one alias away',
    permission: 'aliases:write',
    query: removal,
    answer: summary,
    action: 'profiles.unbind',
    example: { params: { alias: 'fast' } },
    handle: async (call) =>
      changed(call, deps, { unbind: [call.params.alias ?? ''], base: call.query.base_revision }),
  });
}

interface Changing {
  readonly bind?: ReadonlyMap<string, LockedAlias>;
  readonly unbind?: readonly string[];
  readonly base: number | undefined;
}

async function changed(call: ApiCall<unknown, unknown>, deps: ProfileRoutesDeps, change: Changing) {
  const place = await placeOf(call, deps);
  return showRevision(await changeAliases(sharing(deps), { ...place, ...change, by: call.caller.keyId }));
}

function toAlias({
  models: pool,
  description,
}: Pick<ValueOf<typeof bind>, 'models' | 'description'>): LockedAlias {
  return { models: pool, ...(description !== undefined && { description }) };
}

function showFacts(one: ProfileRevision) {
  return {
    name: one.name,
    revision: one.revision,
    digest: one.digest,
    lockfile_digest: one.lockfileDigest,
    pushed_at: toTime(one.at),
    pushed_by: one.by,
    client: one.client,
  };
}

function showRevision(one: ProfileRevision): ValueOf<typeof summary> {
  return { ...showFacts(one), is_removed: one.content === undefined };
}

function showWhole(one: ProfileRevision): ValueOf<typeof whole> {
  return { ...showFacts(one), lockfile: one.content ?? {} };
}

function showAlias([name, { description, models: pool }]: [string, LockedAlias]): ValueOf<typeof aliasEntry> {
  return { name, description, models: pool.map(showEntry) };
}

function showEntry(entry: PoolEntry) {
  if (typeof entry === 'string') return { model: entry };
  const { match, needs, prefer, locked } = entry;
  return {
    constraint: {
      match,
      min_context: entry.minContext,
      min_output: entry.minOutput,
      max_cost: entry.maxCost,
      needs,
      prefer,
      locked,
    },
  };
}

function showResolved(one: ResolvedAlias): ValueOf<typeof resolved> {
  const { temperature, topP, maxTokens, reasoning } = one.defaults;
  return {
    name: one.name,
    profile: one.profile,
    defined_in: one.definedIn,
    targets: one.targets.map(({ reference, model }) => ({ reference, model })),
    defaults: { temperature, top_p: topP, max_tokens: maxTokens, reasoning },
  };
}
