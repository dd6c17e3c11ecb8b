// Issuing: batches, chains that go on after any restart, and no receipt twice or lost while there is memory for it.
import { KeelsonError, type ReceiptHead, verifyExport, verifyReceipt } from '@keelson/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../observability/index.ts';
import { call, collect, createReceiptKit, newId, type ReceiptKit } from './__fixtures__/receipt-kit.ts';
import { exportReceipts, nodeCrypto, proveReceipt, type ReceiptIssuer, receiptIdOf } from './index.ts';
import { isOwnerGone, nameOwner } from './log-owner.ts';

describe.each(['sqlite', 'postgres'] as const)('issuing on %s', (kind) => {
  let kit: ReceiptKit;
  beforeEach(async () => {
    kit = await createReceiptKit(kind);
  });
  afterEach(() => kit.close());

  const issueMany = (issuer: ReceiptIssuer, count: number): string[] =>
    Array.from({ length: count }, () => issuer.issue(call())!);
  const heads = async (): Promise<ReceiptHead[]> => {
    const logs = await kit.storage.receipts.listLogs();
    return (await Promise.all(logs.map((log) => kit.storage.receipts.listHeads(log, 1)))).flat();
  };

  test('closes batches of at most 256, and every receipt proves itself', async () => {
    const issuer = kit.open();
    const ids = issueMany(issuer, 600);
    await issuer.flush();
    expect((await heads()).map(({ seq, count }) => [seq, count])).toEqual([
      [1, 256],
      [2, 256],
      [3, 88],
    ]);
    expect(await kit.export()).toMatchObject({ isValid: true, receipts: 600, batches: 3 });
    const keys = await kit.storage.receipts.listKeys();
    for (const id of [ids[0]!, ids[255]!, ids[256]!, ids[599]!]) {
      const proof = await proveReceipt(kit.storage.receipts, id);
      expect(proof?.receipt.receipt_id).toBe(id);
      expect(await verifyReceipt(proof!, { keys, crypto: nodeCrypto })).toEqual({
        isValid: true,
        faults: [],
      });
    }
    expect(await proveReceipt(kit.storage.receipts, 'rcpt_none')).toBeUndefined();
  });

  test('issues nothing for a call that used nothing', async () => {
    const issuer = kit.open();
    const { usage: _, ...rest } = call();
    expect(issuer.issue(rest)).toBeUndefined();
    expect(issuer.waiting).toBe(0);
  });

  test('issues a call once, however often it is asked to', async () => {
    const issuer = kit.open();
    const [one, two, three] = [call(), call(), call()];
    for (const record of [one, two, one, one]) expect(issuer.issue(record)).toBe(receiptIdOf(record.id));
    await issuer.flush();
    for (const record of [two, three, one]) issuer.issue(record);
    await issuer.flush();
    // Another process that finds the same calls in a journal.
    const other = kit.open();
    for (const record of [one, two, three, call()]) other.issue(record);
    await other.flush();
    expect(await kit.export()).toMatchObject({ isValid: true, receipts: 4 });
    const { ids } = await kit.storage.receipts.listIds({});
    expect(new Set(ids).size).toBe(4);
    expect(issuer.waiting + other.waiting).toBe(0);
  });

  test('goes on with the log of one that was closed, and of one that is gone', async () => {
    const first = kit.open();
    issueMany(first, 3);
    await first.flush();
    await first.close();
    const second = kit.open({ owner: `${hostOf()}/999999999/x` });
    issueMany(second, 2);
    await second.flush();
    // Never closed: its process has ended.
    const third = kit.open();
    issueMany(third, 1);
    await third.flush();
    expect((await heads()).map(({ seq, count }) => [seq, count])).toEqual([
      [1, 3],
      [2, 2],
      [3, 1],
    ]);
    expect(await kit.export()).toMatchObject({ isValid: true, receipts: 6 });
  });

  test('of several at once has a log for each', async () => {
    const issuers = [kit.open(), kit.open(), kit.open()];
    for (const issuer of issuers) issueMany(issuer, 10);
    await Promise.all(issuers.map((issuer) => issuer.flush()));
    for (const issuer of issuers) issueMany(issuer, 10);
    await Promise.all(issuers.map((issuer) => issuer.flush()));
    const { isValid, logs, receipts } = await kit.export();
    expect({ isValid, receipts, seqs: logs.map(({ lastSeq }) => lastSeq) }).toEqual({
      isValid: true,
      receipts: 60,
      seqs: [2, 2, 2],
    });
  });

  test('goes on with another log when its own was taken over, and two heads of one number are refused', async () => {
    const slow = kit.open();
    issueMany(slow, 2);
    await slow.flush();
    kit.clock.ms += 31_000;
    const quick = kit.open();
    issueMany(quick, 1);
    await quick.flush();
    // The slow one believes that the log is still its own, and makes a second head of number 2.
    issueMany(slow, 4);
    await slow.flush();
    const { isValid, logs, receipts } = await kit.export();
    expect({ isValid, receipts, seqs: logs.map(({ lastSeq }) => lastSeq).sort() }).toEqual({
      isValid: true,
      receipts: 7,
      seqs: [1, 2],
    });
  });

  test('refuses a second head of one number by the table itself', async () => {
    const issuer = kit.open();
    issueMany(issuer, 1);
    await issuer.flush();
    const [head] = await heads();
    const { receipts } = kit.storage;
    const owner = 'somebody';
    await receipts.claimLog({
      newLog: 'x',
      owner,
      now: kit.clock.ms + 40_000,
      until: kit.clock.ms + 80_000,
      isGone: () => true,
    });
    const { key, validFrom: keyValidFrom } = kit.keys.current();
    const times = { openedAt: kit.clock.ms, closedAt: kit.clock.ms, keyValidFrom };
    // Without the head before, it is number one again.
    const texts = { receipts: '{}', ids: 'rcpt_x main' };
    const batch = {
      log: head!.log,
      owner,
      claimedUntil: 0,
      ...texts,
      key: key.secret,
      keyId: key.keyId,
      ...times,
    };
    expect(await receipts.append(batch)).toEqual({ outcome: 'lost' });
    expect((await receipts.listIds({})).ids).toHaveLength(1);
  });

  test('keeps what storage does not take, and hands over the same batch again', async () => {
    let mode: 'refuse' | 'forget' | 'work' = 'refuse';
    const { receipts } = kit.storage;
    const storage = {
      ...receipts,
      append: async (batch: Parameters<typeof receipts.append>[0]) => {
        if (mode === 'refuse') throw new KeelsonError('internal_error', 'Away.');
        const appended = await receipts.append(batch);
        // It is stored, but the answer never came.
        if (mode === 'forget') throw new KeelsonError('internal_error', 'Away again.');
        return appended;
      },
    };
    const issuer = kit.open({ storage });
    issueMany(issuer, 3);
    await issuer.flush();
    expect(issuer.waiting).toBe(3);
    issueMany(issuer, 2);
    mode = 'forget';
    await issuer.flush();
    mode = 'work';
    await issuer.flush();
    expect(issuer.waiting).toBe(0);
    expect((await heads()).map(({ seq, count }) => [seq, count])).toEqual([
      [1, 3],
      [2, 2],
    ]);
    expect(await kit.export()).toMatchObject({ isValid: true, receipts: 5 });
  });

  test('a flush does not wait for what is issued meanwhile, of which there may be no end', async () => {
    const { receipts } = kit.storage;
    let appended = 0;
    const storage = {
      ...receipts,
      append: async (batch: Parameters<typeof receipts.append>[0]) => {
        appended += 1;
        if (appended < 100) issueMany(issuer, 1);
        return receipts.append(batch);
      },
    };
    const issuer = kit.open({ storage });
    issueMany(issuer, 3);
    expect(await issuer.flush()).toBe(true);
    expect(appended).toBeLessThan(5);
    expect(issuer.waiting).toBeGreaterThan(0);
  });

  test('keeps no more than fits, and counts the rest', async () => {
    const issuer = kit.open({ maxWaiting: 3 });
    expect(issueMany(issuer, 5).filter((id) => id !== undefined)).toHaveLength(3);
    expect(issuer.dropped).toBe(2);
    await issuer.flush();
    expect(issuer.issue(call())).toBeDefined();
  });

  test('seals in order although the clock goes back, even behind the key’s beginning', async () => {
    const issuer = kit.open();
    issueMany(issuer, 1);
    kit.clock.ms += 5000;
    await issuer.flush();
    kit.clock.ms -= 3_600_000;
    issueMany(issuer, 1);
    await issuer.flush();
    const [first, second] = await heads();
    expect(second!.first_at).toBe(first!.last_at);
    expect(await kit.export()).toMatchObject({ isValid: true, receipts: 2 });
  });

  test('changes its key while it goes on, and receipts of both keys verify', async () => {
    const issuer = kit.open();
    issueMany(issuer, 1);
    await issuer.flush();
    kit.clock.ms += 1000;
    const fresh = await kit.keys.rotate();
    issueMany(issuer, 1);
    await issuer.flush();
    const [first, second] = await heads();
    expect(second!.key_id).toBe(fresh.key_id);
    expect(first!.key_id).not.toBe(fresh.key_id);
    const keys = await kit.storage.receipts.listKeys();
    expect(keys).toHaveLength(2);
    expect(keys[0]!.valid_to).toBe(kit.clock.ms + 60_000);
    expect(await kit.export()).toMatchObject({ isValid: true, receipts: 2 });
    expect((await kit.export({ keys: keys.slice(1) })).faults[0]).toMatchObject({ problem: 'unknown_key' });
  });

  test('exports a time and a workspace', async () => {
    const issuer = kit.open();
    const begin = kit.clock.ms;
    for (let batch = 0; batch < 4; batch++) {
      for (const workspace of ['main', 'other', 'main']) issuer.issue(call({ workspace }));
      await issuer.flush();
      kit.clock.ms += 60_000;
    }
    const { receipts } = kit.storage;
    const keys = await receipts.listKeys();
    const wish = { from: begin + 60_000, to: begin + 180_000, workspace: 'other' };
    const lines = await collect(exportReceipts(receipts, wish));
    const question = { keys, crypto: nodeCrypto, mayStartLate: true, mayBePartial: true };
    const both = await collect(exportReceipts(receipts, { ...wish, workspace: ['main', 'other'] }));
    expect(await verifyExport(both, question)).toMatchObject({ isValid: true, batches: 2, receipts: 6 });
    expect(await verifyExport(lines, question)).toMatchObject({ isValid: true, batches: 2, receipts: 2 });
    expect(lines.join('\n')).not.toContain('"workspace":"main"');
  });

  test('lists ids page by page, the newest first, of one workspace or all', async () => {
    const issuer = kit.open();
    const ids = ['a', 'b', 'a', 'a'].map((workspace) => issuer.issue(call({ workspace }))!);
    await issuer.flush();
    const { receipts } = kit.storage;
    expect(await receipts.listIds({})).toEqual({ ids: ids.toReversed(), hasMore: false });
    const page = await receipts.listIds({ workspace: 'a', limit: 2 });
    expect(page).toEqual({ ids: [ids[3], ids[2]], hasMore: true });
    expect(await receipts.listIds({ workspace: 'a', before: ids[2]! })).toEqual({
      ids: [ids[0]],
      hasMore: false,
    });
    await expect(receipts.listIds({ limit: 0 })).rejects.toThrow(/1 to 1000/);
  });

  test('lists receipts of several workspaces and of a time, with their places', async () => {
    const issuer = kit.open();
    const many = Array.from({ length: 60 }, (_, at) => `w${at}`);
    const ids = ['w1', 'other', 'w59', 'w1'].map((workspace) => issuer.issue(call({ workspace }))!);
    await issuer.flush();
    const { receipts } = kit.storage;
    const page = await receipts.list({ workspaces: many, limit: 2 });
    expect(page).toMatchObject({
      receipts: [
        { id: ids[3], workspace: 'w1', seq: 1, place: 3 },
        { id: ids[2], workspace: 'w59', seq: 1, place: 2 },
      ],
      hasMore: true,
    });
    const rest = await receipts.listIds({ workspaces: many, before: ids[2]!, limit: 2 });
    expect(rest).toEqual({ ids: [ids[0]], hasMore: false });
    expect(await receipts.listIds({ workspaces: [] })).toEqual({ ids: [], hasMore: false });
    expect((await receipts.listIds({ workspaces: many, workspace: 'other' })).ids).toEqual([]);
    const now = systemClock.now();
    for (const workspaces of [many, ['w1']]) {
      expect((await receipts.listIds({ workspaces, to: now - 3_600_000 })).ids).toEqual([]);
      expect((await receipts.listIds({ workspaces, from: now - 3_600_000 })).ids).not.toEqual([]);
    }
  });
});

function hostOf(): string {
  return nameOwner(newId()).split('/')[0]!;
}

describe('the owner of a log', () => {
  test('is gone when its process is, and nobody else can tell', () => {
    expect(isOwnerGone(nameOwner(newId()))).toBe(false);
    expect(isOwnerGone(`${hostOf()}/${process.pid}/from-before`)).toBe(true);
    expect(isOwnerGone(`${hostOf()}/999999999/x`)).toBe(true);
    expect(isOwnerGone(`${hostOf()}/${process.ppid}/x`)).toBe(false);
    expect(isOwnerGone('elsewhere/1/x')).toBe(false);
  });
});
