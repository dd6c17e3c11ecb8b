/** Where the benchmark writes records: our storage on either database, and the bare table that it is compared with. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import {
  type CallRecord,
  createLog,
  openStorage,
  type Storage,
  type StorageTarget,
  systemClock,
} from '@keelson/engine';

export interface Keeper {
  write(records: readonly CallRecord[]): void | Promise<void>;
  close(): Promise<void>;
}

const log = createLog({ level: 'warn', write: (line) => process.stderr.write(line) });

export interface StorageKeeper extends Keeper {
  readonly storage: Storage;
}

async function openKeeper(target: StorageTarget, remove: () => void | Promise<void>): Promise<StorageKeeper> {
  const storage = await openStorage(target, { clock: systemClock, log });
  return {
    storage,
    write: (records) => storage.calls.insertBatch(records),
    close: async () => {
      await storage.close();
      await remove();
    },
  };
}

function makeFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-bench-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function openSqlite(): Promise<StorageKeeper> {
  const { folder, remove } = makeFolder();
  return openKeeper({ kind: 'sqlite', path: join(folder, 'keelson.db') }, remove);
}

/** Nothing but the record as JSON by its id: no columns, no indexes, no sums, no thread. */
export function openBareTable(): Keeper {
  const { folder, remove } = makeFolder();
  const database = new DatabaseSync(join(folder, 'bare.db'));
  database.exec('pragma journal_mode = wal; pragma synchronous = normal');
  database.exec('create table records (id text not null primary key, record text not null) without rowid');
  const insert = database.prepare('insert into records (id, record) values (?, ?)');
  return {
    write: (records) => {
      database.exec('begin immediate');
      for (const record of records) insert.run(record.id, JSON.stringify(record));
      database.exec('commit');
    },
    close: async () => {
      database.close();
      remove();
    },
  };
}

/** Nothing where no server can be started; the reason goes to stderr. */
export async function openPostgres(): Promise<StorageKeeper | undefined> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../tools/postgres/serve.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { url, problem } = JSON.parse(line) as { url?: string; problem?: string };
  const stop = async (): Promise<void> => {
    const exit = once(child, 'exit');
    child.stdin.end();
    await exit;
  };
  if (url !== undefined) return openKeeper({ kind: 'postgres', url }, stop);
  process.stderr.write(`Without PostgreSQL: ${problem}\n`);
  await stop();
  return undefined;
}
