/** Lists of receipts, page by page, of all workspaces, of one or of several, without looking at more of any than a page. */
import { KeelsonError } from '@keelson/core';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { toText } from './columns.ts';
import { idBound } from './id-times.ts';
import type { ReceiptRow, Schema } from './schema.ts';

export interface ReceiptListing {
  readonly workspace?: string;
  /** Any of these; with none of them, nothing is found. */
  readonly workspaces?: readonly string[];
  /** Milliseconds since 1970, by the time in the receipt's id; `to` is not included. */
  readonly from?: number;
  readonly to?: number;
  /** The id of a receipt: only those made before it. */
  readonly before?: string;
  /** Only those that no statement covers. */
  readonly isUncovered?: boolean;
  /** At most 1,000; 50 when left out. */
  readonly limit?: number;
}

/** Where a receipt is. */
export interface ListedReceipt {
  readonly id: string;
  readonly workspace: string;
  readonly log: string;
  readonly seq: number;
  /** In its batch, from 0. */
  readonly place: number;
}

export interface ReceiptPage {
  readonly receipts: readonly ListedReceipt[];
  readonly hasMore: boolean;
}

const mostPerPage = 1000;
/** So many workspaces are asked in one statement. */
const workspacesAtOnce = 50;

export async function listReceipts(db: Kysely<Schema>, listing: ReceiptListing): Promise<ReceiptPage> {
  const { limit = 50 } = listing;
  if (!Number.isInteger(limit) || limit < 1 || limit > mostPerPage) {
    throw new KeelsonError('invalid_request', `A page holds 1 to ${mostPerPage} receipts, not ${limit}.`, {
      details: { field: 'limit', limit: mostPerPage },
    });
  }
  const workspaces = workspacesOf(listing);
  const where = sql.join<boolean>([sql`true`, ...rangeOf(listing)], sql` and `) as RawBuilder<boolean>;
  const rows =
    workspaces === undefined || workspaces.length === 1
      ? await readPart(db, where, { workspace: workspaces?.[0], limit: limit + 1 })
      : await readParts(db, where, { workspaces, limit: limit + 1 });
  return { receipts: rows.slice(0, limit), hasMore: rows.length > limit };
}

function workspacesOf({ workspace, workspaces }: ReceiptListing): readonly string[] | undefined {
  if (workspace === undefined) return workspaces && [...new Set(workspaces.map(toText))];
  return workspaces === undefined || workspaces.includes(workspace) ? [toText(workspace)] : [];
}

/** The id of a receipt begins with the time of its call's id. */
function rangeOf({ before, from, to, isUncovered }: ReceiptListing): RawBuilder<boolean>[] {
  const range: RawBuilder<boolean>[] = [];
  if (before !== undefined) range.push(sql`id < ${before}`);
  if (from !== undefined) range.push(sql`id >= ${receiptBound(from)}`);
  if (to !== undefined) range.push(sql`id < ${receiptBound(to)}`);
  if (isUncovered) range.push(uncovered);
  return range;
}

/** Of a statement that was begun and never signed, nothing is covered. */
const uncovered = sql<boolean>`not exists (
  select 1 from covered_receipts as cover join receipts as stated on stated.id = cover.statement where cover.receipt = receipts.id
)`;

export async function countReceipts(
  db: Kysely<Schema>,
  listing: Omit<ReceiptListing, 'limit' | 'before'>,
): Promise<number> {
  const workspaces = workspacesOf(listing);
  const where = sql.join<boolean>([sql`true`, ...rangeOf(listing)], sql` and `) as RawBuilder<boolean>;
  let total = 0;
  for (const some of workspaces === undefined ? [undefined] : inParts(workspaces)) {
    let query = db
      .selectFrom('receipts')
      .select(({ fn }) => fn.countAll().as('count'))
      .where(where);
    if (some !== undefined) query = query.where('workspace', 'in', some);
    total += Number((await query.executeTakeFirstOrThrow()).count);
  }
  return total;
}

function inParts(workspaces: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let at = 0; at < workspaces.length; at += workspacesAtOnce)
    parts.push(workspaces.slice(at, at + workspacesAtOnce));
  return parts;
}

function receiptBound(ms: number): string {
  return `rcpt_${idBound(ms).replaceAll('-', '')}`;
}

async function readPart(
  db: Kysely<Schema>,
  where: RawBuilder<boolean>,
  { workspace, limit }: { readonly workspace: string | undefined; readonly limit: number },
): Promise<ReceiptRow[]> {
  let query = db.selectFrom('receipts').selectAll().where(where);
  if (workspace !== undefined) query = query.where('workspace', '=', workspace);
  return query.orderBy('id', 'desc').limit(limit).execute();
}

async function readParts(
  db: Kysely<Schema>,
  where: RawBuilder<boolean>,
  { workspaces, limit }: { readonly workspaces: readonly string[]; readonly limit: number },
): Promise<ReceiptRow[]> {
  let found: ReceiptRow[] = [];
  for (let at = 0; at < workspaces.length; at += workspacesAtOnce) {
    const parts = workspaces
      .slice(at, at + workspacesAtOnce)
      .map(
        (workspace) =>
          sql`select * from (select * from receipts where workspace = ${workspace} and ${where} order by id desc limit ${limit}) as part`,
      );
    const { rows } = await sql<ReceiptRow>`${sql.join(parts, sql` union all `)}`.execute(db);
    found = [...found, ...rows].toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
  }
  return found;
}
