/** Storages for the tests of this room: in memory, and in a database of its own on the PostgreSQL server of the run. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { silentLog, systemClock } from '../../observability/index.ts';
import { openStorage, type Storage } from '../../storage/index.ts';

const deps = { clock: systemClock, log: silentLog };

export const storages: Readonly<Record<string, () => Promise<Storage>>> = {
  SQLite: () => openStorage({ kind: 'sqlite', path: ':memory:' }, deps),
  PostgreSQL: openOnPostgres,
};

/** The server goes with the run, and the database with it. */
async function openOnPostgres(): Promise<Storage> {
  const answer = (await (await fetch(inject('postgresStarter'))).json()) as { url?: string; problem?: string };
  if (answer.url === undefined) throw new Error(`There is no PostgreSQL server for the tests: ${answer.problem}`);
  const name = `keelson_test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: answer.url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(answer.url);
  url.pathname = `/${name}`;
  return openStorage({ kind: 'postgres', url: url.href }, deps);
}
