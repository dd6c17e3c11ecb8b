/** Writes a batch of receipts to an SQLite file in one transaction, with statements that are prepared once. */
import type { DatabaseSync } from 'node:sqlite';
import type { Appended, SealedReceipts } from './receipt-batch.ts';

export function createReceiptWriter(database: DatabaseSync): (batch: SealedReceipts) => Appended {
  const extendClaim = database.prepare(
    'update receipt_logs set claimed_until = ? where id = ? and owner = ?',
  );
  const insertBatch = database.prepare(
    `insert into receipt_batches (log, seq, last_at, head, receipts) values (?, ?, ?, ?, ?)
    on conflict (log, seq) do nothing`,
  );
  const findHead = database.prepare('select head from receipt_batches where log = ? and seq = ?');
  const insertReceipt = database.prepare(
    `insert into receipts (id, workspace, log, seq, place) values (?, ?, ?, ?, ?) on conflict (id) do nothing`,
  );

  const append = (batch: SealedReceipts): Appended => {
    const { log, owner, claimedUntil, head, headText, receipts, rows } = batch;
    const { seq, last_at: lastAt } = head;
    if (extendClaim.run(claimedUntil, log, owner).changes === 0) return { outcome: 'lost' };
    if (insertBatch.run(log, seq, lastAt, headText, receipts).changes === 0)
      return findHead.get(log, seq)?.head === headText ? { outcome: 'stored', head } : { outcome: 'lost' };
    const known: string[] = [];
    for (const row of rows) {
      const { changes } = insertReceipt.run(row.id, row.workspace, row.log, row.seq, row.place);
      if (changes === 0) known.push(row.id);
    }
    return known.length === 0 ? { outcome: 'stored', head } : { outcome: 'known', ids: known };
  };

  return (batch) => {
    database.exec('begin immediate');
    try {
      const appended = append(batch);
      database.exec(appended.outcome === 'stored' ? 'commit' : 'rollback');
      return appended;
    } catch (error) {
      // After some failures (a full disk) SQLite has rolled back by itself.
      if (database.isTransaction) database.exec('rollback');
      throw error;
    }
  };
}
