/** Calls: written in batches together with their attempts and the sums of usage, read one by one or page by page. */
import type { Kysely } from 'kysely';
import type { CallRecord } from '../observability/index.ts';
import { type CallListing, type CallPage, listCalls } from './call-lists.ts';
import { fromAttemptRow, fromCallRow } from './call-rows.ts';
import { startOfDay } from './days.ts';
import { timeOfId } from './id-times.ts';
import type { OpenDatabase } from './open-database.ts';
import type { Schema } from './schema.ts';

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
