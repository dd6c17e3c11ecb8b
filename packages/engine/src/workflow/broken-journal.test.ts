// A journal that cannot be written, or that somebody cut: nothing counts that is not recorded, nothing is lost that is, and the run goes on
// as soon as it can.
import type { Json } from '@keelson/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFile, deps, type TestDatabase } from '../__fixtures__/index.ts';
import { createIds, createLog, systemClock, systemRandom } from '../observability/index.ts';
import { openStorage, type Storage } from '../storage/index.ts';
import { createMovedClock, openRuns, signer } from './__fixtures__/open-runs.ts';
import type { DurableRuns, Flow } from './durable-runs.ts';
import { openDurableRuns } from './open-durable-runs.ts';

let database: TestDatabase;
let storage: Storage;
beforeEach(async () => {
  database = await createFile();
  storage = await openStorage(database.target, deps);
});
afterEach(async () => {
  await storage.close();
  await database.remove();
});

const patient = { timeout: 20_000, interval: 10 } as const;
const started = (runs: DurableRuns) => runs.start({ workspace: 'w', flow: 'f', version: '1', input: null });
const ended = async (runs: DurableRuns, id: string) => {
  await expect.poll(async () => (await runs.get(id)).state, patient).toBe('completed');
  return runs.get(id);
};

/** Three steps one after the other; what each does is counted. */
function counting(seen: string[]): Flow {
  return {
    ...{ name: 'f', version: '1' },
    run: async (_input, scope) => {
      const values: Json[] = [];
      for (const path of ['/a', '/b', '/c']) {
        const outcome = await scope.step({ path }, async ({ interrupted }) => {
          seen.push(`${path} ${interrupted}`);
          return path;
        });
        if (outcome.state === 'done') values.push(outcome.value);
      }
      return values;
    },
  };
}

it('goes on after the disk was full, with what was recorded, and tells the log', async () => {
  let writes = 0;
  const { runJournal } = storage;
  const write: typeof runJournal.write = async (...args) => {
    writes += 1;
    // The result of the second step, and whatever comes for a while.
    if (writes >= 4 && writes < 6) throw new Error('The disk is full.');
    return runJournal.write(...args);
  };
  const lines: string[] = [];
  const runs = openDurableRuns({
    ...{
      storage: { ...storage, runJournal: { ...runJournal, write } },
      clock: systemClock,
      host: 'h',
      signer,
    },
    ...{ log: createLog({ level: 'warn', write: (line) => lines.push(line) }) },
    newId: createIds(systemClock, systemRandom),
  });
  const seen: string[] = [];
  const worker = await runs.openWorker({ flows: [counting(seen)], leaseMs: 600, pollMs: 20 });
  const { run } = await started(runs);
  expect((await ended(runs, run.id)).output).toEqual(['/a', '/b', '/c']);
  await worker.close();
  expect(seen).toEqual(['/a 0', '/b 0', '/b 1', '/c 0']);
  expect(lines.join('')).toContain('journal of a run cannot be used');
});

it('never takes a flow for ended that swallowed the failure of its journal', async () => {
  let isBroken = true;
  const { runJournal } = storage;
  const write: typeof runJournal.write = async (...args) => {
    if (isBroken) throw new Error('The disk is full.');
    return runJournal.write(...args);
  };
  const opened = openRuns({ ...storage, runJournal: { ...runJournal, write } }, createMovedClock());
  let passes = 0;
  const run: Flow['run'] = async (_input, scope) => {
    passes += 1;
    try {
      const outcome = await scope.step({ path: '/a' }, async () => 'done');
      return outcome.state;
    } catch {
      return 'swallowed';
    }
  };
  await opened.openWorker({ flows: [{ name: 'f', version: '1', run }] });
  const { run: begun } = await started(opened.runs);
  await expect.poll(() => passes, patient).toBeGreaterThan(1);
  expect((await opened.runs.get(begun.id)).state).not.toBe('completed');
  isBroken = false;
  expect((await ended(opened.runs, begun.id)).output).toBe('done');
  await opened.close();
});

it('does again what is missing in a journal that was cut, and nothing else', async () => {
  const seen: string[] = [];
  const opened = openRuns(storage, createMovedClock());
  await opened.openWorker({ flows: [counting(seen)] });
  const { run } = await started(opened.runs);
  await ended(opened.runs, run.id);
  for (const without of [['/c'], ['/b', '/c'], ['/a', '/b', '/c']]) {
    seen.length = 0;
    const again = await opened.runs.replay(run.id, { without });
    expect((await ended(opened.runs, again.id)).output).toEqual(['/a', '/b', '/c']);
    expect(seen).toEqual(without.map((path) => `${path} 0`));
  }
  await opened.close();
});

it('does not keep a run that it was given without hearing of it', async () => {
  const { runQueue } = storage;
  let lost = 0;
  const take: typeof runQueue.take = async (...args) => {
    const taken = await runQueue.take(...args);
    if (taken.length === 0 || lost > 0) return taken;
    lost += 1;
    throw new Error('The connection is lost.');
  };
  const seen: string[] = [];
  const opened = openRuns({ ...storage, runQueue: { ...runQueue, take } }, createMovedClock());
  await opened.openWorker({ flows: [counting(seen)] });
  const { run } = await started(opened.runs);
  expect(await ended(opened.runs, run.id)).toMatchObject({ passes: 2 });
  expect(lost).toBe(1);
  await opened.close();
});
