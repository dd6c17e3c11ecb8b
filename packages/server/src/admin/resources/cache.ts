// The cache of answers: where it is, what it holds and has saved of a workspace or an organisation, and forgetting that.
import type { Clock, Engine, Storage, UsageEntry } from '@keelson/engine';
import type { Scope } from '../../access/index.ts';
import {
  type AnyApiRoute,
  integer,
  object,
  oneOf,
  optional,
  route,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import { checkWorkspace } from './keys.ts';
import { timeOf } from './times.ts';

export interface CacheRoutesDeps {
  readonly engine: Pick<Engine, 'cache'>;
  readonly storage: Pick<Storage, 'tenants' | 'usage'>;
  readonly clock: Pick<Clock, 'now'>;
}

const chapter = 'Cache';
const stores = ['none', 'memory', 'database', 'redis'] as const;

const cache = object({
  store: oneOf('Where answers are kept; `memory` is that of the one process that answers this.', stores),
  entries: optional(integer('Answers that are held; left out where nobody counts them.', { least: 0 })),
  bytes: optional(integer('What these take.', { least: 0 })),
  hits: integer('Calls that were answered out of it.', { least: 0 }),
  saved_nano_dollars: text('What they would have cost, as far as prices are known.', { pattern: '^\\d+$' }),
  saved_input_tokens: integer('What they would have used.', { least: 0 }),
  saved_output_tokens: integer('What they would have used.', { least: 0 }),
});
const question = object({
  from: optional(time('Hits from then on, by whole hours; all when left out.')),
  to: optional(time('Hits before then.')),
});
const forgotten = object({ forgotten: integer('How many answers were forgotten.', { least: 0 }) });

export function cacheRoutes(deps: CacheRoutesDeps): readonly AnyApiRoute[] {
  return [getCache(deps), clearCache(deps)];
}

function getCache({ engine, storage, clock }: CacheRoutesDeps): AnyApiRoute {
  return route({
    name: 'getCache',
    method: 'GET',
    path: '/cache',
    chapter,
    summary: 'What the cache of answers holds and has saved',
    permission: 'cache:read',
    query: question,
    answer: cache,
    example: { query: { from: '2026-01-01T00:00:00Z' } },
    handle: async ({ query, where }) => {
      const workspaces = await workspacesIn(where, storage);
      const held = await engine.cache?.measure(workspaces);
      const from = query.from === undefined ? 0 : timeOf(query.from);
      const to = query.to === undefined ? clock.now() + 1 : timeOf(query.to);
      const usage = await storage.usage.read({ from, to, step: 'total', by: ['workspace'] });
      const wanted = new Set(workspaces);
      const sums = usage.filter(({ group }) => wanted.has(group.workspace ?? ''));
      const store = engine.cache?.store ?? ('none' as const);
      return { store, ...held, ...sumOf(sums) };
    },
  });
}

function clearCache({ engine, storage }: CacheRoutesDeps): AnyApiRoute {
  return route({
    name: 'clearCache',
    method: 'DELETE',
    path: '/cache',
    chapter,
    summary: 'Forgets the answers of a workspace, or of all of an organisation',
    description:
      'Calls that are under way may keep theirs afterwards. With the store `memory` each process has its own, and only the one that answers this forgets.',
    permission: 'cache:write',
    answer: forgotten,
    action: 'cache.clear',
    example: {},
    handle: async ({ where }) => {
      const workspaces = await workspacesIn(where, storage);
      return { forgotten: (await engine.cache?.forget(workspaces)) ?? 0 };
    },
  });
}

/** A workspace that is named may be that of another organisation, whose answers these are not. */
async function workspacesIn(
  { organisation, workspace }: Scope,
  storage: Pick<Storage, 'tenants'>,
): Promise<readonly string[]> {
  if (workspace === undefined) return (await storage.tenants.workspaces(organisation)).map(({ id }) => id);
  await checkWorkspace(storage, organisation, workspace);
  return [workspace];
}

function sumOf(usage: readonly UsageEntry[]): Omit<ValueOf<typeof cache>, 'store' | 'entries' | 'bytes'> {
  const saved = usage.map(({ cache: of }) => of);
  const sum = (field: 'hits' | 'savedInputTokens' | 'savedOutputTokens'): number =>
    saved.reduce((total, one) => total + one[field], 0);
  return {
    hits: sum('hits'),
    saved_nano_dollars: String(saved.reduce((total, one) => total + one.savedNanoDollars, 0n)),
    saved_input_tokens: sum('savedInputTokens'),
    saved_output_tokens: sum('savedOutputTokens'),
  };
}
