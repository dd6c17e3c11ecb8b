/** Databases for the tests of this room: a file, memory, or a database of its own on the PostgreSQL server of the run. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import type { StorageTarget } from '../../storage/index.ts';
import { tempFolder } from './limits-kit.ts';

export interface TestDatabase {
  readonly target: StorageTarget;
  remove(): Promise<void>;
}

export async function createFile(): Promise<TestDatabase & { target: { kind: 'sqlite'; path: string } }> {
  const folder = tempFolder();
  return {
    target: { kind: 'sqlite', path: join(folder.path, 'keelson.db') },
    remove: async () => folder.remove(),
  };
}

/** A run without a server is a failed run: its reason is thrown, never skipped over. */
export async function createPostgres(): Promise<TestDatabase> {
  const answer = (await (await fetch(inject('postgresStarter'))).json()) as { url?: string; problem?: string };
  if (answer.url === undefined) throw new Error(`There is no PostgreSQL server for the tests: ${answer.problem}`);
  const server = answer.url;
  const name = `keelson_limits_${randomBytes(6).toString('hex')}`;
  await runOnce(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    target: { kind: 'postgres', url: url.href },
    remove: () => runOnce(server, `drop database if exists ${name} with (force)`),
  };
}

async function runOnce(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export const kinds = {
  'an SQLite file': createFile,
  'SQLite in memory': async (): Promise<TestDatabase> => ({
    target: { kind: 'sqlite', path: ':memory:' },
    remove: async () => {},
  }),
  PostgreSQL: createPostgres,
} as const;
