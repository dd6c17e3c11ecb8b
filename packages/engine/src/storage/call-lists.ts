/**
 * Lists of calls, page by page. One filter is read through its index; with more of them, or with such as have no index, a
 * bounded number of calls is looked at, and the page says from where to go on.
 */
import { KeelsonError } from '@keelson/core';
import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { fromCallRow } from './call-rows.ts';
import type { CallFilters, CallListing, CallPage } from './calls.ts';
import { toText } from './columns.ts';
import { idBound } from './id-times.ts';
import type { OpenDatabase } from './open-database.ts';
import type { CallRow, Schema } from './schema.ts';

const mostPerPage = 1000;
const mostLookedAt = 10_000;
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
      .offset(mostLookedAt - 1)
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return { driver, last: undefined };
    const isFurther = best?.last === undefined || (order === 'asc' ? row.id > best.last : row.id < best.last);
    if (isFurther) best = { driver, last: row.id };
  }
  return best ?? { driver: undefined, last: undefined };
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

function toPage(rows: readonly CallRow[], { order, size }: Question, lastLookedAt?: string): CallPage {
  const calls = rows.slice(0, size).map(fromCallRow);
  const isFull = rows.length > size;
  const next = isFull ? calls.at(-1)?.id : lastLookedAt;
  return {
    calls: order === 'asc' ? calls.reverse() : calls,
    hasMore: next !== undefined,
    ...(next !== undefined && { next }),
    ...(!isFull && lastLookedAt !== undefined && { scanned: mostLookedAt }),
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
