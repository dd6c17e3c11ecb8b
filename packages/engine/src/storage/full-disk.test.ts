// A database that cannot grow: a batch of leases or of receipts that finds no room changes nothing, and counts once when it comes again.
import { generateKeyPairSync } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { noon } from './__fixtures__/call-records.ts';
import { createFile, deps } from './__fixtures__/databases.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { createStorage, type Storage } from './open-storage.ts';
import { createQueryWriter } from './write-calls.ts';

let file: Awaited<ReturnType<typeof createFile>>;
let opened: OpenDatabase;
let storage: Storage;

beforeEach(async () => {
  file = await createFile();
  const { db, gaps, writer } = await openDatabase(file.target, deps);
  await writer.close();
  // On one connection, because only a connection's owner can limit what it may use.
  opened = { db, gaps, writer: createQueryWriter(db) };
  storage = await createStorage(opened, deps);
});
afterEach(async () => {
  await storage.close();
  await file.remove();
});

const allow = (pages: number) => sql`pragma max_page_count = ${sql.raw(String(pages))}`.execute(opened.db);
const expectWhole = async (): Promise<void> => {
  const { rows } = await sql`pragma integrity_check`.execute(opened.db);
  expect(rows).toEqual([{ integrity_check: 'ok' }]);
};

it('lends nothing of a batch that has no room, and all of it when there is some', async () => {
  const ids = Array.from({ length: 40 }, (_, place) => `${place}-${'long'.repeat(24)}`.slice(0, 100));
  for (const id of ids) await storage.budgets.create({ id, definition: {}, amount: 100, at: noon });
  await storage.leases.register({ id: 'p', host: 'here', startedAt: noon, heartbeatAt: noon });
  const orders = ids.map((budgetId) => ({
    ...{ budgetId, startsAt: noon, endsAt: noon + 60_000, keeps: 0, settled: 0, overshoot: 0 },
    ...{ needs: 60, least: 60, extra: 0, isForced: false },
  }));
  const batch = { owner: 'p', number: 1, journalled: 0, at: noon, orders };
  await allow(1);
  await expect(storage.leases.send(batch)).rejects.toThrow();
  for (const id of ids) expect(await storage.budgets.windows(id, 1)).toEqual([]);
  await allow(100_000);
  for (let time = 0; time < 2; time += 1) {
    const result = await storage.leases.send(batch);
    expect(result?.answers.map((answer) => answer?.granted)).toEqual(ids.map(() => 60));
  }
  expect(await storage.budgets.windows(ids[0] as string, 1)).toMatchObject([{ leased: 60, settled: 0 }]);
  await expectWhole();
});

it('stores nothing of a batch of receipts that has no room, and all of it when there is some', async () => {
  const { receipts } = storage;
  await receipts.claimLog({
    newLog: 'log_1',
    owner: 'o',
    now: noon,
    until: noon + 1000,
    isGone: () => false,
  });
  const ids = Array.from({ length: 100 }, (_, place) => `rcpt_${place}`);
  const batch = {
    log: 'log_1',
    owner: 'o',
    claimedUntil: noon + 2000,
    receipts: ids.map((id) => JSON.stringify({ receipt_id: id, text: 'long '.repeat(40) })).join('\n'),
    ids: ids.map((id) => `${id} main`).join('\n'),
    openedAt: noon,
    closedAt: noon + 100,
    key: generateKeyPairSync('ed25519').privateKey,
    keyId: 'k',
    keyValidFrom: noon,
  };
  await allow(1);
  await expect(receipts.append(batch)).rejects.toThrow();
  expect(await receipts.listHeads('log_1', 1)).toEqual([]);
  await allow(100_000);
  for (let time = 0; time < 2; time += 1)
    expect(await receipts.append(batch)).toMatchObject({ outcome: 'stored', head: { seq: 1, count: 100 } });
  expect(await receipts.listHeads('log_1', 1)).toHaveLength(1);
  expect((await receipts.listIds({ limit: 1000 })).ids).toHaveLength(100);
  await expectWhole();
});

it('starts and journals nothing of a run that has no room, and all of it when there is some', async () => {
  const { runs, runQueue, runJournal } = storage;
  const run = { workspace: 'w', flow: 'f', version: '1', createdAt: noon };
  await runs.create({ ...run, id: 'small', input: null });
  await runQueue.register({ id: 'o', host: 'here', startedAt: noon, graphs: ['f\n1'] });
  const [taken] = await runQueue.take({ owner: 'o', graphs: ['f\n1'], most: 1, at: noon });
  const hold = taken?.hold ?? { runId: '', owner: '', epoch: 0 };
  const result = JSON.stringify('long '.repeat(20_000));
  const step = { path: '/a', seq: 1, kind: 'step', state: 'done', interrupted: 0, startedAt: noon } as const;
  const write = () => runJournal.write(hold, [{ ...step, outcome: result }], []);
  const start = () => runs.create({ ...run, id: 'large', input: result, startKey: 'k' });
  await allow(1);
  // Of two that are written together, each says so.
  const refused = await Promise.allSettled([start(), write()]);
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await runs.find('large')).toBeUndefined();
  expect((await runJournal.load('small')).steps).toEqual([]);
  await allow(100_000);
  expect(await start()).toMatchObject({ isNew: true });
  expect(await write()).toBe(true);
  expect((await runJournal.load('small')).steps).toMatchObject([{ path: '/a', state: 'done' }]);
  await expectWhole();
});
