/**
 * A lock that ends with its process, however that ends: the system itself lets go of it. It tells for certain, and also
 * across containers that share a folder, whether the process that made a file still lives.
 */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isSqliteBusy } from './sqlite-failures.ts';

export interface ProcessLock {
  release(): void;
}

/** Undefined when another holds it. SQLite locks files on every system; nothing is ever written to this one. */
export function holdProcessLock(path: string): ProcessLock | undefined {
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // Without a second file beside it.
    database.exec('pragma journal_mode = memory');
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    if (isSqliteBusy(error)) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}
