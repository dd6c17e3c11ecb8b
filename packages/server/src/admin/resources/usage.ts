// Usage and its cost over time, by whatever one asks to group by, and by rank. The figures come from sums that are kept while calls are
// written, never from the calls.
import { KeelsonError } from '@keelson/core';
import type { Storage, UsageDimension, UsageEntry, UsageQuestion } from '@keelson/engine';
import {
  type AnyApiRoute,
  type ApiCall,
  flag,
  integer,
  list,
  number,
  object,
  oneOf,
  optional,
  route,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import { csvLine } from './csv.ts';
import { defined } from './defined.ts';
import { nanoDollars } from './money.ts';
import { workspacesOf } from './reach.ts';
import { outcomes } from './show-call.ts';
import { checkPeriod, timeOf, toTime } from './times.ts';

export interface UsageRoutesDeps {
  readonly storage: Pick<Storage, 'usage' | 'tenants'>;
  readonly now: () => number;
}

/** By what usage is grouped, and what that is called inside. */
const dimensions = {
  workspace: 'workspace',
  key_id: 'keyId',
  alias: 'alias',
  provider: 'provider',
  model: 'model',
  outcome: 'outcome',
} as const satisfies Record<string, UsageDimension>;
type Dimension = keyof typeof dimensions;
const dimensionNames = Object.keys(dimensions) as Dimension[];
const steps = ['hour', 'day', 'week', 'month', 'total'] as const;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** What is read when nobody says from when, and the most that is read at once. */
const periods = {
  hour: { usualMs: 2 * dayMs, mostMs: 92 * dayMs, sizeMs: hourMs },
  day: { usualMs: 30 * dayMs, mostMs: 1100 * dayMs, sizeMs: dayMs },
  week: { usualMs: 90 * dayMs, mostMs: 3660 * dayMs, sizeMs: dayMs },
  month: { usualMs: 365 * dayMs, mostMs: 3660 * dayMs, sizeMs: dayMs },
  total: { usualMs: 30 * dayMs, mostMs: 3660 * dayMs, sizeMs: hourMs },
} as const;
const usualLimit = 1000;
const mostEntries = 10_000;

const name = (what: string) => optional(text(`Only that of this ${what}.`, { least: 1, most: 1000 }));
const question = object({
  by: optional(
    list('What to group by, with commas between.', oneOf('A dimension.', dimensionNames), {
      most: dimensionNames.length,
    }),
  ),
  step: optional(
    oneOf(
      'How long a period is, in UTC; `day` when left out, `total` for one of all. Weeks begin on Mondays.',
      steps,
    ),
  ),
  from: optional(
    time(
      'The beginning, rounded down to an hour or a day; when left out 30 days before the end; 2 for hours, 90 for weeks, 365 for months.',
    ),
  ),
  to: optional(time('The end, not included; now when left out.')),
  key_id: name('key'),
  alias: name('alias'),
  provider: name('provider'),
  model: name('model'),
  outcome: optional(oneOf('Only that of calls with this outcome.', outcomes)),
  order: optional(
    oneOf('`time`, when left out; or the greatest first.', ['time', 'cost', 'calls', 'tokens']),
  ),
  limit: optional(integer(`Most entries; ${usualLimit} when left out.`, { least: 1, most: mostEntries })),
  format: optional(oneOf('`json` when left out.', ['json', 'csv'])),
});

const count = (description: string) => integer(description, { least: 0 });
const entry = object({
  starts_at: time('The beginning of the period.'),
  group: object(
    Object.fromEntries(
      dimensionNames.map((dimension) => [dimension, optional(text('A name.', { most: 10_000 }))]),
    ),
    'What was grouped by; what calls did not have is left out.',
  ),
  calls: count('Calls.'),
  errors: count('Calls that ended with an error.'),
  nano_dollars: nanoDollars('The cost of all calls whose price is known.'),
  unpriced: count('Calls whose price is not known: their cost is missing in the sum.'),
  estimated: count('Calls whose cost was estimated from what was seen of an answer that broke off.'),
  uncounted: count('Calls of which no token count is known.'),
  input: object({
    total: count('All that was read.'),
    uncached: count('Not from a cache of the provider.'),
    cache_read: count('From a cache of the provider.'),
    cache_write: count('Into a cache of the provider.'),
    cache_write_1h: count('Of these, for an hour.'),
    audio: count('Audio.'),
    image: count('Images.'),
  }),
  output: object({
    total: count('All that was written.'),
    reasoning: count('Reasoning.'),
    audio: count('Audio.'),
    image: count('Images.'),
  }),
  duration_ms: number('How long all calls took together.'),
  cache: object(
    {
      hits: count('Calls whose answer was known.'),
      saved_nano_dollars: nanoDollars('What they would have cost, as far as prices are known.'),
      saved_input_tokens: count('What they would have read.'),
      saved_output_tokens: count('What they would have written.'),
    },
    'What the cache of answers saved.',
  ),
});
const report = object({
  from: time('The beginning, as it was rounded.'),
  to: time('The end, not included.'),
  step: oneOf('How long a period is.', steps),
  data: list('Periods without calls are left out.', entry, { most: mostEntries }),
  has_more: flag('Whether there were more entries than the limit.'),
});

export function usageRoutes(deps: UsageRoutesDeps): readonly AnyApiRoute[] {
  return [readUsage(deps)];
}

function readUsage({ storage, now }: UsageRoutesDeps): AnyApiRoute {
  return route({
    name: 'readUsage',
    method: 'GET',
    path: '/usage',
    chapter: 'Usage',
    summary: 'Tokens, money and time, by period and group',
    description:
      'The greatest of something are asked for with `step=total`, `order` and `limit`. Sums stay when the records of calls go. Beside every sum of money stands how many calls it leaves out or estimates. The first week or month has only the days from the beginning on.',
    permission: 'usage:read',
    query: question,
    answer: report,
    streams: ['text/csv'],
    example: { query: { by: 'model,provider', step: 'total', order: 'cost', limit: 10 } },
    handle: async (call) => {
      const { by = [], step = 'day', limit = usualLimit, format } = call.query;
      const { from, to } = periodOf(call.query, now());
      const asked = { from, to, step, by: by.map((dimension) => dimensions[dimension]), limit: limit + 1 };
      const { order = 'time' } = call.query;
      const read = await storage.usage.read({
        ...asked,
        ...(order !== 'time' && { most: order }),
        only: await onlyOf(call, storage),
      });
      const entries = read.slice(0, limit);
      if (format === 'csv') return tableOf(entries, by);
      return {
        from: toTime(from),
        to: toTime(to),
        step,
        data: entries.map(showEntry),
        has_more: read.length > limit,
      };
    },
  });
}

type Asked = ValueOf<typeof question>;

function periodOf(query: Asked, now: number): { readonly from: number; readonly to: number } {
  checkPeriod(query);
  const { step = 'day' } = query;
  const { usualMs, mostMs, sizeMs } = periods[step];
  const to = query.to === undefined ? now : timeOf(query.to);
  const begin = query.from === undefined ? to - usualMs : timeOf(query.from);
  const from = Math.max(0, Math.floor(begin / sizeMs) * sizeMs);
  if (from >= to) throw wrongPeriod('`query.from` must be before the end of the period.');
  if (to - from > mostMs + sizeMs)
    throw wrongPeriod(`The period has at most ${mostMs / dayMs} days with \`step=${step}\`.`);
  return { from, to };
}

function wrongPeriod(message: string): KeelsonError {
  return new KeelsonError('invalid_request', message, {
    hint: 'Ask for a shorter period, or with a longer step.',
    details: { field: 'query.from' },
  });
}

async function onlyOf(
  call: ApiCall<Asked, unknown>,
  storage: Pick<Storage, 'tenants'>,
): Promise<NonNullable<UsageQuestion['only']>> {
  const { key_id: keyId, alias, provider, model, outcome } = call.query;
  const workspace = await workspacesOf(call, storage);
  return { workspace, ...defined({ keyId, alias, provider, model, outcome }) };
}

function showEntry(one: UsageEntry): ValueOf<typeof entry> {
  const { input, output, cache } = one;
  return {
    starts_at: toTime(one.startsAt),
    group: groupOf(one),
    calls: one.calls,
    errors: one.errors,
    nano_dollars: String(one.nanoDollars),
    unpriced: one.unpriced,
    estimated: one.estimated,
    uncounted: one.uncounted,
    input: {
      total: input.total,
      uncached: input.uncached,
      cache_read: input.cacheRead,
      cache_write: input.cacheWrite,
      cache_write_1h: input.cacheWrite1h,
      audio: input.audio,
      image: input.image,
    },
    output,
    duration_ms: one.durationMs,
    cache: {
      hits: cache.hits,
      saved_nano_dollars: String(cache.savedNanoDollars),
      saved_input_tokens: cache.savedInputTokens,
      saved_output_tokens: cache.savedOutputTokens,
    },
  };
}

function groupOf({ group }: UsageEntry): Partial<Record<Dimension, string>> {
  return defined(
    Object.fromEntries(dimensionNames.map((dimension) => [dimension, group[dimensions[dimension]]])),
  );
}

/** One row for each entry; what was grouped by stands in the columns behind the time. */
function tableOf(entries: readonly UsageEntry[], by: readonly Dimension[]) {
  return { contentType: 'text/csv; charset=utf-8', fileName: 'usage.csv', lines: renderTable(entries, by) };
}

const figures = [
  'calls',
  'errors',
  'nano_dollars',
  'unpriced',
  'estimated',
  'uncounted',
  'duration_ms',
] as const;
const inputs = [
  'total',
  'uncached',
  'cache_read',
  'cache_write',
  'cache_write_1h',
  'audio',
  'image',
] as const;
const outputs = ['total', 'reasoning', 'audio', 'image'] as const;
const savings = ['hits', 'saved_nano_dollars', 'saved_input_tokens', 'saved_output_tokens'] as const;

async function* renderTable(
  entries: readonly UsageEntry[],
  by: readonly Dimension[],
): AsyncGenerator<string> {
  const groups = dimensionNames.filter((dimension) => by.includes(dimension));
  yield csvLine([
    'starts_at',
    ...groups,
    ...figures,
    ...inputs.map((column) => `input_${column}`),
    ...outputs.map((column) => `output_${column}`),
    ...savings.map((column) => `cache_${column}`),
  ]);
  for (const one of entries) {
    const { starts_at, group, input, output, cache, ...sums } = showEntry(one);
    yield csvLine([
      starts_at,
      ...groups.map((dimension) => group[dimension]),
      ...figures.map((column) => sums[column]),
      ...inputs.map((column) => input[column]),
      ...outputs.map((column) => output[column]),
      ...savings.map((column) => cache[column]),
    ]);
  }
}
