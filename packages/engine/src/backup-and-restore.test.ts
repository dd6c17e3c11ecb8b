// A backup that is made while calls go on: in the other engine receipts verify, budgets and calls agree, keys are known, and it goes on.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ReceiptHead, verifyExport } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  ask,
  createFile,
  createPostgres,
  deps,
  openSmallEngine,
  type SmallEngine,
  type TestDatabase,
} from './__fixtures__/index.ts';
import { exportReceipts, nodeCrypto } from './receipts/index.ts';
import { openStorage, restoreBackup, type Storage, writeBackup } from './storage/index.ts';

const secretSha256 = createHash('sha256').update('ks-caller').digest('hex');

let simulator: Simulator;
let folder: string;
let databases: TestDatabase[];
beforeAll(async () => {
  simulator = await startSimulator({ seed: 5 });
});
afterAll(() => simulator.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-backup-'));
  databases = [];
});
afterEach(async () => {
  for (const database of databases) await database.remove();
  rmSync(folder, { recursive: true });
});

const makers = { 'an SQLite file': createFile, PostgreSQL: createPostgres };

async function make(create: () => Promise<TestDatabase>): Promise<TestDatabase['target']> {
  const database = await create();
  databases.push(database);
  return database.target;
}

/** The heads of an export that verifies, without any of the database's own help. */
async function verifiedHeads({ receipts }: Storage): Promise<readonly ReceiptHead[]> {
  const lines: string[] = [];
  for await (const line of exportReceipts(receipts)) lines.push(line);
  const { faults } = await verifyExport(lines, { keys: await receipts.listKeys(), crypto: nodeCrypto });
  expect(faults).toEqual([]);
  return lines.flatMap((line) => (JSON.parse(line) as { head?: ReceiptHead }).head ?? []);
}

async function ledgerOf({ calls, budgets, receipts }: Storage) {
  const listed = await calls.list({ filters: {}, limit: 1000 });
  expect(listed.hasMore).toBe(false);
  const [window] = await budgets.windows('b', 1);
  return {
    calls: listed.calls.length,
    cost: listed.calls.reduce((sum, { cost }) => sum + (cost.nanoDollars ?? 0), 0),
    settled: window?.settled ?? 0,
    leased: window?.leased ?? 0,
    receipts: (await receipts.listIds({ limit: 1000 })).ids.length,
  };
}

/** Calls, four at a time, until it is told to stop. */
function keepCalling(small: SmallEngine): { made(): number; stop(): Promise<void> } {
  let made = 0;
  let isOver = false;
  const callers = [1, 2, 3, 4].map(async () => {
    while (!isOver) {
      await ask(small, `[[text: call ${made}]]`).over;
      await deps.clock.sleep(8);
      made += 1;
    }
  });
  const stop = async (): Promise<void> => {
    isOver = true;
    await Promise.all(callers);
  };
  return { made: () => made, stop };
}

test.each([
  ['an SQLite file', 'PostgreSQL'],
  ['PostgreSQL', 'an SQLite file'],
] as const)('%s, backed up under way, goes on in %s', { timeout: 60_000 }, async (from, to) => {
  const source = await make(makers[from]);
  const small = await openSmallEngine(folder, simulator.url, source);
  await small.engine.limits?.ready;
  const key = { id: 'key_1', workspace: 'w', name: 'one', secretSha256, prefix: 'ks-', createdAt: 1 };
  await small.storage.keys.insert(key);
  const calling = keepCalling(small);
  const isStored = async ({ receipts, calls }: Storage): Promise<boolean> => {
    const { ids } = await receipts.listIds({ limit: 1 });
    return ids.length > 0 && (await calls.list({ filters: {}, limit: 1 })).calls.length > 0;
  };
  while (!(await isStored(small.storage))) await deps.clock.sleep(10);
  const file = join(folder, 'under-way.backup');
  await writeBackup(source, file, deps);
  const madeBefore = calling.made();
  await deps.clock.sleep(30);
  await calling.stop();
  expect(calling.made()).toBeGreaterThan(madeBefore);
  await small.close();

  const target = await make(makers[to]);
  expect((await restoreBackup(file, target, deps)).writtenOff).toBe(1);
  const restored = await openStorage(target, deps);
  const ledger = await ledgerOf(restored);
  const heads = await verifiedHeads(restored);
  expect(ledger.receipts).toBeGreaterThan(0);
  expect(heads.reduce((sum, { count }) => sum + count, 0)).toBe(ledger.receipts);
  // What was lent at that moment is spent: never less than the calls that are known.
  expect(ledger).toMatchObject({ leased: 0 });
  expect(ledger.cost).toBeGreaterThan(0);
  expect(ledger.settled).toBeGreaterThanOrEqual(ledger.cost);
  expect(await restored.keys.findBySecret(secretSha256)).toMatchObject(key);
  await restored.close();

  const heir = await openSmallEngine(mkdtempSync(join(folder, 'heir-')), simulator.url, target);
  await heir.engine.limits?.ready;
  for (let made = 0; made < 5; made += 1) await ask(heir, '[[text: after]]').over;
  await heir.close();
  const later = await openStorage(target, deps);
  const after = await ledgerOf(later);
  expect(after.calls - ledger.calls).toBe(5);
  expect(after.receipts - ledger.receipts).toBe(5);
  expect(after.settled - ledger.settled).toBe(after.cost - ledger.cost);
  const logs = (all: readonly ReceiptHead[]): Set<string> => new Set(all.map(({ log }) => log));
  expect(logs(await verifiedHeads(later)).size).toBe(logs(heads).size + 1);
  await later.close();

  // Of the one that has stopped, budgets and calls agree to the last billionth.
  const whole = join(folder, 'whole.backup');
  await writeBackup(source, whole, deps);
  await restoreBackup(whole, target, { ...deps, replace: true });
  const rest = await openStorage(target, deps);
  const last = await ledgerOf(rest);
  expect(last).toMatchObject({
    calls: calling.made(),
    receipts: calling.made(),
    settled: last.cost,
    leased: 0,
  });
  await verifiedHeads(rest);
  await rest.close();
});
