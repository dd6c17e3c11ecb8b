// Calls that were made elsewhere: told of here, so that usage shows them beside those that went through the gateway, and what was
// used by whoever told of it.
import type { Engine, OriginUsage, Storage } from '@keelson/engine';
import {
  type AnyApiRoute,
  flag,
  integer,
  list,
  named,
  object,
  oneOf,
  optional,
  route,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import { cost, nanoDollars, showCost } from './money.ts';
import { projectOf } from './project.ts';
import { workspacesOf } from './reach.ts';
import { checkPeriod, timeOf, toTime } from './times.ts';

export interface ReportedCallRoutesDeps {
  readonly engine: Pick<Engine, 'reportCall'>;
  readonly storage: Pick<Storage, 'reported' | 'tenants'>;
  readonly now: () => number;
}

const tokens = (description: string) => integer(description, { least: 0, most: 1_000_000_000_000 });
const report = object({
  origin: text('The program that made it.', { least: 1, most: 100 }),
  id_at_origin: optional(text('What that calls it: told twice, it counts once.', { least: 1 })),
  provider: text('Who answered, such as `openai`.', { least: 1, most: 64 }),
  model: text('The model that answered.', { least: 1, most: 500 }),
  alias: optional(text('The alias that it was asked by.', { least: 1 })),
  profile: optional(text('The profile of a lockfile that the alias was read by.', { least: 1 })),
  input_tokens: optional(tokens('All that was read; not known when left out.')),
  cached_input_tokens: optional(tokens('Of these, from a cache of the provider.')),
  output_tokens: optional(tokens('All that was written; not known when left out.')),
  nano_dollars: optional(
    integer('What it cost, in billionths of a dollar; by the prices of the registry when left out.', {
      least: 0,
      most: 1_000_000_000_000_000,
    }),
  ),
  latency_ms: optional(integer('How long it took.', { least: 0, most: 86_400_000 })),
  tags: optional(named('What it is marked with.', text('A value.', { most: 1000 }), { most: 32 })),
});
const reported = object({
  id: text('What the record of it is called.'),
  recorded_at: time('By the clock of the server.'),
  cost,
  is_known: flag('Whether it was told before; then nothing was counted again.'),
});

const dayMs = 86_400_000;
const mostDays = 1100;
const mostEntries = 10_000;
const steps = ['day', 'total'] as const;
const question = object({
  from: optional(time('The beginning, rounded down to a day; 30 days before the end when left out.')),
  to: optional(time('The end, not included; now when left out.')),
  step: optional(oneOf('`total` when left out.', steps)),
});
const count = (description: string) => integer(description, { least: 0 });
const entry = object({
  starts_at: time('The beginning of the period.'),
  origin: text('Who told of them.', { most: 10_000 }),
  calls: count('Calls.'),
  unpriced: count('Calls whose price is not known: their cost is missing in the sum.'),
  input_tokens: count('All that was read.'),
  output_tokens: count('All that was written.'),
  nano_dollars: nanoDollars('The cost of all calls whose price is known.'),
});
const usage = object({
  from: time('The beginning, as it was rounded.'),
  to: time('The end, not included.'),
  data: list('By time, then by origin.', entry, { most: mostEntries }),
});

export function reportedCallRoutes(deps: ReportedCallRoutesDeps): readonly AnyApiRoute[] {
  return [reportCall(deps), readOrigins(deps)];
}

function reportCall({ engine, storage }: ReportedCallRoutesDeps): AnyApiRoute {
  return route({
    name: 'reportCall',
    method: 'POST',
    path: '/calls/report',
    chapter: 'Calls',
    summary: 'Tells of a call that was made elsewhere',
    description:
      'It is recorded with the lane `reported` and its origin, counts in usage, and has no receipt; no budget was asked about it.',
    permission: 'calls.reported:create',
    body: report,
    answer: reported,
    isMaking: true,
    isRecord: true,
    example: {
      body: {
        origin: 'nightly',
        provider: 'openai',
        model: 'gpt-5-mini',
        input_tokens: 1200,
        output_tokens: 80,
      },
    },
    handle: async (call) => {
      const { body, caller } = call;
      const { record, isKnown } = await engine.reportCall({
        workspace: await projectOf(call, storage),
        keyId: caller.keyId,
        origin: body.origin,
        idAtOrigin: body.id_at_origin,
        provider: body.provider,
        model: body.model,
        alias: body.alias,
        profile: body.profile,
        inputTokens: body.input_tokens,
        cachedInputTokens: body.cached_input_tokens,
        outputTokens: body.output_tokens,
        nanoDollars: body.nano_dollars,
        latencyMs: body.latency_ms,
        tags: body.tags,
      });
      const { id, startedAt, cost: costs } = record;
      return { id, recorded_at: toTime(startedAt), cost: showCost(costs), is_known: isKnown };
    },
  });
}

function readOrigins({ storage, now }: ReportedCallRoutesDeps): AnyApiRoute {
  return route({
    name: 'readUsageByOrigin',
    method: 'GET',
    path: '/usage/origins',
    chapter: 'Usage',
    summary: 'What calls used that were made elsewhere, by who told of them',
    description: 'All of it is in the other figures of usage as well, beside what went through the gateway.',
    permission: 'usage:read',
    query: question,
    answer: usage,
    example: { query: { step: 'day' } },
    handle: async (call) => {
      checkPeriod(call.query);
      const to = call.query.to === undefined ? now() : timeOf(call.query.to);
      const begin = call.query.from === undefined ? to - 30 * dayMs : timeOf(call.query.from);
      const from = Math.max(0, Math.floor(begin / dayMs) * dayMs, to - mostDays * dayMs);
      const { step = 'total' } = call.query;
      const workspaces = await workspacesOf(call, storage);
      const read = await storage.reported.usage({ workspaces, from, to, step, limit: mostEntries });
      return { from: toTime(from), to: toTime(Math.max(from, to)), data: read.map(showEntry) };
    },
  });
}

function showEntry(one: OriginUsage): ValueOf<typeof entry> {
  return {
    starts_at: toTime(one.startsAt),
    origin: one.origin,
    calls: one.calls,
    unpriced: one.unpriced,
    input_tokens: one.inputTokens,
    output_tokens: one.outputTokens,
    nano_dollars: String(one.nanoDollars),
  };
}
