/** Writes batches of receipts through queries, for every engine but an SQLite file. */
import type { Kysely, Transaction } from 'kysely';
import { createBatchInsert } from './batch-insert.ts';
import type { Appended, ReceiptBatch, SealedReceipts } from './receipt-batch.ts';
import type { Schema } from './schema.ts';
import { sealReceipts } from './seal-receipts.ts';

/** Thrown within a transaction, so that nothing of it stays. */
class Refused extends Error {
  readonly appended: Appended;

  constructor(appended: Appended) {
    super('The batch is not written.');
    this.appended = appended;
  }
}

export function createReceiptAppender(db: Kysely<Schema>): (batch: ReceiptBatch) => Promise<Appended> {
  const insert = createBatchInsert('receipts', (query) =>
    query.onConflict((conflict) => conflict.column('id').doNothing()).returning('id'),
  );
  const append = async (transaction: Transaction<Schema>, batch: SealedReceipts): Promise<void> => {
    if (!(await extendClaim(transaction, batch))) throw new Refused({ outcome: 'lost' });
    if (!(await insertBatch(transaction, batch)))
      throw new Refused(
        (await hasSameHead(transaction, batch))
          ? { outcome: 'stored', head: batch.head }
          : { outcome: 'lost' },
      );
    // In order of ids, so that no two processes wait for each other crosswise.
    const rows = batch.rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const inserted = await insert<{ id: string }>(transaction, rows);
    if (inserted.length === rows.length) return;
    const fresh = new Set(inserted.map(({ id }) => id));
    throw new Refused({ outcome: 'known', ids: rows.map(({ id }) => id).filter((id) => !fresh.has(id)) });
  };
  return async (batch) => {
    const sealed = sealReceipts(batch);
    try {
      await db.transaction().execute((transaction) => append(transaction, sealed));
      return { outcome: 'stored', head: sealed.head };
    } catch (error) {
      if (error instanceof Refused) return error.appended;
      throw error;
    }
  };
}

async function extendClaim(
  db: Kysely<Schema>,
  { log, owner, claimedUntil }: SealedReceipts,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('receipt_logs')
    .set({ claimed_until: claimedUntil })
    .where('id', '=', log)
    .where('owner', '=', owner)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function insertBatch(db: Kysely<Schema>, batch: SealedReceipts): Promise<boolean> {
  const { log, head, headText, receipts } = batch;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('receipt_batches')
    .values({ log, seq: head.seq, last_at: head.last_at, head: headText, receipts })
    .onConflict((conflict) => conflict.columns(['log', 'seq']).doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

async function hasSameHead(db: Kysely<Schema>, { log, head, headText }: SealedReceipts): Promise<boolean> {
  const row = await db
    .selectFrom('receipt_batches')
    .select('head')
    .where('log', '=', log)
    .where('seq', '=', head.seq)
    .executeTakeFirst();
  return row?.head === headText;
}
