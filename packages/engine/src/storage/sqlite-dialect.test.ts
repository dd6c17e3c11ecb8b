// The driver of the embedded database: turns, statements that are kept, whole numbers of any size.
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteDialect } from './sqlite-dialect.ts';

interface Numbers {
  numbers: { id: number; value: number | bigint };
}

describe('the driver of SQLite', () => {
  let database: DatabaseSync;
  let db: Kysely<Numbers>;
  beforeEach(async () => {
    database = new DatabaseSync(':memory:');
    db = new Kysely<Numbers>({ dialect: createSqliteDialect(database) });
    await sql`create table numbers (id integer primary key, value bigint not null)`.execute(db);
  });
  afterEach(() => db.destroy());

  it('lets transactions wait for each other, in the order of their asking', async () => {
    const order: string[] = [];
    const write = (id: number) =>
      db.transaction().execute(async (transaction) => {
        order.push(`begin ${id}`);
        await transaction.insertInto('numbers').values({ id, value: id }).execute();
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`end ${id}`);
      });
    await Promise.all([1, 2, 3].map(write));
    expect(order).toEqual([1, 2, 3].flatMap((id) => [`begin ${id}`, `end ${id}`]));
  });

  it('shows nobody what a transaction has not finished, and undoes it when it fails', async () => {
    const failing = db.transaction().execute(async (transaction) => {
      await transaction.insertInto('numbers').values({ id: 1, value: 1 }).execute();
      throw new Error('no');
    });
    const seen = db.selectFrom('numbers').selectAll().execute();
    await expect(failing).rejects.toThrow('no');
    expect(await seen).toEqual([]);
    expect(database.isTransaction).toBe(false);
  });

  it('gives whole numbers as numbers, and as bigint where a number would not be exact', async () => {
    const values = [0, -5, Number.MAX_SAFE_INTEGER, 2n ** 63n - 1n, -(2n ** 63n)];
    await db
      .insertInto('numbers')
      .values(values.map((value, id) => ({ id, value })))
      .execute();
    const rows = await db.selectFrom('numbers').select('value').orderBy('id').execute();
    expect(rows.map(({ value }) => value)).toEqual(values);
    // A column that begins without a number has them further down.
    const { rows: mixed } = await sql<{ value: number | null }>`
      select nullif(value, 0) as value from numbers order by id`.execute(db);
    expect(mixed.map(({ value }) => value)).toEqual([null, ...values.slice(1)]);
    const streamed: (number | bigint)[] = [];
    for await (const { value } of db.selectFrom('numbers').select('value').orderBy('id').stream())
      streamed.push(value);
    expect(streamed).toEqual(values);
  });

  it('prepares a statement once, and forgets the ones not used for long', async () => {
    let prepared = 0;
    const prepare = database.prepare.bind(database);
    database.prepare = (text: string) => {
      prepared += 1;
      return prepare(text);
    };
    const ask = (index: number) => sql.raw(`select ${index} as one`).execute(db);
    for (let round = 0; round < 5; round++) await ask(0);
    expect(prepared).toBe(1);
    for (let index = 1; index <= 250; index++) {
      await ask(index);
      await ask(0);
    }
    expect(prepared).toBe(251);
    await ask(1);
    expect(prepared).toBe(252);
  });

  it('tells how many rows were changed', async () => {
    await db
      .insertInto('numbers')
      .values([1, 2, 3].map((id) => ({ id, value: id })))
      .execute();
    const { numUpdatedRows } = await db
      .updateTable('numbers')
      .set({ value: 9 })
      .where('id', '>', 1)
      .executeTakeFirst();
    expect(numUpdatedRows).toBe(2n);
  });
});
