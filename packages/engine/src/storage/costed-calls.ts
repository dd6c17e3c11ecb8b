/**
 * Calls as far as their cost goes: read in the order of their ids, and given other costs together with their attempts and the
 * sums of usage. What a call ought to cost is not this room's to say.
 */
import type { ErrorCode, Usage } from '@keelson/core';
import type { Kysely, Transaction } from 'kysely';
import type { CallRecord, RecordedCost } from '../observability/index.ts';
import { fromCostColumns } from './call-rows.ts';
import { fromJsonText, known, toInteger, toOptionalText, toText } from './columns.ts';
import { idBound } from './id-times.ts';
import type { AttemptRow, CallRow, Schema, UsageRow } from './schema.ts';
import { sumColumns, sumDays, sumHours, tokenColumns } from './usage-sums.ts';
import { createUsageInsert } from './write-calls.ts';

export interface CallScope {
  /** Milliseconds since 1970, by the time in the call's id; `to` is not included. */
  readonly from: number;
  readonly to: number;
  readonly workspace?: string;
}

export interface CostedAttempt {
  /** From 0, in the order of their start. */
  readonly index: number;
  readonly provider: string;
  readonly model: string;
  readonly outcome: string;
  readonly usage?: Usage;
  readonly cost?: RecordedCost;
}

/** What a new cost depends on, and whom it concerns. */
export interface CostedCall {
  readonly id: string;
  readonly startedAt: number;
  readonly workspace: string;
  readonly keyId?: string;
  readonly alias?: string;
  readonly tags: CallRecord['tags'];
  readonly provider?: string;
  readonly model?: string;
  readonly error?: ErrorCode;
  readonly usage?: Usage;
  readonly cost: RecordedCost;
  readonly attempts: readonly CostedAttempt[];
}

export interface AttemptCost {
  readonly index: number;
  readonly cost: RecordedCost;
}

export interface CostChange {
  readonly id: string;
  readonly cost: RecordedCost;
  /** Those that change. */
  readonly attempts: readonly AttemptCost[];
}

const callColumns = [
  ...tokenColumns,
  'id',
  'started_at',
  'workspace',
  'key_id',
  'alias',
  'tags',
  'provider',
  'model',
  'outcome',
  'error',
  'usage',
  'provider_request_id',
  'cost_status',
  'cost_nano_dollars',
  'price_version',
  'duration_us',
  'cache',
  'saved_nano_dollars',
  'saved_input_tokens',
  'saved_output_tokens',
] as const satisfies readonly (keyof CallRow)[];

const attemptColumns = [
  'call_id',
  'number',
  'provider',
  'model',
  'outcome',
  'is_whole_call',
  'usage',
  'cost_status',
  'cost_nano_dollars',
  'price_version',
] as const satisfies readonly (keyof AttemptRow)[];

type CostRow = Pick<CallRow, (typeof callColumns)[number]>;
type AttemptCostRow = Pick<AttemptRow, (typeof attemptColumns)[number]>;

/** A call with the rows that it was read from. */
export interface ReadCall {
  readonly call: CostedCall;
  readonly row: CostRow;
  readonly attempts: readonly AttemptCostRow[];
}

/** Those behind the call `after`, in the order of their ids. */
export async function readCosts(
  db: Kysely<Schema>,
  { from, to, workspace }: CallScope,
  after: string,
  limit: number,
): Promise<ReadCall[]> {
  let query = db
    .selectFrom('calls')
    .select(callColumns)
    .where('id', '>=', idBound(from))
    .where('id', '<', idBound(to))
    .where('id', '>', after);
  if (workspace !== undefined) query = query.where('workspace', '=', toText(workspace));
  const rows: CostRow[] = await query.orderBy('id').limit(limit).execute();
  if (rows.length === 0) return [];
  const attempts = await db
    .selectFrom('attempts')
    .select(attemptColumns)
    .where(
      'call_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('call_id')
    .orderBy('number')
    .execute();
  const byCall = new Map<string, AttemptCostRow[]>(rows.map(({ id }) => [id, []]));
  for (const attempt of attempts) byCall.get(attempt.call_id)?.push(attempt);
  return rows.map((row) => {
    const own = byCall.get(row.id) ?? [];
    return { call: toCostedCall(row, own), row, attempts: own };
  });
}

function toCostedCall(row: CostRow, attempts: readonly AttemptCostRow[]): CostedCall {
  const usage = row.usage === null ? undefined : fromJsonText<Usage>(row.usage);
  const cost = fromCostColumns(row.cost_status, row.cost_nano_dollars, row.price_version);
  return {
    id: row.id,
    startedAt: row.started_at,
    workspace: row.workspace,
    tags: row.tags === null ? {} : fromJsonText<CallRecord['tags']>(row.tags),
    cost,
    attempts: attempts.map((attempt) => toCostedAttempt(attempt, { usage, cost })),
    ...known({
      keyId: row.key_id,
      alias: row.alias,
      provider: row.provider,
      model: row.model,
      error: row.error as ErrorCode | null,
      usage,
    }),
  };
}

interface OfCall {
  readonly usage: Usage | undefined;
  readonly cost: RecordedCost;
}

function toCostedAttempt(row: AttemptCostRow, ofCall: OfCall): CostedAttempt {
  const own = {
    usage: row.usage === null ? undefined : fromJsonText<Usage>(row.usage),
    cost:
      row.cost_status === null
        ? undefined
        : fromCostColumns(row.cost_status, row.cost_nano_dollars, row.price_version),
  };
  const { number: index, provider, model, outcome } = row;
  return { index, provider, model, outcome, ...known(row.is_whole_call === 1 ? ofCall : own) };
}

/** Each change is of one of the calls. */
export type CostWriter = (
  db: Transaction<Schema>,
  calls: readonly ReadCall[],
  changes: readonly CostChange[],
) => Promise<void>;

/** For one database, whose statements it remembers. */
export function createCostWriter(): CostWriter {
  const addHours = createUsageInsert('usage_hourly');
  const addDays = createUsageInsert('usage_daily');
  return async (db, calls, changes) => {
    const hours = await writeCosts(db, calls, changes);
    await addHours(db, hours);
    await addDays(db, sumDays(hours));
  };
}

/** Returns what the sums of usage are to be raised by. */
async function writeCosts(
  db: Transaction<Schema>,
  calls: readonly ReadCall[],
  changes: readonly CostChange[],
): Promise<UsageRow[]> {
  const byId = new Map(calls.map((call) => [call.row.id, call]));
  const before: CostRow[] = [];
  const after: CostRow[] = [];
  for (const change of changes) {
    const read = byId.get(change.id);
    if (read === undefined) continue;
    const row = { ...read.row, ...toCostColumns(change.cost) };
    before.push(read.row);
    after.push(row);
    await db.updateTable('calls').set(toCostColumns(change.cost)).where('id', '=', change.id).execute();
    await writeAttempts(db, read, change);
  }
  // Both have the same groups in the same order, and are nowhere different but in what hangs on the cost.
  const sums = sumHours(before);
  return sumHours(after).map((hour, at) => subtract(hour, sums[at] as UsageRow));
}

/** An attempt that has all of its call stays without columns of its own only as long as it still has. */
async function writeAttempts(db: Transaction<Schema>, read: ReadCall, change: CostChange): Promise<void> {
  const costs = new Map(change.attempts.map(({ index, cost }) => [index, cost]));
  for (const attempt of read.attempts) {
    const isWhole = attempt.is_whole_call === 1;
    const cost = costs.get(attempt.number) ?? (isWhole ? read.call.cost : undefined);
    if (cost === undefined || (isWhole && isSameCost(cost, change.cost))) continue;
    const { usage, provider_request_id } = read.row;
    await db
      .updateTable('attempts')
      .set({ ...toCostColumns(cost), ...(isWhole && { is_whole_call: 0, usage, provider_request_id }) })
      .where('call_id', '=', change.id)
      .where('number', '=', attempt.number)
      .execute();
  }
}

function isSameCost(one: RecordedCost, other: RecordedCost): boolean {
  return (
    one.status === other.status &&
    one.nanoDollars === other.nanoDollars &&
    one.priceVersion === other.priceVersion
  );
}

function toCostColumns({ status, nanoDollars, priceVersion }: RecordedCost) {
  return {
    cost_status: status,
    cost_nano_dollars: toInteger(nanoDollars),
    price_version: toOptionalText(priceVersion),
  };
}

function subtract(sum: UsageRow, other: UsageRow): UsageRow {
  const difference = { ...sum };
  for (const column of sumColumns) difference[column] -= other[column];
  return difference;
}
