/** Receipts in their batches, the logs that processes claim to add to, and the keys that heads are signed by. */
import type { ReceiptHead, ReceiptKey } from '@keelson/core';
import type { Kysely } from 'kysely';
import { fromJsonText, known } from './columns.ts';
import type { OpenDatabase } from './open-database.ts';
import type { Appended, ReceiptBatch } from './receipt-batch.ts';
import {
  countReceipts,
  type ListedReceipt,
  listReceipts,
  type ReceiptListing,
  type ReceiptPage,
} from './receipt-lists.ts';
import type { Schema } from './schema.ts';

export interface LogClaim {
  /** The name of the new log if none is free. */
  readonly newLog: string;
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly until: number;
  /** Whether an owner is known to be gone before its claim ends. */
  isGone(owner: string): boolean;
}

export interface ClaimedLog {
  readonly log: string;
  /** Its newest head; none in a new log. */
  readonly head?: ReceiptHead;
}

export interface StoredBatch {
  readonly head: ReceiptHead;
  /** Canonical texts, exactly as signed. */
  readonly receipts: readonly string[];
}

export interface StoredReceipt extends StoredBatch {
  readonly place: number;
  readonly workspace: string;
}

export interface Receipts {
  /** One that nobody has, the oldest first, or a new one. */
  claimLog(claim: LogClaim): Promise<ClaimedLog>;
  /** False when somebody else has it by now. */
  renewLog(log: string, owner: string, until: number): Promise<boolean>;
  releaseLog(log: string, owner: string): Promise<void>;
  append(batch: ReceiptBatch): Promise<Appended>;
  find(id: string): Promise<StoredReceipt | undefined>;
  /** The newest first. */
  list(listing: ReceiptListing): Promise<ReceiptPage>;
  /** The same, of the ids alone. */
  listIds(listing: ReceiptListing): Promise<{ readonly ids: readonly string[]; readonly hasMore: boolean }>;
  count(listing: Omit<ReceiptListing, 'limit' | 'before'>): Promise<number>;
  /** Where these are, in the order of their ids; what is not there is left out. */
  locate(ids: readonly string[]): Promise<readonly ListedReceipt[]>;
  /** Those of these batches that are there. */
  findBatches(places: readonly Pick<ListedReceipt, 'log' | 'seq'>[]): Promise<readonly StoredBatch[]>;
  /** Notes what a statement covers, before it is signed: until it is stored, that counts for nothing. */
  cover(statement: string, receipts: readonly string[]): Promise<void>;
  /** In the order of their names. */
  listLogs(): Promise<readonly string[]>;
  /** Batches of a log from this number on, in order; at most 50 at a time. */
  listBatches(log: string, from: number): Promise<readonly StoredBatch[]>;
  /** Only the heads; at most 1,000 at a time. */
  listHeads(log: string, from: number): Promise<readonly ReceiptHead[]>;
  /** The numbers of the batches of a log that closed within this time, the last one not included. */
  findSeqs(
    log: string,
    time: { from?: number; to?: number },
  ): Promise<{ first: number; last: number } | undefined>;
  /** Keeps the first one of an id, and returns what is kept. */
  insertKey(key: ReceiptKey): Promise<ReceiptKey>;
  /** By the beginning of their validity. */
  listKeys(): Promise<readonly ReceiptKey[]>;
  /** The earlier end holds. */
  endKey(id: string, at: number): Promise<void>;
}

const mostPerPage = 1000;
const batchesPerPage = 50;

export function createReceipts({ db, writer }: OpenDatabase): Receipts {
  return {
    claimLog: (claim) => claimLog(db, claim),
    renewLog: async (log, owner, until) => {
      const { numUpdatedRows } = await db
        .updateTable('receipt_logs')
        .set({ claimed_until: until })
        .where('id', '=', log)
        .where('owner', '=', owner)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    releaseLog: async (log, owner) => {
      await db
        .updateTable('receipt_logs')
        .set({ owner: null })
        .where('id', '=', log)
        .where('owner', '=', owner)
        .execute();
    },
    append: (batch) => writer.writeReceipts(batch),
    find: (id) => findReceipt(db, id),
    list: (listing) => listReceipts(db, listing),
    listIds: async (listing) => {
      const { receipts, hasMore } = await listReceipts(db, listing);
      return { ids: receipts.map(({ id }) => id), hasMore };
    },
    count: (listing) => countReceipts(db, listing),
    locate: (ids) => locateReceipts(db, ids),
    findBatches: async (places) => {
      const found = await Promise.all(places.map(({ log, seq }) => findBatch(db, log, seq)));
      return found.filter((batch) => batch !== undefined);
    },
    cover: (statement, receipts) => coverReceipts(db, statement, receipts),
    listLogs: async () => {
      const rows = await db.selectFrom('receipt_logs').select('id').orderBy('id').execute();
      return rows.map(({ id }) => id);
    },
    listBatches: (log, from) => listBatches(db, log, from),
    listHeads: async (log, from) => {
      const found = db.selectFrom('receipt_batches').select('head').where('log', '=', log);
      const rows = await found.where('seq', '>=', from).orderBy('seq').limit(mostPerPage).execute();
      return rows.map(({ head }) => fromJsonText<ReceiptHead>(head));
    },
    findSeqs: (log, time) => findSeqs(db, log, time),
    insertKey: (key) => insertKey(db, key),
    listKeys: () => listKeys(db),
    endKey: async (id, at) => {
      await db
        .updateTable('receipt_keys')
        .set({ valid_to: at })
        .where('id', '=', id)
        .where(({ eb, or }) => or([eb('valid_to', 'is', null), eb('valid_to', '>', at)]))
        .execute();
    },
  };
}

async function claimLog(db: Kysely<Schema>, claim: LogClaim): Promise<ClaimedLog> {
  const { newLog, owner, now, until, isGone } = claim;
  const logs = await db.selectFrom('receipt_logs').selectAll().orderBy('id').execute();
  for (const { id, owner: before, claimed_until } of logs) {
    if (before !== null && claimed_until > now && !isGone(before)) continue;
    const { numUpdatedRows } = await db
      .updateTable('receipt_logs')
      .set({ owner, claimed_until: until })
      .where('id', '=', id)
      .where('claimed_until', '=', claimed_until)
      .where(({ eb }) => (before === null ? eb('owner', 'is', null) : eb('owner', '=', before)))
      .executeTakeFirst();
    if (numUpdatedRows === 0n) continue;
    const newest = await db
      .selectFrom('receipt_batches')
      .select('head')
      .where('log', '=', id)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    return { log: id, ...(newest !== undefined && { head: fromJsonText<ReceiptHead>(newest.head) }) };
  }
  await db.insertInto('receipt_logs').values({ id: newLog, owner, claimed_until: until }).execute();
  return { log: newLog };
}

async function findBatch(db: Kysely<Schema>, log: string, seq: number): Promise<StoredBatch | undefined> {
  const row = await db
    .selectFrom('receipt_batches')
    .select(['head', 'receipts'])
    .where('log', '=', log)
    .where('seq', '=', seq)
    .executeTakeFirst();
  return row && toBatch(row);
}

function toBatch({ head, receipts }: { head: string; receipts: string }): StoredBatch {
  return { head: fromJsonText<ReceiptHead>(head), receipts: receipts.split('\n') };
}

async function findReceipt(db: Kysely<Schema>, id: string): Promise<StoredReceipt | undefined> {
  const row = await db.selectFrom('receipts').selectAll().where('id', '=', id).executeTakeFirst();
  const batch = row && (await findBatch(db, row.log, row.seq));
  return batch && { ...batch, place: row.place, workspace: row.workspace };
}

const idsAtOnce = 500;

async function locateReceipts(db: Kysely<Schema>, ids: readonly string[]): Promise<ListedReceipt[]> {
  const found: ListedReceipt[] = [];
  const sorted = [...new Set(ids)].sort();
  for (let at = 0; at < sorted.length; at += idsAtOnce) {
    const some = sorted.slice(at, at + idsAtOnce);
    found.push(
      ...(await db.selectFrom('receipts').selectAll().where('id', 'in', some).orderBy('id').execute()),
    );
  }
  return found;
}

async function coverReceipts(
  db: Kysely<Schema>,
  statement: string,
  receipts: readonly string[],
): Promise<void> {
  const rows = [statement, ...receipts].map((receipt) => ({ receipt, statement }));
  for (let at = 0; at < rows.length; at += idsAtOnce) {
    const some = rows.slice(at, at + idsAtOnce);
    await db
      .insertInto('covered_receipts')
      .values(some)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

async function listBatches(db: Kysely<Schema>, log: string, from: number): Promise<StoredBatch[]> {
  const rows = await db
    .selectFrom('receipt_batches')
    .select(['head', 'receipts'])
    .where('log', '=', log)
    .where('seq', '>=', from)
    .orderBy('seq')
    .limit(batchesPerPage)
    .execute();
  return rows.map(toBatch);
}

async function findSeqs(
  db: Kysely<Schema>,
  log: string,
  { from = 0, to = Number.MAX_SAFE_INTEGER }: { from?: number; to?: number },
): Promise<{ first: number; last: number } | undefined> {
  // Within a log times and numbers go up together, and each end is one step into the index.
  const ofLog = db.selectFrom('receipt_batches').select('seq').where('log', '=', log).limit(1);
  const first = await ofLog.where('last_at', '>=', from).orderBy('last_at').orderBy('seq').executeTakeFirst();
  const last = await ofLog
    .where('last_at', '<', to)
    .orderBy('last_at', 'desc')
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  if (first === undefined || last === undefined || first.seq > last.seq) return undefined;
  return { first: first.seq, last: last.seq };
}

async function insertKey(db: Kysely<Schema>, key: ReceiptKey): Promise<ReceiptKey> {
  await db
    .insertInto('receipt_keys')
    .values({
      id: key.key_id,
      public_key: key.public_key,
      valid_from: key.valid_from,
      valid_to: key.valid_to ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await db
    .selectFrom('receipt_keys')
    .selectAll()
    .where('id', '=', key.key_id)
    .executeTakeFirstOrThrow();
  return fromKeyRow(row);
}

async function listKeys(db: Kysely<Schema>): Promise<ReceiptKey[]> {
  const rows = await db.selectFrom('receipt_keys').selectAll().orderBy('valid_from').orderBy('id').execute();
  return rows.map(fromKeyRow);
}

function fromKeyRow(row: Schema['receipt_keys']): ReceiptKey {
  return {
    key_id: row.id,
    public_key: row.public_key,
    valid_from: row.valid_from,
    ...known({ valid_to: row.valid_to }),
  };
}
