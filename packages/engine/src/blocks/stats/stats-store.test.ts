// T2, T3: the same statistics wherever they are kept: in memory, in a folder, in an SQLite file, on PostgreSQL.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createIds, type Log, systemRandom } from '../../observability/index.ts';
import { openStorage } from '../../storage/index.ts';
import { createFile, createPostgres, deps, queryOnce, type TestDatabase } from '../__fixtures__/databases.ts';
import { MemoryStats } from '../memory-stats.ts';
import { StatsDatabase } from './stats-database.ts';
import { StatsFolder } from './stats-folder.ts';
import { clock, describeSharedStats, describeStats, type OpenedStats } from './stats-store.contract.ts';

const newId = createIds(clock, systemRandom);
const nothing = async (): Promise<void> => {};

describeStats('memory', async () => ({
  open: async () => ({ store: new MemoryStats(), settle: nothing, close: nothing }),
  remove: nothing,
}));

describeSharedStats('a folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-block-stats-'));
  return {
    programArguments: ['folder', folder],
    open: async ({ log }) => {
      const store = new StatsFolder({ folder, clock, log, newId, segmentBytes: 20_000 });
      // Folded too: the dead, whose locks are free, and the living, whose are not.
      const settle = async (): Promise<void> => void store.compact();
      return { store, settle, close: async () => store.close() };
    },
    spoil: async (key) => {
      for (const name of readdirSync(folder).filter((each) => /\.(json|jsonl)$/.test(each))) {
        const text = readFileSync(join(folder, name), 'utf8');
        writeFileSync(join(folder, name), text.replaceAll(`"key":"${key}"`, '"key":7'));
        appendFileSync(join(folder, name), name.endsWith('l') ? `{"key":"${key}","at` : '');
      }
    },
    remove: async () => rmSync(folder, { recursive: true }),
  };
});

const openIn = async ({ target }: TestDatabase, log: Log): Promise<OpenedStats> => {
  const storage = await openStorage(target, deps);
  const database = new StatsDatabase({ storage, clock, log, newId });
  const store = database.forWorkspace('main');
  return {
    store,
    settle: (keys) => store.load(keys),
    close: async () => {
      await database.close();
      await storage.close();
    },
  };
};

const spoiling = (key: string): string =>
  `update block_stats set stats = '{"ok":{"ms"' where block_key = '${key}'`;

describeSharedStats('an SQLite file', async () => {
  const database = await createFile();
  const { path } = database.target;
  return {
    programArguments: ['sqlite', path],
    open: ({ log }) => openIn(database, log),
    spoil: async (key) => {
      const file = new DatabaseSync(path);
      file.exec(spoiling(key));
      file.close();
    },
    remove: () => database.remove(),
  };
});

describeSharedStats('PostgreSQL', async () => {
  const database = await createPostgres();
  const { url } = database.target;
  return {
    programArguments: ['postgres', url],
    open: ({ log }) => openIn(database, log),
    spoil: async (key) => void (await queryOnce(url, spoiling(key))),
    remove: () => database.remove(),
  };
});
