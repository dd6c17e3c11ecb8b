/** How batches of calls reach the tables: what every engine's writer is, and the one that works through queries. */
import { type Kysely, sql } from 'kysely';
import type { CallRecord } from '../observability/index.ts';
import { createReceiptAppender } from './append-receipts.ts';
import { type BatchInsert, createBatchInsert } from './batch-insert.ts';
import { toAttemptRow, toCallRow } from './call-rows.ts';
import type { Appended, ReceiptBatch } from './receipt-batch.ts';
import type { Schema, UsageRow } from './schema.ts';
import { dimensionColumns, sumColumns, sumDays, sumHours } from './usage-sums.ts';

export interface CallWriter {
  /** All or nothing, and only what is not there yet. The records are sorted by their ids, each of which is there once. */
  write(records: readonly CallRecord[]): Promise<void>;
  /** All or nothing as well; says why when nothing was. */
  writeReceipts(batch: ReceiptBatch): Promise<Appended>;
  /** When everything that was handed over is written or refused. */
  close(): Promise<void>;
}

export function createQueryWriter(db: Kysely<Schema>): CallWriter {
  const insertCalls = createBatchInsert('calls', (insert) =>
    insert.onConflict((conflict) => conflict.column('id').doNothing()).returning('id'),
  );
  const insertAttempts = createBatchInsert('attempts', (insert) =>
    insert.onConflict((conflict) => conflict.columns(['call_id', 'number']).doNothing()),
  );
  const addHours = createUsageInsert('usage_hourly');
  const addDays = createUsageInsert('usage_daily');
  return {
    write: async (records) => {
      const calls = records.map(toCallRow);
      await db.transaction().execute(async (transaction) => {
        const inserted = await insertCalls<{ id: string }>(transaction, calls);
        const ids = new Set(inserted.map(({ id }) => id));
        const added = records.filter(({ id }) => ids.has(id));
        const attempts = added.flatMap((call) => call.attempts.map((attempt) => toAttemptRow(call, attempt)));
        const rows = calls.filter(({ id }) => ids.has(id));
        await insertAttempts(transaction, attempts);
        const hours = sumHours(rows);
        await addHours(transaction, hours);
        await addDays(transaction, sumDays(hours));
      });
    },
    writeReceipts: createReceiptAppender(db),
    close: async () => {},
  };
}

/** Adds to what is there. */
export function createUsageInsert(table: 'usage_hourly' | 'usage_daily'): BatchInsert<UsageRow> {
  return createBatchInsert(table, (insert) =>
    insert.onConflict((conflict) =>
      conflict.columns([...dimensionColumns, 'starts_at']).doUpdateSet(
        Object.fromEntries(
          sumColumns.map((column) => {
            const before = sql.ref<number>(`${table}.${column}`);
            return [column, sql<number>`${before} + ${sql.ref(`excluded.${column}`)}`];
          }),
        ),
      ),
    ),
  );
}
