/** Databases for tests of the whole management API: a file, or a database of its own on the PostgreSQL server of the run. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StorageTarget } from '@keelson/engine';
import pg from 'pg';
import { inject } from 'vitest';

interface TestDatabase {
  readonly target: StorageTarget;
  remove(): Promise<void>;
}

export const databases: Readonly<Record<string, () => Promise<TestDatabase>>> = {
  'an SQLite file': async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keelson-life-'));
    return {
      target: { kind: 'sqlite', path: join(folder, 'keelson.db') },
      remove: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
  PostgreSQL: async () => {
    const server = await findServer();
    const name = `keelson_test_${randomBytes(6).toString('hex')}`;
    await queryOnce(server, `create database ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    const remove = () => queryOnce(server, `drop database if exists ${name} with (force)`);
    return { target: { kind: 'postgres', url: url.href }, remove };
  },
};

/** A run without a server is a failed run: its reason is thrown, never skipped over. */
async function findServer(): Promise<string> {
  const answer = (await (await fetch(inject('postgresStarter'))).json()) as { url?: string; problem?: string };
  if (answer.url !== undefined) return answer.url;
  throw new Error(`There is no PostgreSQL server for the tests: ${answer.problem}`);
}

async function queryOnce(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
