/** Storages for the tests of this room: in memory, and in a database of its own on the PostgreSQL server of the run. */
import { openStorage, type Storage } from '../../storage/index.ts';
import { createPostgres, deps } from '../../storage/__fixtures__/index.ts';

export const storages: Readonly<Record<string, () => Promise<Storage>>> = {
  SQLite: () => openStorage({ kind: 'sqlite', path: ':memory:' }, deps),
  // The server goes with the run, and the database with it.
  PostgreSQL: async () => openStorage((await createPostgres()).target, deps),
};
