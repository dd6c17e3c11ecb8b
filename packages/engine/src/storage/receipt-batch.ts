/** A batch of receipts on its way to the tables, and what may become of it; written through queries here. */
import type { Kysely, Transaction } from 'kysely';
import { createBatchInsert } from './batch-insert.ts';
import { toText } from './columns.ts';
import type { ReceiptRow, Schema } from './schema.ts';

/** Plain values, because it travels between threads. */
export interface ReceiptBatch {
  readonly log: string;
  /** Who must still have the log. */
  readonly owner: string;
  readonly claimedUntil: number;
  readonly seq: number;
  readonly lastAt: number;
  /** Canonical JSON, signature included. */
  readonly head: string;
  /** Canonical JSON, one receipt a line. */
  readonly receipts: string;
  /** In the order of the receipts: the id of each and its workspace. */
  readonly ids: readonly string[];
}

/**
 * `stored`: now or before. `lost`: the log belongs to somebody else by now, or has another head of this number. `known`: some
 * of the receipts are stored already, in other batches; nothing was written.
 */
export type Appended =
  | { readonly outcome: 'stored' }
  | { readonly outcome: 'lost' }
  | { readonly outcome: 'known'; readonly ids: readonly string[] };

export function toReceiptRows({ log, seq, ids }: ReceiptBatch): ReceiptRow[] {
  const rows: ReceiptRow[] = [];
  for (let at = 0; at < ids.length; at += 2) {
    rows.push({ id: ids[at] as string, workspace: toText(ids[at + 1] as string), log, seq, place: at / 2 });
  }
  return rows;
}

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
  const append = async (transaction: Transaction<Schema>, batch: ReceiptBatch): Promise<void> => {
    if (!(await extendClaim(transaction, batch))) throw new Refused({ outcome: 'lost' });
    if (!(await insertBatch(transaction, batch)))
      throw new Refused({ outcome: (await hasSameHead(transaction, batch)) ? 'stored' : 'lost' });
    // In order of ids, so that no two processes wait for each other crosswise.
    const rows = toReceiptRows(batch).sort((a, b) => (a.id < b.id ? -1 : 1));
    const inserted = await insert<{ id: string }>(transaction, rows);
    if (inserted.length === rows.length) return;
    const fresh = new Set(inserted.map(({ id }) => id));
    throw new Refused({ outcome: 'known', ids: rows.map(({ id }) => id).filter((id) => !fresh.has(id)) });
  };
  return async (batch) => {
    try {
      await db.transaction().execute((transaction) => append(transaction, batch));
      return { outcome: 'stored' };
    } catch (error) {
      if (error instanceof Refused) return error.appended;
      throw error;
    }
  };
}

async function extendClaim(db: Kysely<Schema>, { log, owner, claimedUntil }: ReceiptBatch): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('receipt_logs')
    .set({ claimed_until: claimedUntil })
    .where('id', '=', log)
    .where('owner', '=', owner)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function insertBatch(db: Kysely<Schema>, batch: ReceiptBatch): Promise<boolean> {
  const { log, seq, lastAt, head, receipts } = batch;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('receipt_batches')
    .values({ log, seq, last_at: lastAt, head, receipts })
    .onConflict((conflict) => conflict.columns(['log', 'seq']).doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

async function hasSameHead(db: Kysely<Schema>, { log, seq, head }: ReceiptBatch): Promise<boolean> {
  const row = await db
    .selectFrom('receipt_batches')
    .select('head')
    .where('log', '=', log)
    .where('seq', '=', seq)
    .executeTakeFirst();
  return row?.head === head;
}
