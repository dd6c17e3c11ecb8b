// Usage as LLMRing's clients ask for it: money in dollars, one entry for each period, and the sums of models, aliases and origins.
import { KeelsonError } from '@keelson/core';
import { ownOrigin, type Storage, type UsageEntry } from '@keelson/engine';

export interface StatsQuestion {
  readonly start_date?: string | undefined;
  readonly end_date?: string | undefined;
  readonly group_by?: 'day' | 'week' | 'month' | undefined;
}

interface Sum {
  readonly requests: number;
  readonly cost: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** Requests without a price, whose cost is missing. */
  readonly unpriced: number;
}

const dayMs = 86_400_000;
const mostDays = 1100;
const nanoPerDollar = 1e9;

export async function readStats(
  question: StatsQuestion,
  workspace: string,
  { storage, now }: { readonly storage: Pick<Storage, 'usage' | 'reported'>; readonly now: () => number },
) {
  const { from, to } = periodOf(question, now());
  const { group_by: step = 'day' } = question;
  const read = (by: 'alias' | 'model', more: { readonly step: 'total' | 'day' | 'week' | 'month' }) =>
    storage.usage.read({
      ...{ from, to, by: by === 'alias' ? ['alias'] : ['provider', 'model'], only: { workspace } },
      ...more,
    });
  const [models, aliases, periods, origins] = await Promise.all([
    read('model', { step: 'total' }),
    read('alias', { step: 'total' }),
    read('model', { step }),
    storage.reported.usage({ workspaces: [workspace], from, to, step: 'total', limit: 10_000 }),
  ]);
  const all = sumOf(models);
  const told = origins.map((one) => [one.origin, toldSum(one)] as const);
  const own = lessThan(
    all,
    told.map(([, sum]) => sum),
  );
  const byOrigin = own.requests > 0 ? [[ownOrigin, own] as const, ...told] : told;
  return {
    summary: {
      total_requests: all.requests,
      total_cost: all.cost,
      total_tokens: all.input_tokens + all.output_tokens,
      unpriced_requests: all.unpriced,
      unique_models: models.filter(({ group }) => group.model !== undefined).length,
      unique_origins: byOrigin.length,
    },
    by_day: periodsOf(periods),
    by_model: Object.fromEntries(models.map((one) => [modelOf(one), sumOf([one])])),
    by_origin: Object.fromEntries(byOrigin),
    by_alias: Object.fromEntries(
      aliases.flatMap((one) => (one.group.alias === undefined ? [] : [[one.group.alias, sumOf([one])]])),
    ),
  };
}

function modelOf({ group: { provider = 'unknown', model = 'unknown' } }: UsageEntry): string {
  return `${provider}:${model}`;
}

/** With all models of it, not just the one that was asked most. */
function periodsOf(entries: readonly UsageEntry[]) {
  const starts = [...new Set(entries.map(({ startsAt }) => startsAt))];
  return starts.map((startsAt) => {
    const inIt = entries.filter((one) => one.startsAt === startsAt);
    const { requests, cost } = sumOf(inIt);
    const top = inIt.toSorted((one, other) => other.calls - one.calls)[0] as UsageEntry;
    return { date: new Date(startsAt).toISOString().slice(0, 10), requests, cost, top_model: modelOf(top) };
  });
}

function sumOf(entries: readonly UsageEntry[]): Sum {
  const sum = (count: (entry: UsageEntry) => number) =>
    entries.reduce((total, entry) => total + count(entry), 0);
  const nano = entries.reduce((total, { nanoDollars }) => total + nanoDollars, 0n);
  return {
    requests: sum(({ calls }) => calls),
    cost: Number(nano) / nanoPerDollar,
    input_tokens: sum(({ input }) => input.total),
    output_tokens: sum(({ output }) => output.total),
    unpriced: sum(({ unpriced }) => unpriced),
  };
}

interface Told {
  readonly calls: number;
  readonly nanoDollars: bigint;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly unpriced: number;
}

function toldSum({ calls, nanoDollars, inputTokens, outputTokens, unpriced }: Told): Sum {
  const cost = Number(nanoDollars) / nanoPerDollar;
  return { requests: calls, cost, input_tokens: inputTokens, output_tokens: outputTokens, unpriced };
}

/** What is left when the parts are taken off. */
function lessThan(all: Sum, parts: readonly Sum[]): Sum {
  const left = (field: keyof Sum): number =>
    Math.max(
      0,
      parts.reduce((rest, part) => rest - part[field], all[field]),
    );
  const nano = Math.round(left('cost') * nanoPerDollar);
  return {
    requests: left('requests'),
    cost: nano / nanoPerDollar,
    input_tokens: left('input_tokens'),
    output_tokens: left('output_tokens'),
    unpriced: left('unpriced'),
  };
}

function periodOf({ start_date, end_date }: StatsQuestion, now: number) {
  const end = end_date === undefined ? now : timeOf(end_date, 'end_date');
  // A date without a time is meant with all of its day.
  const to = end_date !== undefined && isDate(end_date) ? end + dayMs : end;
  const begin = start_date === undefined ? to - 30 * dayMs : timeOf(start_date, 'start_date');
  const from = Math.max(0, Math.floor(begin / dayMs) * dayMs);
  if (from >= to) throw wrongDate('start_date', 'must be before the end');
  if (to - from > mostDays * dayMs) throw wrongDate('start_date', `may be ${mostDays} days before the end`);
  return { from, to };
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text);
}

/** Without a zone it is UTC, as the rest of it. */
function timeOf(text: string, field: string): number {
  const isTime = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/.test(text);
  const hasZone = isDate(text) || /(?:Z|[+-]\d\d:\d\d)$/.test(text.slice(10));
  const ms = isTime ? Date.parse(hasZone ? text : `${text}Z`) : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  throw wrongDate(field, 'must be a date such as 2026-01-31');
}

function wrongDate(field: string, what: string): KeelsonError {
  return new KeelsonError('invalid_request', `\`${field}\` ${what}.`, {
    details: { field: `query.${field}` },
  });
}
