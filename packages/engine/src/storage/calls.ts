/** Calls: written in batches together with their attempts and the sums of usage, read one by one or page by page. */
import { KeelsonError } from '@keelson/core';
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { CallRecord } from '../observability/index.ts';
import { type CallSummary, fromAttemptRow, fromCallRow } from './call-rows.ts';
import { startOfDay } from './days.ts';
import { idBound, timeOfId } from './id-times.ts';
import type { OpenDatabase } from './open-database.ts';
import type { CallRow, Schema } from './schema.ts';

export interface CallFilters {
  readonly workspace?: string;
  readonly keyId?: string;
  readonly alias?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly traceId?: string;
  readonly outcome?: CallRecord['outcome'];
  /** Milliseconds since 1970, by the time in the call's id; `to` is not included. */
  readonly from?: number;
  readonly to?: number;
}

export interface CallListing {
  readonly filters?: CallFilters;
  /** The id of a call: only those made before it, or only those made after it. */
  readonly before?: string;
  readonly after?: string;
  /** At most 1,000; 50 when left out. */
  readonly limit?: number;
}

export interface CallPage {
  /** The newest first, whichever way one pages. */
  readonly calls: readonly CallSummary[];
  /** Whether there are more in the direction of reading. */
  readonly hasMore: boolean;
}

export interface Calls {
  /** Writes what is not there yet, all or nothing; the same batch a second time changes nothing. */
  insertBatch(records: readonly CallRecord[]): Promise<void>;
  find(id: string): Promise<CallRecord | undefined>;
  list(listing: CallListing): Promise<CallPage>;
}

const mostPerPage = 1000;

export function createCalls(opened: OpenDatabase): Calls {
  const { db, gaps } = opened;
  const insert = createInsert(opened);
  return {
    insertBatch: async (records) => {
      try {
        await insert(records);
      } catch (error) {
        // Retention may have removed a day that this process had prepared.
        if (!gaps.isMissingDay(error)) throw error;
        await insert(records);
      }
    },
    find: (id) => findCall(db, id),
    list: (listing) => listCalls(db, listing),
  };
}

function createInsert({ db, gaps, writer }: OpenDatabase): Calls['insertBatch'] {
  return async (records) => {
    const sorted = sortById(records);
    if (sorted.length === 0) return;
    await gaps.prepareDays(
      db,
      sorted.map(({ id }) => startOfDay(timeOfId(id))),
    );
    await writer.write(sorted);
  };
}

/** A call that is twice in the batch counts once. In order of ids, no two processes wait for each other crosswise. */
function sortById(records: readonly CallRecord[]): readonly CallRecord[] {
  const isSorted = records.every(({ id }, at) => at === 0 || (records[at - 1] as CallRecord).id < id);
  if (isSorted) return records;
  const unique = new Map(records.map((record) => [record.id, record]));
  return [...unique.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

async function findCall(db: Kysely<Schema>, id: string): Promise<CallRecord | undefined> {
  const call = await db.selectFrom('calls').selectAll().where('id', '=', id).executeTakeFirst();
  if (call === undefined) return undefined;
  const attempts = await db
    .selectFrom('attempts')
    .selectAll()
    .where('call_id', '=', id)
    .orderBy('number')
    .execute();
  return { ...fromCallRow(call), attempts: attempts.map((attempt) => fromAttemptRow(attempt, call)) };
}

async function listCalls(db: Kysely<Schema>, listing: CallListing): Promise<CallPage> {
  const { filters = {}, before, after, limit = 50 } = listing;
  const size = checkLimit(limit);
  const isForward = after !== undefined && before === undefined;
  let query = applyFilters(db.selectFrom('calls').selectAll(), filters);
  if (before !== undefined) query = query.where('id', '<', before);
  if (after !== undefined) query = query.where('id', '>', after);
  const rows = await query
    .orderBy('id', isForward ? 'asc' : 'desc')
    .limit(size + 1)
    .execute();
  const calls = rows.slice(0, size).map(fromCallRow);
  return { calls: isForward ? calls.reverse() : calls, hasMore: rows.length > size };
}

type CallQuery = SelectQueryBuilder<Schema, 'calls', CallRow>;

function applyFilters(all: CallQuery, filters: CallFilters): CallQuery {
  const { outcome, from, to } = filters;
  const equal = {
    workspace: filters.workspace,
    key_id: filters.keyId,
    alias: filters.alias,
    provider: filters.provider,
    model: filters.model,
    trace_id: filters.traceId,
    outcome,
  };
  let query = all;
  for (const [column, value] of Object.entries(equal)) {
    if (value !== undefined) query = query.where(column as keyof typeof equal, '=', value);
  }
  // Said literally, or the index over what was not answered would not be considered.
  if (outcome !== undefined && outcome !== 'answered')
    query = query.where(sql<boolean>`outcome <> 'answered'`);
  if (from !== undefined) query = query.where('id', '>=', idBound(from));
  if (to !== undefined) query = query.where('id', '<', idBound(to));
  return query;
}

function checkLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostPerPage) return limit;
  throw new KeelsonError('invalid_request', `A page holds 1 to ${mostPerPage} calls, not ${limit}.`, {
    details: { field: 'limit', limit: mostPerPage },
  });
}
