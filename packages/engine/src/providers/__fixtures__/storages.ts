/** Storages for the tests of this room, each with a way to look at its rows: a file, and a database of PostgreSQL. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { silentLog, systemClock } from '../../observability/index.ts';
import { openStorage, type Storage } from '../../storage/index.ts';

export interface TestStorage {
  readonly storage: Storage;
  /** Every row of a table, as the engine gives it. */
  rowsOf(table: string): Promise<readonly object[]>;
  remove(): Promise<void>;
}

const deps = { clock: systemClock, log: silentLog };

export const storages: Readonly<Record<string, () => Promise<TestStorage>>> = {
  'an SQLite file': async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keelson-credentials-'));
    const path = join(folder, 'keelson.db');
    const storage = await openStorage({ kind: 'sqlite', path }, deps);
    return {
      storage,
      rowsOf: async (table) => {
        const db = new DatabaseSync(path, { readOnly: true });
        try {
          return db.prepare(`select * from ${table}`).all();
        } finally {
          db.close();
        }
      },
      remove: async () => {
        await storage.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
  PostgreSQL: async () => {
    const answer = (await (await fetch(inject('postgresStarter'))).json()) as { url?: string; problem?: string };
    if (answer.url === undefined)
      throw new Error(`There is no PostgreSQL server for the tests: ${answer.problem}`);
    const name = `keelson_test_${randomBytes(6).toString('hex')}`;
    await queryOnce(answer.url, `create database ${name}`);
    const url = new URL(answer.url);
    url.pathname = `/${name}`;
    const storage = await openStorage({ kind: 'postgres', url: url.href }, deps);
    return {
      storage,
      rowsOf: (table) => queryOnce(url.href, `select * from ${table}`),
      // The server goes with the run, and the database with it.
      remove: () => storage.close(),
    };
  },
};

async function queryOnce(url: string, statement: string): Promise<readonly object[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows as object[];
  } finally {
    await client.end();
  }
}
