/**
 * Puts a backup into a database of either engine, all of it or nothing, and makes of it one that can go on: nothing stays lent
 * to processes that are gone, and no log of receipts is continued that may have gone on elsewhere.
 */
import { KeelsonError } from '@keelson/core';
import { CompiledQuery, sql, type Transaction } from 'kysely';
import { createIds, systemRandom } from '../../observability/index.ts';
import { type BatchInsert, createBatchInsert } from '../batch-insert.ts';
import { startOfDay } from '../days.ts';
import { timeOfId } from '../id-times.ts';
import { applyMigrations } from '../migrate.ts';
import { migrations } from '../migrations/index.ts';
import { type OpenDatabase, openDatabase, type StorageTarget } from '../open-database.ts';
import type { Schema } from '../schema.ts';
import type { BackupHeader, BackupTrailer, Value } from './backup-lines.ts';
import { backupTables, daysOfTables, madeByMigrations } from './backup-tables.ts';
import { readBackup } from './read-backup.ts';
import { endClaims, stopRuns, writeOffLeases } from './settle-restored.ts';
import type { BackupOptions } from './write-backup.ts';

export interface RestoreOptions extends BackupOptions {
  /** Whether what is in the database may be thrown away. */
  readonly replace?: boolean;
}

export interface RestoreReport {
  /** Of the backup. */
  readonly schema: number;
  readonly createdAt: number;
  readonly rows: number;
  /** Processes that had something lent at that moment; it counts as spent now. */
  readonly writtenOff: number;
  /** Logs of receipts that are not continued. */
  readonly endedLogs: number;
  /** Runs that were not over; each waits for somebody to let it go on. */
  readonly stoppedRuns: number;
}

export interface BackupCheck {
  readonly header: BackupHeader;
  readonly trailer: BackupTrailer;
}

/** Reads all of it and changes nothing. */
export async function checkBackup(file: string): Promise<BackupCheck> {
  let header: BackupHeader | undefined;
  let trailer: BackupTrailer | undefined;
  for await (const part of readBackup(file, newest)) {
    if (part.kind === 'header') header = part.header;
    if (part.kind === 'end') trailer = part.trailer;
  }
  // The reader throws where one is missing.
  return { header: header as BackupHeader, trailer: trailer as BackupTrailer };
}

const newest = migrations.length;

export async function restoreBackup(
  file: string,
  target: StorageTarget,
  options: RestoreOptions,
): Promise<RestoreReport> {
  const { header, trailer } = await checkBackup(file);
  const opened = await openDatabase(target, options);
  const { db, gaps } = opened;
  let settled = { writtenOff: 0, endedLogs: 0, stoppedRuns: 0 };
  try {
    await gaps.withMigrationLock(db, options.clock, async (locked) => {
      const restoring = { file, header, opened, locked, options };
      await clear(restoring);
      await fill(restoring);
      await applyMigrations(locked, gaps, { ...options, migrations });
      settled = await settle(restoring);
    });
  } catch (error) {
    throw KeelsonError.is(error) ? error : (gaps.describeFailure(error) ?? error);
  } finally {
    await db.destroy();
  }
  return { schema: header.schema, createdAt: header.created_at, rows: trailer.rows, ...settled };
}

interface Restoring {
  readonly file: string;
  readonly header: BackupHeader;
  readonly opened: OpenDatabase;
  readonly locked: Transaction<Schema>;
  readonly options: RestoreOptions;
}

/** An empty database of the backup's version of the schema; what migrations put into it is in the backup as well. */
async function clear({ opened: { gaps }, locked, header, options }: Restoring): Promise<void> {
  const present = new Set(await gaps.listTables(locked));
  const ours = Object.keys(backupTables).filter((table) => present.has(table));
  if (ours.length > 0 && !(await isEmpty(locked, ours))) {
    if (options.replace !== true) throw notEmpty();
    await refuseWhileUsed(locked, options.clock.now());
  }
  for (const table of [...ours, 'schema_migrations'])
    await locked.executeQuery(CompiledQuery.raw(`drop table if exists ${table}`));
  const { schema } = header;
  await applyMigrations(locked, gaps, { ...options, migrations: migrations.slice(0, schema) });
  for (const table of await gaps.listTables(locked)) {
    if (madeByMigrations.has(table)) await sql`delete from ${sql.table(table)}`.execute(locked);
  }
}

/** Rows that migrations make by themselves are none. */
async function isEmpty(locked: Transaction<Schema>, tables: readonly string[]): Promise<boolean> {
  for (const table of tables) {
    if (madeByMigrations.has(table)) continue;
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(locked);
    if (rows.length > 0) return false;
  }
  return true;
}

function notEmpty(): KeelsonError {
  return new KeelsonError('conflict', 'The database is not empty.', {
    hint: 'Nothing was changed. Restore into a new one, or say that what is in this one may be thrown away.',
  });
}

/** Processes show a sign of life every five seconds. */
const signOfLifeMs = 15_000;

async function refuseWhileUsed(locked: Transaction<Schema>, now: number): Promise<void> {
  const living = await locked
    .selectFrom('budget_owners')
    .select('host')
    .where('heartbeat_at', '>', now - signOfLifeMs)
    .executeTakeFirst();
  if (living === undefined) return;
  throw new KeelsonError('conflict', `A server on \`${living.host}\` uses the database.`, {
    hint: `Nothing was changed. Stop all servers that use it; of one that was killed, wait ${signOfLifeMs / 1000} seconds.`,
  });
}

const rowsPerInsert = 64;
const charactersPerInsert = 4_000_000;

/** The rows of one table on their way. */
interface Filling {
  readonly table: string;
  readonly columns: readonly string[];
  readonly insert: BatchInsert<object>;
  readonly waiting: Record<string, Value>[];
  characters: number;
}

async function fill({ file, opened: { gaps }, locked, options }: Restoring): Promise<void> {
  const days = new Set<number>();
  let filling: Filling | undefined;
  let rows = 0;
  const flush = async (): Promise<void> => {
    if (filling === undefined || filling.waiting.length === 0) return;
    const { table, insert } = filling;
    const waiting = filling.waiting.splice(0);
    filling.characters = 0;
    const missing = daysOf(table, waiting).filter((day) => !days.has(day));
    if (missing.length > 0) await gaps.makeDays(locked, missing);
    for (const day of missing) days.add(day);
    await insert(locked, waiting);
    rows += waiting.length;
    options.onProgress?.({ table, rows });
  };
  for await (const part of readBackup(file, newest)) {
    if (part.kind === 'row' && filling !== undefined) {
      const { columns, waiting } = filling;
      waiting.push(Object.fromEntries(columns.map((column, at) => [column, part.values[at] ?? null])));
      filling.characters += part.length;
      if (waiting.length < rowsPerInsert && filling.characters < charactersPerInsert) continue;
      options.signal?.throwIfAborted();
      await flush();
      continue;
    }
    await flush();
    if (part.kind === 'table') filling = startTable(part.table, part.columns);
  }
}

function startTable(table: string, columns: readonly string[]): Filling {
  const insert = createBatchInsert(table as 'settings', (query) => query) as unknown as BatchInsert<object>;
  return { table, columns, insert, waiting: [], characters: 0 };
}

function daysOf(table: string, rows: readonly Record<string, Value>[]): number[] {
  const column = daysOfTables[table];
  if (column === undefined) return [];
  return [...new Set(rows.map((row) => startOfDay(timeOfId(String(row[column])))))];
}

async function settle({
  locked,
  header,
  options,
}: Restoring): Promise<Pick<RestoreReport, 'writtenOff' | 'endedLogs' | 'stoppedRuns'>> {
  const at = options.clock.now();
  const newId = createIds(options.clock, systemRandom);
  const entry = { id: newId(), at, backupOf: header.created_at };
  return {
    writtenOff: await writeOffLeases(locked, entry),
    endedLogs: await endClaims(locked),
    stoppedRuns: await stopRuns(locked),
  };
}
