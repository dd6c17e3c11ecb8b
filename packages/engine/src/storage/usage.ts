/** Usage over time, read from the sums and never from the calls: tokens, money and time by what one asks to group by. */
import type { InputUsage, OutputUsage } from '@keelson/core';
import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { CallRecord } from '../observability/index.ts';
import { dayMs, startOfDay, startOfMonth, startOfWeek } from './days.ts';
import type { OpenDatabase } from './open-database.ts';
import type { Schema, UsageDimensions, UsageRow, UsageSums } from './schema.ts';
import { sumColumns } from './usage-sums.ts';

export type UsageDimension = 'workspace' | 'keyId' | 'alias' | 'provider' | 'model' | 'outcome';

export interface UsageQuestion {
  /** Milliseconds since 1970; the periods that begin at `from` or later and before `to`. */
  readonly from: number;
  readonly to: number;
  /** `total` makes one period of all, out of whole hours. Weeks begin on Mondays; weeks and months are made of whole days. */
  readonly step: 'hour' | 'day' | 'week' | 'month' | 'total';
  readonly by?: readonly UsageDimension[];
  readonly only?: Partial<Readonly<Record<Exclude<UsageDimension, 'outcome' | 'workspace'>, string>>> & {
    /** Of a list any; with none in it, there is no usage. */
    readonly workspace?: string | readonly string[];
    readonly outcome?: CallRecord['outcome'];
  };
  /** The greatest first, rather than by time and group. Most useful with the step `total`. */
  readonly most?: 'cost' | 'calls' | 'tokens';
  /** How many entries are read. */
  readonly limit?: number;
}

export interface UsageEntry {
  /** The first millisecond of the period in UTC; `from` for a total. */
  readonly startsAt: number;
  /** Of what was grouped by; a dimension that the calls did not have is left out. */
  readonly group: Partial<Readonly<Record<UsageDimension, string>>>;
  readonly calls: number;
  readonly errors: number;
  /** Calls whose price is not known: their cost is missing in `nanoDollars`. */
  readonly unpriced: number;
  readonly estimated: number;
  /** Calls of which no token count is known. */
  readonly uncounted: number;
  readonly input: Required<
    Pick<InputUsage, 'total' | 'uncached' | 'cacheRead' | 'cacheWrite' | 'cacheWrite1h' | 'audio' | 'image'>
  >;
  readonly output: Required<Pick<OutputUsage, 'total' | 'reasoning' | 'audio' | 'image'>>;
  /** Exact at any size, which a number is not beyond nine million dollars. */
  readonly nanoDollars: bigint;
  readonly durationMs: number;
  /** Calls whose answer was known, and what they would have used and cost; where no price was known, no cost. */
  readonly cache: {
    readonly hits: number;
    readonly savedNanoDollars: bigint;
    readonly savedInputTokens: number;
    readonly savedOutputTokens: number;
  };
}

export interface UsageSet {
  /** In the order of time, then of the groups, if `most` says no other. Periods without calls are left out. */
  read(question: UsageQuestion): Promise<readonly UsageEntry[]>;
}

const columns: Readonly<Record<UsageDimension, keyof UsageDimensions>> = {
  workspace: 'workspace',
  keyId: 'key_id',
  alias: 'alias',
  provider: 'provider',
  model: 'model',
  outcome: 'outcome',
};

type Sums = Readonly<Record<keyof UsageSums, number | bigint>>;
type Read = Sums & Partial<UsageDimensions> & { readonly starts_at?: number };

export function createUsage({ db, gaps }: OpenDatabase): UsageSet {
  const isByWorkspace = gaps.name === 'sqlite';
  return {
    read: async (question) => {
      const { from, by = [] } = question;
      const rows = await readSums(db, question, isByWorkspace);
      return rows.map((row) => toEntry(row, by, row.starts_at ?? from));
    },
  };
}

async function readSums(
  db: Kysely<Schema>,
  question: UsageQuestion,
  isByWorkspace: boolean,
): Promise<Read[]> {
  const { step, by = [], most, limit } = question;
  const groups = by.map((name) => columns[name]);
  const period = step === 'total' ? undefined : periodOf(question);
  // PostgreSQL sums whole numbers into fractions, which its driver hands over as text.
  const sums = sumColumns.map((column) => sql`cast(sum(${sql.ref(column)}) as bigint)`.as(column));
  let query = db
    .selectFrom(() => periodsOf(db, question, isByWorkspace).as('periods'))
    .select(groups)
    .select(sums)
    // Without groups, the sum over no rows would be a row of nulls.
    .having(sql<boolean>`count(*) > 0`);
  if (period !== undefined) query = query.select(period.as('starts_at') as never).groupBy(period);
  for (const group of groups) query = query.groupBy(group);
  if (most !== undefined) query = query.orderBy(greatest[most], 'desc');
  if (period !== undefined) query = query.orderBy(period);
  for (const group of groups) query = query.orderBy(group);
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()) as unknown as Read[];
}

/** The beginning of the period that a day or an hour is in. Only literals, or the grouping would not be known as the same. */
function periodOf({ step, from, to }: UsageQuestion): RawBuilder<number> {
  if (step !== 'week' && step !== 'month') return sql<number>`starts_at`;
  const next = {
    week: (start: number): number => start + 7 * dayMs,
    month: (start: number): number => startOfMonth(start + 32 * dayMs),
  }[step];
  const starts = [step === 'week' ? startOfWeek(from) : startOfMonth(from)];
  for (let start = next(starts[0] as number); start < to; start = next(start)) starts.push(start);
  const cases = starts
    .slice(1)
    .map((start, at) => sql`when starts_at < ${sql.lit(start)} then ${sql.lit(starts[at] as number)}`);
  const last = sql.lit(starts.at(-1) as number);
  // What is constant cannot be grouped by.
  if (cases.length === 0) return sql<number>`(case when starts_at < 0 then 0 else ${last} end)`;
  return sql<number>`(case ${sql.join(cases, sql` `)} else ${last} end)`;
}

const greatest = {
  cost: sql`sum(cost_nano_dollars)`,
  calls: sql`sum(calls)`,
  tokens: sql`sum(input_tokens) + sum(output_tokens)`,
} as const;

type Periods = SelectQueryBuilder<Schema, 'usage_daily' | 'usage_hourly', UsageRow>;

/** A total of weeks is made of their days, and only its ends of hours: there are far fewer of them. */
function periodsOf(db: Kysely<Schema>, question: UsageQuestion, isByWorkspace: boolean): Periods {
  const { from, to, step, only } = question;
  const isOfAll = isByWorkspace && only?.workspace === undefined;
  const read = (table: 'usage_daily' | 'usage_hourly', start: number, end: number): Periods => {
    const query = applyOnly(db.selectFrom(table).selectAll(), question)
      .where('starts_at', '>=', start)
      .where('starts_at', '<', end);
    return isOfAll ? query.where(eachWorkspaceOf(table)) : query;
  };
  if (step === 'day' || step === 'week' || step === 'month') return read('usage_daily', from, to);
  const firstDay = startOfDay(from + dayMs - 1);
  const lastDay = startOfDay(to);
  if (step === 'hour' || firstDay >= lastDay) return read('usage_hourly', from, to);
  return read('usage_daily', firstDay, lastDay)
    .unionAll(read('usage_hourly', from, firstDay))
    .unionAll(read('usage_hourly', lastDay, to));
}

/**
 * SQLite keeps the rows in the order of workspace and time, so that those of a month lie side by side in each workspace, and
 * would be looked up one by one through the index by time. From each name of a workspace it is one step to the next.
 */
function eachWorkspaceOf(table: 'usage_daily' | 'usage_hourly'): RawBuilder<boolean> {
  const sums = sql.table(table);
  return sql<boolean>`workspace in (with recursive names (name) as (select min(workspace) from ${sums} union all
    select (select min(workspace) from ${sums} where workspace > name) from names where name is not null)
    select name from names where name is not null)`;
}

function applyOnly(all: Periods, { only = {} }: UsageQuestion): Periods {
  let query = all;
  for (const [name, value] of Object.entries(only)) {
    const column = columns[name as UsageDimension];
    if (typeof value === 'string') query = query.where(column, '=', value);
    else if (value !== undefined)
      query = value.length === 0 ? query.where(sql<boolean>`false`) : query.where(column, 'in', value);
  }
  return query;
}

function toEntry(row: Read, by: readonly UsageDimension[], startsAt: number): UsageEntry {
  const group = by.map((name) => [name, row[columns[name]] ?? ''] as const);
  return {
    startsAt,
    group: Object.fromEntries(group.filter(([, value]) => value !== '')),
    calls: Number(row.calls),
    errors: Number(row.errors),
    unpriced: Number(row.unpriced),
    estimated: Number(row.estimated),
    uncounted: Number(row.uncounted),
    input: {
      total: Number(row.input_tokens),
      uncached: Number(row.input_uncached),
      cacheRead: Number(row.input_cache_read),
      cacheWrite: Number(row.input_cache_write),
      cacheWrite1h: Number(row.input_cache_write_1h),
      audio: Number(row.input_audio),
      image: Number(row.input_image),
    },
    output: {
      total: Number(row.output_tokens),
      reasoning: Number(row.output_reasoning),
      audio: Number(row.output_audio),
      image: Number(row.output_image),
    },
    nanoDollars: BigInt(row.cost_nano_dollars),
    durationMs: Number(row.duration_us) / 1000,
    cache: {
      hits: Number(row.cache_hits),
      savedNanoDollars: BigInt(row.saved_nano_dollars),
      savedInputTokens: Number(row.saved_input_tokens),
      savedOutputTokens: Number(row.saved_output_tokens),
    },
  };
}
