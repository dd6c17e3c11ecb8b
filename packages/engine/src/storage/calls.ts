/** Calls: written in batches together with their attempts and the sums of usage, read one by one or page by page. */
import type { Kysely } from 'kysely';
import type { CallRecord } from '../observability/index.ts';
import { listCalls } from './call-lists.ts';
import { type CallSummary, fromAttemptRow, fromCallRow } from './call-rows.ts';
import { startOfDay } from './days.ts';
import { timeOfId } from './id-times.ts';
import type { OpenDatabase } from './open-database.ts';
import type { Schema } from './schema.ts';

export interface CallFilters {
  readonly workspace?: string;
  /** Any of these; with none of them, nothing is found. */
  readonly workspaces?: readonly string[];
  readonly keyId?: string;
  readonly alias?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly traceId?: string;
  readonly outcome?: CallRecord['outcome'];
  /** Milliseconds since 1970, by the time in the call's id; `to` is not included. */
  readonly from?: number;
  readonly to?: number;
  /** The status that the caller was answered with, both ends included. */
  readonly minStatus?: number;
  readonly maxStatus?: number;
  readonly minDurationMs?: number;
  readonly minCostNanoDollars?: number;
  /** The whole id of a call or of a trace. */
  readonly search?: string;
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
  /** Whether there are more in the direction of reading, or could be. */
  readonly hasMore: boolean;
  /** From where to go on, as `before` or as `after`; there when `hasMore` is true. */
  readonly next?: string;
  /** How many calls were looked at when these were too many for one page, which then may be short or empty. */
  readonly scanned?: number;
}

export interface Calls {
  /** Writes what is not there yet, all or nothing; the same batch a second time changes nothing. */
  insertBatch(records: readonly CallRecord[]): Promise<void>;
  find(id: string): Promise<CallRecord | undefined>;
  list(listing: CallListing): Promise<CallPage>;
}

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
    list: (listing) => listCalls(opened, listing),
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
