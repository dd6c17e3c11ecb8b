// Statistics in a database that fails, hangs back, loses answers, is full of others' figures, or is another one than before.

import { step } from '@keelson/core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createIds, createLog, type Log, silentLog, systemRandom } from '../../observability/index.ts';
import { type BlockStatsTable, openStorage, type Storage } from '../../storage/index.ts';
import { deps } from '../__fixtures__/databases.ts';
import { testEnvironment } from '../__fixtures__/index.ts';
import { runBlock } from '../run-block.ts';
import { StatsDatabase, type StatsDatabaseSettings } from './stats-database.ts';
import { attempt, countedDirectly, countOf, expectSame } from './stats-store.contract.ts';

const dayMs = 24 * 3600 * 1000;
const start = Date.UTC(2026, 8, 21, 13);

/** Time that is moved by hand, and what is due by then. */
function dueClock() {
  let now = start;
  const timers: { readonly ms: number; readonly run: () => void; due: number }[] = [];
  return {
    now: () => now,
    elapsed: () => now - start,
    sleep: async (ms: number) => {
      now += ms;
    },
    every: (ms: number, run: () => void) => {
      const timer = { ms, run, due: now + ms };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    /** Lets all that is due then come to its end: nothing in it waits for more than its turn. */
    advance: async (ms: number) => {
      now += ms;
      for (const timer of [...timers]) {
        if (timer.due > now) continue;
        timer.due = now + timer.ms;
        timer.run();
      }
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

let storage: Storage;
let clock: ReturnType<typeof dueClock>;
let workspace = '';
let tests = 0;
beforeAll(async () => {
  storage = await openStorage({ kind: 'sqlite', path: ':memory:' }, deps);
});
afterAll(() => storage.close());
beforeEach(() => {
  clock = dueClock();
  tests += 1;
  workspace = `workspace ${tests}`;
});

const newId = createIds(deps.clock, systemRandom);
const open = (given: Partial<StatsDatabaseSettings> = {}) => {
  const database = new StatsDatabase({ storage, clock, log: silentLog, newId, ...given });
  return { database, store: database.forWorkspace(workspace) };
};

const listening = (): { readonly log: Log; readonly lines: string[] } => {
  const lines: string[] = [];
  return { lines, log: createLog({ level: 'info', write: (line) => lines.push(line) }) };
};

/** The table, with something before or after what `add` does. */
const withAdd = (add: BlockStatsTable['add']): Pick<Storage, 'blockStats'> => ({
  blockStats: { ...storage.blockStats, add },
});
const refuse = (): never => {
  throw new Error('no connection');
};

const countAnew = async (key = 'pay@1'): Promise<number> => {
  const { store, database } = open();
  await store.load([key]);
  await database.close();
  return countOf(store.findStats(key));
};

it('writes what waits each second, and at once where it is much', async () => {
  const { store } = open();
  store.record(attempt(1));
  expect([store.waiting, await countAnew()]).toEqual([1, 0]);
  await clock.advance(1000);
  expect([store.waiting, await countAnew()]).toEqual([0, 1]);
  for (let at = 0; at < 2500; at += 1) store.record(attempt(1));
  await expect.poll(() => countAnew()).toBeGreaterThanOrEqual(2001);
  await store.flush();
  expect(await countAnew()).toBe(2501);
});

it('reads what others have written within ten seconds while somebody asks, and a block that is new at once', async () => {
  const one = open();
  const other = open();
  await one.store.load();
  await other.store.load();
  one.store.record(attempt(1));
  await one.store.flush();
  expect(other.store.findStats('pay@1')).toBeUndefined();
  await clock.advance(1000);
  expect(other.store.findStats('pay@1')?.ok.ms).toMatchObject({ n: 1, mean: 1 });
  one.store.record(attempt(2));
  other.store.record(attempt(6));
  await one.store.flush();
  await clock.advance(10_000);
  expect(other.store.findStats('pay@1')?.ok.ms).toMatchObject({ n: 3, mean: 3 });
  expect(countOf(one.store.findStats('pay@1'))).toBe(2);
  await clock.advance(10_000);
  expect(countOf(one.store.findStats('pay@1'))).toBe(3);
});

it('asks the database nothing while nobody asks, and no more than what has changed when somebody does', async () => {
  const asked: string[] = [];
  const { list, version, changes, add } = storage.blockStats;
  const note = <Given, Answer>(name: string, ask: (given: Given) => Promise<Answer>) => {
    return (given: Given): Promise<Answer> => {
      asked.push(name);
      return ask(given);
    };
  };
  const blockStats = {
    add: note('add', add),
    list: note('list', list),
    version: note('version', version),
    changes: note('changes', changes),
  };
  const { store } = open({ storage: { blockStats } });
  for (let second = 0; second < 30; second += 1) await clock.advance(1000);
  expect(asked).toEqual([]);
  await store.load(['pay@1']);
  expect(asked.splice(0)).toEqual(['version', 'list']);
  expect(store.findStats('pay@1')).toBeUndefined();
  await clock.advance(10_000);
  expect(asked.splice(0)).toEqual(['version']);
  for (let second = 0; second < 30; second += 1) await clock.advance(1000);
  expect(asked).toEqual([]);
  const other = open();
  other.store.record(attempt(4));
  await other.store.flush();
  await store.load(['pay@1']);
  expect(asked).toEqual(['version', 'changes']);
  expect(store.findStats('pay@1')?.ok.ms).toMatchObject({ n: 1, mean: 4 });
});

it('keeps workspaces apart', async () => {
  const { database, store } = open();
  expect(database.forWorkspace(workspace)).toBe(store);
  const elsewhere = database.forWorkspace(`${workspace} beside`);
  store.record(attempt(1));
  await database.flush();
  await elsewhere.load();
  expect(elsewhere.findStats('pay@1')).toBeUndefined();
});

it('counts once, whether a write failed or only its answer was lost, however often and in whatever order', async () => {
  let state = 5;
  const chance = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % 4;
  };
  const unsteady = withAdd(async (batch) => {
    if (chance() === 0) refuse();
    const written = await storage.blockStats.add(batch);
    return chance() === 0 ? refuse() : written;
  });
  const attempts = Array.from({ length: 300 }, (_, at) =>
    attempt(at, { key: `key ${at % 7}@1`, at: clock.now() - (at % 3) * dayMs }),
  );
  const stores = [open({ storage: unsteady }), open({ storage: unsteady }), open()];
  for (const [at, each] of attempts.entries()) {
    const { store } = stores[at % 3] as (typeof stores)[number];
    store.record(each);
    if (chance() === 0) await (chance() === 0 ? store.load() : store.flush());
    const known = countOf(store.findStats(each.key));
    // Never more than all have counted together, never less than nothing of its own.
    expect(known).toBeLessThanOrEqual(countOf(countedDirectly(attempts.slice(0, at + 1)).get(each.key)));
    expect(known).toBeGreaterThan(0);
  }
  for (const { database, store } of stores) {
    await database.close();
    expect(store.waiting).toBe(0);
  }
  const { store } = open();
  await store.load();
  for (const [key, stats] of countedDirectly(attempts)) expectSame(store.findStats(key), stats);
});

it('counts on while nothing can be written, says so with ids once a minute, and writes it all afterwards', async () => {
  const { log, lines } = listening();
  let isDown = true;
  const storageDown = withAdd(async (batch) => (isDown ? refuse() : storage.blockStats.add(batch)));
  const { store } = open({ storage: storageDown, log });
  const environment = testEnvironment({ stats: store, log });
  const block = step('pay', async () => 'done', { effects: 'none' });
  for (let second = 0; second < 90; second += 1) {
    expect(await runBlock(block, undefined, { environment })).toMatchObject({ success: true });
    await clock.advance(1000);
  }
  expect(countOf(store.findStats('pay@1'))).toBe(90);
  expect(store.waiting).toBe(90);
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(told).toHaveLength(2);
  expect(told[0]).toMatchObject({ workspace, writer: expect.any(String), batch: 1, attempts: 1 });
  isDown = false;
  await clock.advance(1000);
  expect([store.waiting, store.dropped]).toEqual([0, 0]);
  expect(lines.at(-1)).toContain('kept again');
  // The environment of the test has a clock of its own, so its attempts are of another day.
  expect(countOf(store.findStats('pay@1'))).toBe(90);
});

it('lets no more wait than it may, counts what it drops, and names an attempt that it dropped', async () => {
  const { log, lines } = listening();
  const { store, database } = open({ storage: withAdd(refuse), log, mostWaiting: 3 });
  for (let at = 0; at < 10; at += 1)
    store.record(attempt(1, { key: `key ${at}@1`, executionId: `run ${at}` }));
  store.record(attempt(1, { key: 'key 0@1' }));
  expect([store.waiting, store.dropped]).toEqual([4, 7]);
  expect(countOf(store.findStats('key 9@1'))).toBe(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ block: 'key 3@1', executionId: 'run 3', dropped: 1 });
  await database.close();
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ level: 50, workspace, attempts: 4 });
  expect(() => store.record(attempt(1))).toThrow(/closed/);
  expect(() => database.forWorkspace('later')).toThrow(/closed/);
});

it.each([
  ['too long', 'k'.repeat(600)],
  ['zero', 'a\0b@1'],
  ['half a character', '\ud800@1'],
])('counts a block whose name cannot be kept for itself, and writes the others: %s', async (_, key) => {
  const { store } = open();
  store.record(attempt(1, { key }));
  store.record(attempt(1));
  await store.load([key, 'pay@1']);
  expect([countOf(store.findStats(key)), store.dropped, store.waiting]).toEqual([1, 1, 0]);
  expect(await countAnew()).toBe(1);
});

it('keeps the longest name of the widest letters', async () => {
  const key = '\uffee'.repeat(512);
  const { store } = open();
  store.record(attempt(1, { key }));
  await store.flush();
  expect([store.dropped, await countAnew(key)]).toEqual([0, 1]);
});

it.each([
  { ms: Number.NaN },
  { ms: -1 },
  { ms: 1e200 },
  { at: Number.POSITIVE_INFINITY },
  { key: '' },
])('refuses a record that cannot be true, and counts nothing of it: %j', async (given) => {
  const { store } = open();
  store.record(attempt(1));
  expect(() => store.record(attempt(1, given))).toThrow(/cannot be true/);
  expect(countOf(store.findStats('pay@1'))).toBe(1);
});

it('forgets days when they are old, though they were read as one sum', async () => {
  const { store } = open({ keptDays: 5 });
  const minute = 60_000;
  // Ten minutes before midnight.
  await clock.advance((10 * 60 + 50) * minute);
  for (const age of [0, 1, 4, 5]) store.record(attempt(age, { at: clock.now() - age * dayMs }));
  await store.load();
  expect(countOf(store.findStats('pay@1'))).toBe(4);
  await clock.advance(20 * minute);
  expect(countOf(store.findStats('pay@1'))).toBe(3);
  expect(store.findStats('pay@1')?.ok.ms.mean).toBeCloseTo(5 / 3, 9);
});

it('keeps in memory what is asked for, and reads the rest again when it is', async () => {
  const { store } = open();
  store.record(attempt(1));
  await store.load();
  await clock.advance(3_600_000);
  expect(store.findStats('pay@1')).toBeUndefined();
  await clock.advance(1000);
  expect(countOf(store.findStats('pay@1'))).toBe(1);
});

it('sees what others add to days that it has read as one sum', async () => {
  const one = open();
  const other = open();
  await other.store.load(['pay@1']);
  one.store.record(attempt(1, { at: clock.now() - 30 * dayMs }));
  await one.store.flush();
  other.store.findStats('pay@1');
  await clock.advance(10_000);
  expect(countOf(other.store.findStats('pay@1'))).toBe(1);
});

it('reads all anew where the database is an older copy of itself', async () => {
  const older = await openStorage({ kind: 'sqlite', path: ':memory:' }, deps);
  const before = open({ storage: older });
  before.store.record(attempt(9));
  await before.database.close();
  let table = storage.blockStats;
  const blockStats: BlockStatsTable = {
    add: (batch) => table.add(batch),
    version: (name) => table.version(name),
    list: (listing) => table.list(listing),
    changes: (listing) => table.changes(listing),
  };
  const { store } = open({ storage: { blockStats } });
  for (const ms of [1, 2]) {
    store.record(attempt(ms));
    await store.load(['pay@1']);
  }
  expect(store.findStats('pay@1')?.ok.ms).toMatchObject({ n: 2, mean: 1.5 });
  table = older.blockStats;
  await store.load(['pay@1']);
  expect(store.findStats('pay@1')?.ok.ms).toMatchObject({ n: 1, mean: 9 });
  await older.close();
});

it('goes on with what it knows where nothing can be read', async () => {
  const { log, lines } = listening();
  const blockStats = { ...storage.blockStats, list: refuse, version: refuse };
  const { store } = open({ storage: { blockStats }, log });
  store.record(attempt(1));
  await store.load();
  await store.load(['other@1']);
  expect(countOf(store.findStats('pay@1'))).toBe(1);
  expect(lines).toHaveLength(1);
  expect(await countAnew()).toBe(1);
});
