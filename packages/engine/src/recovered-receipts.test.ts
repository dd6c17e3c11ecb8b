// Receipts that a process owed when it died: recovery issues each of them once, and the ledger is the sum of all receipts.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDollars, type Receipt, verifyExport } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ask, openSmallEngine, type SmallEngine } from './__fixtures__/index.ts';
import { exportReceipts, nodeCrypto } from './receipts/index.ts';

const program = join(import.meta.dirname, '__fixtures__/owe-receipts.ts');
const compileCache = join(import.meta.dirname, '../../../node_modules/.cache/compile');

let simulator: Simulator;
let folder: string;
beforeAll(async () => {
  simulator = await startSimulator({ seed: 5 });
});
afterAll(() => simulator.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-owed-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function open(): Promise<SmallEngine> {
  const small = await openSmallEngine(folder, simulator.url);
  await small.engine.limits?.ready;
  return small;
}

/** Of an export that verifies. */
async function receiptsOf({ storage }: SmallEngine) {
  const lines: string[] = [];
  for await (const line of exportReceipts(storage.receipts)) lines.push(line);
  const { faults } = await verifyExport(lines, {
    keys: await storage.receipts.listKeys(),
    crypto: nodeCrypto,
  });
  expect(faults).toEqual([]);
  return lines.flatMap((line) => {
    const { receipt } = JSON.parse(line) as { receipt?: Receipt };
    return receipt?.kind === 'call' ? [receipt] : [];
  });
}

async function expectLedger(small: SmallEngine): Promise<void> {
  await small.engine.limits?.flush();
  const [window] = await small.storage.budgets.windows('b', 1);
  const receipts = await receiptsOf(small);
  const sum = receipts.reduce((total, { cost }) => total + parseDollars(cost.amount as string), 0);
  expect(sum).toBeGreaterThan(0);
  expect(window).toMatchObject({ settled: sum, leased: 0 });
}

const journals = (): string[] =>
  readdirSync(join(folder, 'journal')).filter((name) => name.endsWith('.journal'));

test('after SIGKILL, every call has one receipt, and the ledger is their sum', {
  timeout: 60_000,
}, async () => {
  const child = spawn(process.execPath, [program, folder, simulator.url], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8');
  for await (const text of child.stdout) {
    said += text;
    if (!said.includes('under way')) continue;
    child.kill('SIGKILL');
  }
  const ids = (what: string): string[] =>
    [...said.matchAll(new RegExp(`^${what} (\\S+)$`, 'gm'))].map(([, id]) => id as string);
  expect([ids('stored').length, ids('owed').length, ids('known').length]).toEqual([5, 4, 1]);
  const heir = await open();
  const receipts = await receiptsOf(heir);
  const found = (what: string): Receipt[] =>
    ids(what).flatMap((id) => receipts.filter(({ call_id }) => call_id === id));
  expect(receipts).toHaveLength(11);
  expect(found('stored')).toHaveLength(5);
  expect(found('owed')).toHaveLength(4);
  for (const receipt of found('owed'))
    expect(receipt).toMatchObject({ usage: { output: expect.anything() }, cost: { status: 'priced' } });
  expect(found('known')).toEqual([
    expect.objectContaining({ cache: 'hit', cost: expect.objectContaining({ amount: '0' }) }),
  ]);
  expect(found('under way')).toEqual([
    expect.objectContaining({ interrupted: true, error: 'call_interrupted' }),
  ]);
  await expectLedger(heir);
  await heir.close();
  // Whoever comes next finds nothing left to do.
  const next = await open();
  expect(await receiptsOf(next)).toHaveLength(11);
  await next.close();
});

test('a journal stays until the receipts that it owes are stored', async () => {
  const first = await open();
  first.receiptsAre = 'refused';
  await ask(first, '[[text: one]]').over;
  // It cannot store them at its end either, and leaves its journal behind.
  await first.close();
  expect(journals()).toHaveLength(1);
  const second = await openSmallEngine(folder, simulator.url);
  second.receiptsAre = 'refused';
  await second.engine.limits?.ready;
  expect(journals()).toHaveLength(2);
  expect(await receiptsOf(second)).toEqual([]);
  second.receiptsAre = 'kept';
  expect(await second.engine.limits?.recover()).toBe(1);
  expect(journals()).toHaveLength(1);
  expect(await receiptsOf(second)).toHaveLength(1);
  await expectLedger(second);
  await second.close();
  expect(journals()).toEqual([]);
});
