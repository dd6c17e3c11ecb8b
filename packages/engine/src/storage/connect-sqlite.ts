/** A connection to an SQLite file that is there already, set up as all of ours are. It loads fast, for the worker's sake. */
import { DatabaseSync } from 'node:sqlite';

export type Synchronous = 'full' | 'normal';

const busyTimeoutMs = 5000;
/** Enough for the pages that new rows go to in all indexes; with SQLite's own 2 MB they come and go. */
const cacheKilobytes = 32 * 1024;
const pagesPerCheckpoint = 4000;
const walBytesKept = 64 * 1024 * 1024;

export function connectSqlite(path: string): DatabaseSync {
  return new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
}

/** When the file is in WAL mode. */
export function tuneSqlite(database: DatabaseSync, synchronous: Synchronous): void {
  database.exec(`pragma synchronous = ${synchronous}`);
  database.exec(`pragma cache_size = -${cacheKilobytes}`);
  database.exec(`pragma wal_autocheckpoint = ${pagesPerCheckpoint}`);
  database.exec(`pragma journal_size_limit = ${walBytesKept}`);
}
