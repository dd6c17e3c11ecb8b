/**
 * Writes all that a database holds at one moment into one file, while others go on writing. It needs no program of the
 * database's, and as much memory as a few rows take.
 */
import { createHash, type Hash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { KeelsonError } from '@keelson/core';
import { sql, type Transaction } from 'kysely';
import { systemRandom } from '../../observability/index.ts';
import { readSchemaVersion } from '../migrate.ts';
import { migrations } from '../migrations/index.ts';
import { type OpenDatabase, openDatabase, type StorageDeps, type StorageTarget } from '../open-database.ts';
import type { Schema } from '../schema.ts';
import { backupFormat, renderRow } from './backup-lines.ts';
import { type BackedUpTable, backupTables } from './backup-tables.ts';

export interface BackupProgress {
  readonly table: string;
  /** Of all tables so far. */
  readonly rows: number;
}

export interface BackupOptions extends StorageDeps {
  readonly onProgress?: (progress: BackupProgress) => void;
  /** Ends it early; no file is left then. */
  readonly signal?: AbortSignal;
}

export interface BackupReport {
  readonly file: string;
  readonly bytes: number;
  readonly schema: number;
  readonly createdAt: number;
  readonly tables: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly sha256: string;
}

/** Half the time of the usual level, for a tenth more bytes. */
const compression = 4;

export async function writeBackup(
  target: StorageTarget,
  file: string,
  options: BackupOptions,
): Promise<BackupReport> {
  checkSource(target);
  if (existsSync(file)) throw alreadyThere(file);
  const opened = await openDatabase(target, options);
  const draft = join(
    dirname(file),
    `.${basename(file)}.${Buffer.from(systemRandom.bytes(6)).toString('hex')}.partial`,
  );
  try {
    const report = await opened.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute((reading) => writeDraft(draft, { opened, reading, options }));
    if (existsSync(file)) throw alreadyThere(file);
    await rename(draft, file);
    return { file, ...report };
  } catch (error) {
    await rm(draft, { force: true });
    throw options.signal?.aborted === true ? options.signal.reason : explain(error, opened);
  } finally {
    await opened.db.destroy();
  }
}

function explain(error: unknown, { gaps }: OpenDatabase): unknown {
  if (KeelsonError.is(error)) return error;
  return gaps.describeFailure(error) ?? error;
}

/** Opening makes the file that is missing, and a backup of nothing would look like one of something. */
function checkSource(target: StorageTarget): void {
  if (target.kind === 'postgres' || (target.path !== ':memory:' && existsSync(target.path))) return;
  throw new KeelsonError('configuration_invalid', `There is no database at \`${target.path}\`.`, {
    hint: 'Name the database that the server uses.',
  });
}

function alreadyThere(file: string): KeelsonError {
  return new KeelsonError('conflict', `There is a file \`${file}\` already.`, {
    hint: 'Name a file that is not there; backups are never written over.',
  });
}

interface Reading {
  readonly opened: OpenDatabase;
  readonly reading: Transaction<Schema>;
  readonly options: BackupOptions;
}

async function writeDraft(draft: string, source: Reading): Promise<Omit<BackupReport, 'file'>> {
  const { opened, reading, options } = source;
  const present = new Set(await opened.gaps.listTables(opened.gaps.name === 'sqlite' ? reading : opened.db));
  if (!present.has('schema_migrations')) {
    throw new KeelsonError('configuration_invalid', 'The database holds nothing of Keelson.', {
      hint: 'Name the database that the server uses.',
    });
  }
  const tables = (Object.keys(backupTables) as BackedUpTable[]).filter((table) => present.has(table));
  // Before anything is read: from then on everything is seen as it was at that moment.
  await opened.gaps.holdTables(reading, ['schema_migrations', ...tables]);
  const schema = await readSchemaVersion(reading, opened.gaps, migrations);
  const writing: Writing = { counts: {}, rows: 0, sha256: '' };
  const createdAt = options.clock.now();
  const header = { keelson_backup: backupFormat, schema, created_at: createdAt, engine: opened.gaps.name };
  await pipeline(
    Readable.from(linesOf({ header, tables, source, writing })),
    createGzip({ level: compression }),
    createWriteStream(draft, { flags: 'wx', mode: 0o600 }),
    options.signal === undefined ? {} : { signal: options.signal },
  );
  await keepOnDisk(draft);
  const { counts, rows, sha256 } = writing;
  return { bytes: (await stat(draft)).size, schema, createdAt, tables: counts, rows, sha256 };
}

async function keepOnDisk(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What was written so far. */
interface Writing {
  readonly counts: Record<string, number>;
  rows: number;
  sha256: string;
}

interface Lines {
  readonly header: object;
  readonly tables: readonly BackedUpTable[];
  readonly source: Reading;
  readonly writing: Writing;
}

/** In pieces of many lines. */
async function* linesOf({ header, tables, source, writing }: Lines): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  yield hashed(hash, `${JSON.stringify(header)}\n`);
  for (const table of tables) {
    let count = 0;
    for await (const page of pagesOf(source.reading, table)) {
      source.options.signal?.throwIfAborted();
      const columns = Object.keys(page[0] ?? {});
      const start = count === 0 ? `${JSON.stringify({ table, columns })}\n` : '';
      count += page.length;
      writing.rows += page.length;
      yield hashed(hash, start + page.map((row) => renderRow(columns, row)).join(''));
      source.options.onProgress?.({ table, rows: writing.rows });
    }
    if (count === 0) yield hashed(hash, `${JSON.stringify({ table, columns: [] })}\n`);
    yield hashed(hash, `${JSON.stringify({ rows: count })}\n`);
    writing.counts[table] = count;
  }
  writing.sha256 = hash.digest('hex');
  const { rows, sha256 } = writing;
  yield Buffer.from(`${JSON.stringify({ end: true, tables: tables.length, rows, sha256 })}\n`);
}

function hashed(hash: Hash, text: string): Buffer {
  const bytes = Buffer.from(text);
  hash.update(bytes);
  return bytes;
}

type Row = Record<string, unknown>;

const firstPage = 16;
const largestPage = 2000;
/** Rows may be of a few bytes or of many megabytes; a page of them is about as large as this. */
const charactersPerPage = 1_000_000;

async function* pagesOf(reading: Transaction<Schema>, table: BackedUpTable): AsyncGenerator<Row[]> {
  const keys = backupTables[table];
  const order = sql.join(keys.map((key) => sql.ref(key)));
  let last: Row | undefined;
  for (let size = firstPage; ; ) {
    const after = last && sql.join(keys.map((key) => sql.val(last?.[key])));
    const where = after === undefined ? sql`` : sql`where (${order}) > (${after})`;
    const { rows } =
      await sql<Row>`select * from ${sql.table(table)} ${where} order by ${order} limit ${sql.lit(
        size,
      )}`.execute(reading);
    if (rows.length > 0) yield rows;
    if (rows.length < size) return;
    last = rows.at(-1);
    size = nextSize(size, rows);
  }
}

function nextSize(size: number, rows: readonly Row[]): number {
  let characters = 0;
  for (const row of rows) {
    for (const value of Object.values(row)) {
      if (typeof value === 'string' || value instanceof Uint8Array) characters += value.length;
    }
  }
  if (characters > charactersPerPage) return Math.max(1, Math.floor(size / 4));
  return characters * 4 > charactersPerPage ? size : Math.min(largestPage, size * 4);
}
