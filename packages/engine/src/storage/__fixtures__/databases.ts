/** Databases for tests: a file, memory, or a database of its own on the PostgreSQL server of the run. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { silentLog, systemClock } from '../../observability/index.ts';
import type { StorageDeps, StorageTarget } from '../open-database.ts';

export interface TestDatabase {
  readonly target: StorageTarget;
  remove(): Promise<void>;
}

export const deps: StorageDeps = { clock: systemClock, log: silentLog };

export const kinds = {
  'an SQLite file': createFile,
  'SQLite in memory': async () => ({ target: { kind: 'sqlite', path: ':memory:' }, remove: async () => {} }),
  PostgreSQL: createPostgres,
} as const satisfies Record<string, () => Promise<TestDatabase>>;

/** Those that several processes can open. */
export const sharedKinds = {
  'an SQLite file': createFile,
  PostgreSQL: createPostgres,
} as const;

export async function createFile(): Promise<TestDatabase & { target: { kind: 'sqlite'; path: string } }> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-storage-'));
  return {
    target: { kind: 'sqlite', path: join(folder, 'data', 'keelson.db') },
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

export async function createPostgres(): Promise<TestDatabase & { target: { kind: 'postgres'; url: string } }> {
  const server = await findServer();
  const name = `keelson_test_${randomBytes(6).toString('hex')}`;
  await queryOnce(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    target: { kind: 'postgres', url: url.href },
    remove: async () => {
      await queryOnce(server, `drop database if exists ${name} with (force)`);
    },
  };
}

/** A run without a server is a failed run: its reason is thrown, never skipped over. */
async function findServer(): Promise<string> {
  const answer = (await (await fetch(inject('postgresStarter'))).json()) as { url?: string; problem?: string };
  if (answer.url !== undefined) return answer.url;
  throw new Error(`There is no PostgreSQL server for the tests: ${answer.problem}`);
}

/** One statement, on a connection of its own. */
export async function queryOnce(url: string, statement: string): Promise<readonly object[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows as object[];
  } finally {
    await client.end();
  }
}
