// Migrations: by one process at a time, forwards only, and from every version that was ever released.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callRecord, noon } from './__fixtures__/call-records.ts';
import { deps, sharedKinds, type TestDatabase } from './__fixtures__/databases.ts';
import { runProcess } from './__fixtures__/processes.ts';
import { migrate } from './migrate.ts';
import { type Migration, migrations } from './migrations/index.ts';
import { openDatabase } from './open-database.ts';
import { createStorage, openStorage } from './open-storage.ts';
import type { Schema } from './schema.ts';

/** Of which there is a copy; not every step between two releases is one. */
const released = readdirSync(join(import.meta.dirname, '__fixtures__')).flatMap((file) => {
  const version = /^schema-(\d+)\.sqlite\.sql$/.exec(file)?.[1];
  return version === undefined ? [] : [Number(version)];
});

describe.each(Object.entries(sharedKinds))('migrations of %s', (_, create) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await create();
  });
  afterEach(() => database.remove());

  it('run once when four processes start at the same moment', { timeout: 120_000 }, async () => {
    const { target } = database;
    const place = target.kind === 'sqlite' ? target.path : target.url;
    const startAt = String(Date.now() + 2500);
    const runs = [1, 2, 3, 4].map(() => runProcess('open-once.ts', [target.kind, place, startAt]));
    const said = (await Promise.all(runs)).map(({ output }) => JSON.parse(output) as { migrated?: number[] });
    expect(said.map(({ migrated }) => migrated?.length)).toEqual(said.map(() => expect.any(Number)));
    expect(said.flatMap(({ migrated }) => migrated)).toEqual(migrations.map(({ number }) => number));
  });

  it('leave the old version when one of their statements fails', async () => {
    const opened = await openDatabase(database.target, deps);
    const { db, gaps } = opened;
    const broken: Migration = {
      number: (migrations.at(-1)?.number ?? 0) + 1,
      name: 'broken',
      statements: () => ['create table half_done (id integer)', 'create nonsense'],
    };
    const run = migrate(db, gaps, { ...deps, migrations: [...migrations, broken] });
    await expect(run).rejects.toThrow();
    const storage = await createStorage(opened, deps);
    expect(await describeSchema(db, gaps.name)).not.toContain('half_done');
    await storage.close();
  });

  it('do nothing the second time', async () => {
    await (await openStorage(database.target, deps)).close();
    const opened = await openDatabase(database.target, deps);
    const { db } = opened;
    const before = await db.selectFrom('schema_migrations').selectAll().execute();
    const storage = await createStorage(opened, deps);
    expect(await db.selectFrom('schema_migrations').selectAll().execute()).toEqual(before);
    await storage.close();
  });

  it.each(released)('lead from version %d, as it was released, to the newest', async (version) => {
    const opened = await openDatabase(database.target, deps);
    const { db, gaps } = opened;
    const fixture = join(import.meta.dirname, '__fixtures__', `schema-${version}.${gaps.name}.sql`);
    for (const statement of readFileSync(fixture, 'utf8').split(/;\n/)) {
      if (statement.trim() !== '') await sql.raw(statement).execute(db);
    }
    const storage = await createStorage(opened, { ...deps, clock: { ...deps.clock, now: () => noon } });

    const fresh = await create();
    const other = await openDatabase(fresh.target, deps);
    await migrate(other.db, other.gaps, { ...deps, migrations });
    expect(await describeSchema(db, gaps.name)).toBe(await describeSchema(other.db, gaps.name));
    await other.db.destroy();
    await fresh.remove();

    const old = '01a1f8d3-ea00-7000-8000-000000000001';
    expect(await storage.calls.find(old)).toMatchObject({
      id: old,
      alias: 'fast',
      cost: { nanoDollars: 1000 },
      attempts: [{ index: 0, provider: 'openai' }],
    });
    const [entry] = await storage.usage.read({ from: noon, to: noon + 3_600_000, step: 'hour' });
    expect(entry).toMatchObject({ calls: 1, nanoDollars: 1000n });
    expect(await storage.keys.list()).toMatchObject([{ id: 'key_1', name: 'bootstrap' }]);
    const { keys, version: newest } = await storage.keys.changedSince(0);
    expect(keys).toHaveLength(1);
    await storage.keys.revoke('key_1', noon);
    expect((await storage.keys.changedSince(newest)).keys).toMatchObject([{ id: 'key_1' }]);
    expect((await storage.tenants.organisations()).map(({ id }) => id)).toEqual(['default']);
    expect((await storage.tenants.workspaces()).map(({ id }) => id)).toEqual(['default', 'main']);
    await storage.calls.insertBatch([callRecord()]);
    await storage.close();
  });
});

/** Tables with their columns, and indexes; without the tables of single days. */
async function describeSchema(db: Kysely<Schema>, engine: 'sqlite' | 'postgres'): Promise<string> {
  const question =
    engine === 'sqlite'
      ? sql`select type, name, sql from sqlite_master where name not like 'sqlite_%' order by type, name`
      : sql`select 'column' as type, table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' ||
            coalesce(collation_name, '') as name from information_schema.columns
            where table_schema = current_schema() and table_name !~ '_[0-9]{8}$'
          union all select 'index', indexdef from pg_indexes
            where schemaname = current_schema() and tablename !~ '_[0-9]{8}$'
          order by 1, 2`;
  const { rows } = await question.execute(db);
  return rows.map((row) => JSON.stringify(row)).join('\n');
}
