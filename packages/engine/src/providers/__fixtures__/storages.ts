/** Storages for the tests of this room, each with a way to look at its rows: a file, and a database of PostgreSQL. */
import { DatabaseSync } from 'node:sqlite';
import { createFile, createPostgres, deps, queryOnce } from '../../storage/__fixtures__/index.ts';
import { openStorage, type Storage } from '../../storage/index.ts';

export interface TestStorage {
  readonly storage: Storage;
  /** Every row of a table, as the engine gives it. */
  rowsOf(table: string): Promise<readonly object[]>;
  remove(): Promise<void>;
}

export const storages: Readonly<Record<string, () => Promise<TestStorage>>> = {
  'an SQLite file': async () => {
    const { target, remove } = await createFile();
    return open(await openStorage(target, deps), remove, async (table) => {
      const db = new DatabaseSync(target.path, { readOnly: true });
      try {
        return db.prepare(`select * from ${table}`).all();
      } finally {
        db.close();
      }
    });
  },
  PostgreSQL: async () => {
    const { target, remove } = await createPostgres();
    const rowsOf: TestStorage['rowsOf'] = (table) => queryOnce(target.url, `select * from ${table}`);
    return open(await openStorage(target, deps), remove, rowsOf);
  },
};

function open(storage: Storage, removeDatabase: () => Promise<void>, rowsOf: TestStorage['rowsOf']): TestStorage {
  return {
    storage,
    rowsOf,
    remove: async () => {
      await storage.close();
      await removeDatabase();
    },
  };
}
