/**
 * Lists of calls, page by page. One filter is read through its index; with more of them, or with such as have no index, a
 * bounded number of calls is looked at, and the page says from where to go on.
 */
import { KeelsonError } from '@keelson/core';
import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { CallRecord } from '../observability/index.ts';
import { type CallSummary, fromCallRow } from './call-rows.ts';
import { toText } from './columns.ts';
import { idBound } from './id-times.ts';
import type { OpenDatabase } from './open-database.ts';
import type { CallRow, Schema } from './schema.ts';

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

const mostPerPage = 1000;
/** In the order of ids calls lie side by side; by another index each has to be looked up. */
const mostInOrder = 5000;
const mostLookedUp = 2000;
/** No call costs as much. */
const mostCost = 2 ** 53 - 1;
/** With more, each of them would have to be asked for a page of its own for too long. */
const mostWorkspacesAtOnce = 100;

type CallQuery = SelectQueryBuilder<Schema, 'calls', object>;

/** A filter that an index begins with. */
interface Indexed {
  readonly column: 'trace_id' | 'key_id' | 'outcome' | 'model' | 'alias' | 'provider' | 'workspace';
  readonly value: string;
}

/** A listing as it is asked of the database. */
interface Question {
  readonly indexed: readonly Indexed[];
  /** At least two. */
  readonly workspaces: readonly string[] | undefined;
  readonly others: readonly RawBuilder<boolean>[];
  /** Of the ids. */
  readonly range: readonly RawBuilder<boolean>[];
  readonly order: 'asc' | 'desc';
  readonly size: number;
}

/** The call that a page ends with, or with which the looking ended. */
interface Bound {
  readonly driver: Indexed | undefined;
  readonly last: string | undefined;
}

export async function listCalls(opened: OpenDatabase, listing: CallListing): Promise<CallPage> {
  const { db } = opened;
  const { filters = {}, after, before, limit = 50 } = listing;
  const size = checkLimit(limit);
  const order = after !== undefined && before === undefined ? 'asc' : 'desc';
  const whole = await resolveSearch(db, filters);
  const workspaces = resolveWorkspaces(whole);
  if (workspaces?.length === 0) return { calls: [], hasMore: false };
  const question: Question = {
    indexed: listIndexed(whole, workspaces),
    workspaces: workspaces !== undefined && workspaces.length > 1 ? workspaces : undefined,
    others: listOthers(whole),
    range: listRange(listing, whole),
    order,
    size,
  };
  return readPage(opened, question);
}

async function readPage(opened: OpenDatabase, question: Question): Promise<CallPage> {
  const { db } = opened;
  const { indexed, workspaces, others, size, order } = question;
  const isBare = others.length === 0 && indexed.length === 0;
  if (workspaces !== undefined && isBare && workspaces.length <= mostWorkspacesAtOnce) {
    const where = sql.join<boolean>([sql`true`, ...question.range], sql` and `) as RawBuilder<boolean>;
    const ids = await opened.gaps.readFirstIds(db, { workspaces, where, order, limit: size + 1 });
    if (ids.length === 0) return { calls: [], hasMore: false };
    const found = db.selectFrom('calls').selectAll().where('id', 'in', ids).orderBy('id', order);
    return toPage(await found.execute(), question);
  }
  const isSimple = others.length === 0 && workspaces === undefined && indexed.length <= 1;
  const bound: Bound = isSimple ? { driver: indexed[0], last: undefined } : await findBound(db, question);
  let query = applyRange(db.selectFrom('calls'), question);
  if (bound.driver !== undefined) query = applyIndexed(query, bound.driver);
  if (bound.last !== undefined) query = query.where('id', order === 'asc' ? '<=' : '>=', bound.last);
  for (const filter of indexed) {
    if (filter !== bound.driver) query = query.where(unindexed(filter.column), '=', filter.value);
  }
  if (workspaces !== undefined) query = query.where(unindexed('workspace'), 'in', workspaces);
  for (const other of others) query = query.where(other);
  const rows = await query
    .selectAll()
    .orderBy('id', order)
    .limit(size + 1)
    .execute();
  return toPage(rows, question, bound.last);
}

/** Of several filters the one that leads furthest, and how far it does. */
async function findBound(db: Kysely<Schema>, question: Question): Promise<Bound> {
  const { indexed, order } = question;
  let best: Bound | undefined;
  for (const driver of indexed.length === 0 ? [undefined] : indexed) {
    let query = applyRange(db.selectFrom('calls'), question);
    if (driver !== undefined) query = applyIndexed(query, driver);
    const row = await query
      .select('id')
      .orderBy('id', order)
      .offset(mostToLookAt(question) - 1)
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return { driver, last: undefined };
    const isFurther = best?.last === undefined || (order === 'asc' ? row.id > best.last : row.id < best.last);
    if (isFurther) best = { driver, last: row.id };
  }
  return best ?? { driver: undefined, last: undefined };
}

function mostToLookAt({ indexed }: Question): number {
  return indexed.length === 0 ? mostInOrder : mostLookedUp;
}

/** An expression that no index begins with, so that none is taken but that which bounds the work. */
function unindexed(column: Indexed['column']): RawBuilder<string> {
  return sql<string>`${sql.ref(column)} || ''`;
}

function applyRange(all: CallQuery, { range }: Question): CallQuery {
  let query = all;
  for (const condition of range) query = query.where(condition);
  return query;
}

function applyIndexed(all: CallQuery, { column, value }: Indexed): CallQuery {
  const query = all.where(column, '=', value);
  // Said literally, or the index over what was not answered would not be considered.
  return column === 'outcome' ? query.where(sql<boolean>`outcome <> 'answered'`) : query;
}

function toPage(rows: readonly CallRow[], question: Question, lastLookedAt?: string): CallPage {
  const { order, size } = question;
  const calls = rows.slice(0, size).map(fromCallRow);
  const isFull = rows.length > size;
  const next = isFull ? calls.at(-1)?.id : lastLookedAt;
  return {
    calls: order === 'asc' ? calls.reverse() : calls,
    hasMore: next !== undefined,
    ...(next !== undefined && { next }),
    ...(!isFull && lastLookedAt !== undefined && { scanned: mostToLookAt(question) }),
  };
}

/** What is searched for is a call, or else a trace. */
async function resolveSearch(
  db: Kysely<Schema>,
  filters: CallFilters,
): Promise<CallFilters & { readonly id?: string }> {
  const { search } = filters;
  if (search === undefined) return filters;
  const text = toText(search);
  const call = await db.selectFrom('calls').select('id').where('id', '=', text).executeTakeFirst();
  if (call !== undefined) return { ...filters, id: call.id };
  const isOther = filters.traceId !== undefined && filters.traceId !== search;
  return isOther ? { ...filters, workspaces: [] } : { ...filters, traceId: search };
}

function resolveWorkspaces({ workspace, workspaces }: CallFilters): readonly string[] | undefined {
  if (workspace === undefined) return workspaces && [...new Set(workspaces.map(toText))];
  return workspaces === undefined || workspaces.includes(workspace) ? [toText(workspace)] : [];
}

function listIndexed(filters: CallFilters, workspaces: readonly string[] | undefined): Indexed[] {
  const { traceId, keyId, outcome, model, alias, provider } = filters;
  const values: Readonly<Record<Indexed['column'], string | undefined>> = {
    trace_id: traceId,
    key_id: keyId,
    outcome: outcome === 'answered' ? undefined : outcome,
    model,
    alias,
    provider,
    workspace: workspaces?.length === 1 ? workspaces[0] : undefined,
  };
  return Object.entries(values).flatMap(([column, value]) =>
    value === undefined ? [] : [{ column: column as Indexed['column'], value: toText(value) }],
  );
}

function listOthers(filters: CallFilters & { readonly id?: string }): RawBuilder<boolean>[] {
  const { outcome, minStatus, maxStatus, minDurationMs, minCostNanoDollars } = filters;
  const others: RawBuilder<boolean>[] = [];
  if (outcome === 'answered') others.push(sql`outcome = ${outcome}`);
  if (minStatus !== undefined) others.push(sql`status >= ${Math.ceil(clamp(minStatus))}`);
  if (maxStatus !== undefined) others.push(sql`status <= ${Math.floor(clamp(maxStatus))}`);
  if (minDurationMs !== undefined) others.push(sql`duration_us >= ${Math.ceil(clamp(minDurationMs) * 1000)}`);
  if (minCostNanoDollars !== undefined) {
    others.push(sql`cost_nano_dollars >= ${Math.ceil(Math.min(minCostNanoDollars, mostCost))}`);
  }
  return others;
}

/** To what fits into every column that is compared with it, and beyond what stands in any. */
function clamp(value: number): number {
  return Math.max(0, Math.min(value, 2 ** 31 - 1));
}

function listRange(
  { before, after }: CallListing,
  { from, to, id }: CallFilters & { readonly id?: string },
): RawBuilder<boolean>[] {
  const range: RawBuilder<boolean>[] = [];
  if (id !== undefined) range.push(sql`id = ${id}`);
  if (before !== undefined) range.push(sql`id < ${before}`);
  if (after !== undefined) range.push(sql`id > ${after}`);
  if (from !== undefined) range.push(sql`id >= ${idBound(from)}`);
  if (to !== undefined) range.push(sql`id < ${idBound(to)}`);
  return range;
}

function checkLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostPerPage) return limit;
  throw new KeelsonError('invalid_request', `A page holds 1 to ${mostPerPage} calls, not ${limit}.`, {
    details: { field: 'limit', limit: mostPerPage },
  });
}
