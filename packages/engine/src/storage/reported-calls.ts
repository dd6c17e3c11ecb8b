/** Calls that others made and told us of: each counted once, and what they used by who told it. */
import { type Kysely, sql, type Transaction } from 'kysely';
import { toText } from './columns.ts';
import { startOfDay } from './days.ts';
import type { Schema } from './schema.ts';
import type { OriginUsageRow } from './sync-schema.ts';

export interface ReportedCall {
  readonly workspace: string;
  readonly origin: string;
  /** What its origin calls it; without it, the same call told twice is two calls. */
  readonly idAtOrigin?: string;
  /** The id of the record that it gets. */
  readonly callId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Left out where no price is known. */
  readonly nanoDollars?: number;
}

export interface OriginUsageQuestion {
  /** Of any of these; with none of them, there is no usage. */
  readonly workspaces: readonly string[];
  /** Milliseconds since 1970; days that begin at `from` or later and before `to`. */
  readonly from: number;
  readonly to: number;
  readonly step: 'day' | 'total';
  readonly limit: number;
}

export interface OriginUsage {
  readonly startsAt: number;
  readonly origin: string;
  readonly calls: number;
  readonly unpriced: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly nanoDollars: bigint;
}

export interface ReportedCalls {
  /** The id of the call's record: that of an earlier report where it was told before, and then nothing is counted again. */
  note(call: ReportedCall): Promise<string>;
  /** By time, then by origin; days without calls are left out. */
  usage(question: OriginUsageQuestion): Promise<readonly OriginUsage[]>;
}

export function createReportedCalls(db: Kysely<Schema>): ReportedCalls {
  return {
    note: (call) => db.transaction().execute((transaction) => note(transaction, call)),
    usage: (question) => readUsage(db, question),
  };
}

async function note(db: Transaction<Schema>, call: ReportedCall): Promise<string> {
  const former = call.idAtOrigin === undefined ? undefined : await claim(db, call, call.idAtOrigin);
  if (former !== undefined) return former;
  const row: OriginUsageRow = {
    workspace: toText(call.workspace),
    starts_at: startOfDay(call.at),
    origin: toText(call.origin),
    calls: 1,
    unpriced: call.nanoDollars === undefined ? 1 : 0,
    input_tokens: call.inputTokens,
    output_tokens: call.outputTokens,
    cost_nano_dollars: call.nanoDollars ?? 0,
  };
  const sum = (column: (typeof summed)[number]) =>
    sql<number>`${sql.ref(`usage_by_origin.${column}`)} + ${sql.ref(`excluded.${column}`)}`;
  await db
    .insertInto('usage_by_origin')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['workspace', 'starts_at', 'origin'])
        .doUpdateSet(Object.fromEntries(summed.map((column) => [column, sum(column)]))),
    )
    .execute();
  return call.callId;
}

const summed = ['calls', 'unpriced', 'input_tokens', 'output_tokens', 'cost_nano_dollars'] as const;

/** The id that it has already; undefined for what was never told. */
async function claim(
  db: Transaction<Schema>,
  { workspace, origin, callId, at }: ReportedCall,
  idAtOrigin: string,
): Promise<string | undefined> {
  const key = { workspace: toText(workspace), origin: toText(origin), id_at_origin: toText(idAtOrigin) };
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('reported_calls')
    .values({ ...key, call_id: callId, at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((numInsertedOrUpdatedRows ?? 0n) > 0n) return undefined;
  const row = await db
    .selectFrom('reported_calls')
    .select('call_id')
    .where('workspace', '=', key.workspace)
    .where('origin', '=', key.origin)
    .where('id_at_origin', '=', key.id_at_origin)
    .executeTakeFirstOrThrow();
  return row.call_id;
}

async function readUsage(
  db: Kysely<Schema>,
  { workspaces, from, to, step, limit }: OriginUsageQuestion,
): Promise<OriginUsage[]> {
  if (workspaces.length === 0) return [];
  const groups = step === 'day' ? (['starts_at', 'origin'] as const) : (['origin'] as const);
  const sums = summed.map((column) => sql<number>`cast(sum(${sql.ref(column)}) as bigint)`.as(column));
  let query = db
    .selectFrom('usage_by_origin')
    .select(groups as readonly ('starts_at' | 'origin')[])
    .select(sums)
    .where('workspace', 'in', workspaces.map(toText))
    .where('starts_at', '>=', from)
    .where('starts_at', '<', to);
  for (const group of groups) query = query.groupBy(group).orderBy(group);
  const rows = await query.limit(limit).execute();
  return rows.map((row) => ({
    startsAt: row.starts_at ?? from,
    origin: row.origin,
    calls: Number(row.calls),
    unpriced: Number(row.unpriced),
    inputTokens: Number(row.input_tokens),
    outputTokens: Number(row.output_tokens),
    nanoDollars: BigInt(row.cost_nano_dollars),
  }));
}
