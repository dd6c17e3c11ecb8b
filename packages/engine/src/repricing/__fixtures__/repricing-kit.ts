/** Databases for the tests of this room. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import type { StorageTarget } from '../../storage/index.ts';

export interface TestDatabase {
  readonly target: StorageTarget;
  readonly folder: string;
  remove(): Promise<void>;
}

export const kinds = ['sqlite', 'postgres'] as const;

export async function createDatabase(kind: (typeof kinds)[number]): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-repricing-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  if (kind === 'sqlite') {
    return { folder, target: { kind, path: join(folder, 'keelson.db') }, remove: async () => removeFolder() };
  }
  const answer = (await (await fetch(inject('postgresStarter'))).json()) as { url?: string; problem?: string };
  if (answer.url === undefined) throw new Error(`There is no PostgreSQL server for the tests: ${answer.problem}`);
  const server = answer.url;
  const name = `keelson_repricing_${randomBytes(6).toString('hex')}`;
  await runOnce(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    folder,
    target: { kind, url: url.href },
    remove: async () => {
      await runOnce(server, `drop database if exists ${name} with (force)`);
      removeFolder();
    },
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
