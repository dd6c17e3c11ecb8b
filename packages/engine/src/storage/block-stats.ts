/**
 * Statistics of blocks by workspace, block and day. What a process has counted is joined with what is there in one transaction,
 * once however often it is sent; what has changed since can be asked for.
 */
import { type BlockStats, GrowingStats, type Json, readBlockStats } from '@keelson/core';
import { type Kysely, type SelectQueryBuilder, sql, type Transaction } from 'kysely';
import { createBatchInsert } from './batch-insert.ts';
import type { BlockStatsRow } from './block-stats-schema.ts';
import { fromJsonText, toJsonText, toText } from './columns.ts';
import { dayMs, startOfDay } from './days.ts';
import type { Schema } from './schema.ts';

export interface BlockDay {
  /** Of the block, without zero characters. */
  readonly key: string;
  /** Its first millisecond, in UTC. */
  readonly day: number;
  readonly stats: BlockStats;
}

export type BlockDayPlace = Pick<BlockDay, 'key' | 'day'>;

/** No place comes twice in it. */
export interface BlockStatsBatch {
  readonly workspace: string;
  /** Of whoever counted: its batches have numbers that rise, and the next is sent when this one is known to be written. */
  readonly writer: string;
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly days: readonly BlockDay[];
}

export interface BlockDays {
  readonly days: readonly BlockDay[];
  /** Those that cannot be read, and count as nothing. */
  readonly broken: readonly BlockDayPlace[];
}

export interface BlockStatsChange extends BlockDayPlace {
  readonly version: number;
}

export interface BlockStatsTable {
  /** Joins each day with what is there, unless the batch was written before; gives what is there then. */
  add(batch: BlockStatsBatch): Promise<BlockDays>;
  /** Of the last change in a workspace; 0 for none. */
  version(workspace: string): Promise<number>;
  /** By block and day, from the day `since` on. */
  list(listing: {
    readonly workspace: string;
    readonly keys?: readonly string[];
    readonly since: number;
    readonly after?: BlockDayPlace;
    readonly limit: number;
  }): Promise<BlockDays & { readonly next?: BlockDayPlace }>;
  /** Those that were changed after that one, in the order of their changes. */
  changes(listing: {
    readonly workspace: string;
    readonly after: BlockStatsChange;
    readonly limit: number;
  }): Promise<BlockDays & { readonly next?: BlockStatsChange }>;
}

/** What this version of Keelson writes and reads. */
const form = 1;
/** Today and as many before it. */
const keptDays = 90;
/** Far longer than anybody tries to write a batch again. */
const writerKeptMs = 7 * dayMs;

export function createBlockStats(db: Kysely<Schema>): BlockStatsTable {
  const putRows = createBatchInsert('block_stats', (insert) =>
    insert.onConflict((conflict) =>
      conflict.columns(['workspace', 'block_key', 'day', 'form']).doUpdateSet(({ ref }) => ({
        stats: ref('excluded.stats'),
        version: ref('excluded.version'),
      })),
    ),
  );
  return {
    add: (batch) => db.transaction().execute((locked) => addBatch(locked, batch, putRows)),
    version: async (workspace) => {
      const row = await db
        .selectFrom('block_stats_heads')
        .select('version')
        .where('workspace', '=', toText(workspace))
        .executeTakeFirst();
      return row?.version ?? 0;
    },
    list: async ({ workspace, keys, since, after, limit }) => {
      let query = rowsOf(db, workspace).where('day', '>=', since);
      if (keys !== undefined) query = query.where('block_key', 'in', keys.map(toText));
      if (after !== undefined)
        query = query.where(sql<boolean>`(block_key, day) > (${toText(after.key)}, ${after.day})`);
      const rows = await query.orderBy('block_key').orderBy('day').limit(limit).execute();
      return { ...fromRows(rows), ...nextOf(rows, limit) };
    },
    changes: async ({ workspace, after, limit }) => {
      const { version, key, day } = after;
      const rows = await rowsOf(db, workspace)
        .where(sql<boolean>`(version, block_key, day) > (${version}, ${toText(key)}, ${day})`)
        .orderBy('version')
        .orderBy('block_key')
        .orderBy('day')
        .limit(limit)
        .execute();
      return { ...fromRows(rows), ...nextOf(rows, limit) };
    },
  };
}

type Rows = SelectQueryBuilder<Schema, 'block_stats', BlockStatsRow>;

function rowsOf(db: Kysely<Schema>, workspace: string): Rows {
  return db
    .selectFrom('block_stats')
    .selectAll()
    .where('workspace', '=', toText(workspace))
    .where('form', '=', form);
}

/** Where the next page begins; left out behind the last one. */
function nextOf(rows: readonly BlockStatsRow[], limit: number): { readonly next?: BlockStatsChange } {
  const last = rows.at(-1);
  if (last === undefined || rows.length < limit) return {};
  return { next: { version: last.version, key: last.block_key, day: last.day } };
}

async function addBatch(
  db: Transaction<Schema>,
  batch: BlockStatsBatch,
  putRows: ReturnType<typeof createBatchInsert<'block_stats'>>,
): Promise<BlockDays> {
  const workspace = toText(batch.workspace);
  if (!(await isFirst(db, batch))) return readDays(db, batch);
  const version = await nextVersion(db, workspace);
  const { days, broken } = await readDays(db, batch);
  const before = new Map(days.map((day) => [placeOf(day), day.stats]));
  const joined = batch.days.map(({ key, day, stats }) => {
    const sum = new GrowingStats(before.get(placeOf({ key: toText(key), day })));
    sum.merge(stats);
    return { key: toText(key), day, stats: sum.value };
  });
  await putRows(
    db,
    joined.map(({ key, day, stats }) => ({
      workspace,
      block_key: key,
      day,
      form,
      stats: toJsonText(stats),
      version,
    })),
  );
  return { days: joined, broken };
}

const placeOf = ({ key, day }: BlockDayPlace): string => `${day} ${key}`;

/** False for a batch whose answer was lost on the way, and that comes again. */
async function isFirst(db: Transaction<Schema>, { writer, number, at }: BlockStatsBatch): Promise<boolean> {
  const row = { id: writer, batch: number, written_at: at };
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('block_stats_writers')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ batch: number, written_at: at })
        .where('block_stats_writers.batch', '<', number),
    )
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** The row stays locked until the end: whoever joins figures is alone in the workspace, and versions become visible in their order. */
async function nextVersion(db: Transaction<Schema>, workspace: string): Promise<number> {
  const { version } = await db
    .insertInto('block_stats_heads')
    .values({ workspace, version: 1 })
    .onConflict((conflict) =>
      conflict.column('workspace').doUpdateSet({ version: sql`block_stats_heads.version + 1` }),
    )
    .returning('version')
    .executeTakeFirstOrThrow();
  return version;
}

async function readDays(db: Transaction<Schema>, { workspace, days }: BlockStatsBatch): Promise<BlockDays> {
  if (days.length === 0) return { days: [], broken: [] };
  const wanted = new Set(days.map(({ key, day }) => placeOf({ key: toText(key), day })));
  const keys = new Set(days.map(({ key }) => toText(key)));
  const rows = await rowsOf(db, workspace)
    .where('block_key', 'in', [...keys])
    .where('day', 'in', [...new Set(days.map(({ day }) => day))])
    .execute();
  return fromRows(rows.filter(({ block_key, day }) => wanted.has(placeOf({ key: block_key, day }))));
}

function fromRows(rows: readonly BlockStatsRow[]): BlockDays {
  const days: BlockDay[] = [];
  const broken: BlockDayPlace[] = [];
  for (const { block_key: key, day, stats: text } of rows) {
    const stats = readStats(text);
    if (stats === undefined) broken.push({ key, day });
    else days.push({ key, day, stats });
  }
  return { days, broken };
}

function readStats(text: string): BlockStats | undefined {
  let value: Json;
  try {
    value = fromJsonText(text);
  } catch {
    return undefined;
  }
  return readBlockStats(value);
}

/** Removes days that are older than they are kept, and what is known of processes that have long been silent. */
export async function sweepBlockStats(db: Kysely<Schema>, now: number): Promise<void> {
  const oldest = startOfDay(now) - keptDays * dayMs;
  await db.deleteFrom('block_stats').where('day', '<', oldest).execute();
  await db
    .deleteFrom('block_stats_writers')
    .where('written_at', '<', now - writerKeptMs)
    .execute();
}
