/** Opens the file of the embedded database: made for its owner alone, in WAL mode, patient with other processes. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../observability/index.ts';
import { connectSqlite, type Synchronous, tuneSqlite } from './connect-sqlite.ts';
import { describeSqliteFailure, isSqliteBusy } from './sqlite-failures.ts';

export interface SqliteTarget {
  readonly kind: 'sqlite';
  /** A file, made when it is missing, or `:memory:`. */
  readonly path: string;
  /**
   * `normal`, the default, outlives any crash of a process but may lose the last moments when the power fails; `full`
   * waits for the disk at every commit.
   */
  readonly synchronous?: Synchronous;
}

const walPatienceMs = 60_000;

export async function openSqlite(target: SqliteTarget, clock: Clock): Promise<DatabaseSync> {
  const { path, synchronous = 'normal' } = target;
  let database: DatabaseSync | undefined;
  try {
    if (path !== ':memory:') makePrivate(path);
    database = connectSqlite(path);
    await useWal(database, clock);
    tuneSqlite(database, synchronous);
    if (path !== ':memory:') closeToOthers(path);
    return database;
  } catch (error) {
    database?.close();
    throw describeSqliteFailure(error, path) ?? error;
  }
}

/** The file is made before SQLite would make it, because SQLite would leave it readable for everyone. */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  closeToOthers(path);
}

function closeToOthers(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & 0o077) !== 0) chmodSync(file, 0o600);
  }
}

/** The change to WAL needs the file to itself for a moment, and does not always wait for it as other statements do. */
async function useWal(database: DatabaseSync, clock: Clock): Promise<void> {
  const giveUpAt = clock.elapsed() + walPatienceMs;
  for (;;) {
    try {
      database.exec('pragma journal_mode = wal');
      return;
    } catch (error) {
      if (!isSqliteBusy(error) || clock.elapsed() > giveUpAt) throw error;
      await clock.sleep(20);
    }
  }
}
