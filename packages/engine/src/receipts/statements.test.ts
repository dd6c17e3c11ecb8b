// Statements over many receipts, on both databases: what they cover, what none covers yet, and what a crash on the way leaves behind.
import { checkStatements, verifyReceipt } from '@keelson/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, createReceiptKit, newId, type ReceiptKit } from './__fixtures__/receipt-kit.ts';
import { draftStatement, issueStatement, nodeCrypto, type ReceiptIssuer, receiptIdOf } from './index.ts';

describe.each(['sqlite', 'postgres'] as const)('statements in %s', (kind) => {
  let kit: ReceiptKit;
  let issuer: ReceiptIssuer;
  const ids: string[] = [];
  beforeAll(async () => {
    kit = await createReceiptKit(kind);
    issuer = kit.open();
    // More than one batch, of two workspaces.
    for (let made = 0; made < 600; made++) {
      const record = call({ workspace: made % 3 === 0 ? 'other' : 'main' });
      ids.push(issuer.issue(record) as string);
      if (made % 250 === 0) await issuer.flush();
    }
    await issuer.flush();
  });
  afterAll(() => kit.close());

  const deps = () => ({ storage: kit.storage.receipts, issuer, clock: kit.clock, newId });
  const about = { workspace: 'main', workspaces: ['main'], by: 'test' };
  const uncovered = (workspaces: readonly string[]) =>
    kit.storage.receipts.count({ workspaces, isUncovered: true });

  test('cover all since the last one, in their workspaces only, and themselves', async () => {
    expect(await uncovered(['main', 'other'])).toBe(600);
    const proof = await issueStatement(deps(), { ...about, isSinceLast: true });
    expect(proof.receipt).toMatchObject({
      summary: { calls: 400, cost: { amount: '0.036' } },
      receipts: { count: 400 },
    });
    const keys = await kit.storage.receipts.listKeys();
    expect(await verifyReceipt(proof, { keys, crypto: nodeCrypto })).toEqual({ isValid: true, faults: [] });
    expect([await uncovered(['main']), await uncovered(['other'])]).toEqual([0, 200]);
    await expect(issueStatement(deps(), { ...about, isSinceLast: true })).rejects.toThrow('no receipt');
    const late = issuer.issue(call()) as string;
    await issuer.flush();
    const { receipts } = await draftStatement(kit.storage.receipts, { ...about, isSinceLast: true });
    expect(receipts.ids).toEqual([late]);
    const { receipts: listed } = await kit.storage.receipts.list({ workspaces: ['main'], isUncovered: true });
    expect(listed.map(({ id }) => id)).toEqual([late]);
  });

  test('agree with an export of everything', async () => {
    const verdict = await kit.export();
    expect(verdict).toMatchObject({ isValid: true, statements: [{ workspace: 'main' }] });
    expect(
      await checkStatements(await kit.lines(), verdict.statements, { crypto: nodeCrypto }),
    ).toMatchObject({
      faults: [],
      checked: 1,
    });
  });

  test('that were begun and never signed cover nothing', async () => {
    const before = await uncovered(['other']);
    await kit.storage.receipts.cover(receiptIdOf(newId()), ids);
    expect(await uncovered(['other'])).toBe(before);
  });

  test('can be over a period or over some, and over no more than a bound', async () => {
    const times = ids.map((id) => Number.parseInt(id.slice(5, 17), 16));
    const [first = 0, last = 0] = [Math.min(...times), Math.max(...times)];
    const wish = { workspace: '*', by: 'test' };
    const all = await draftStatement(kit.storage.receipts, { ...wish, from: first, to: last + 1 });
    expect(all.receipts.ids).toEqual(ids.toSorted());
    const some = await draftStatement(kit.storage.receipts, {
      ...wish,
      ids: [ids[5] as string, ids[2] as string, ids[5] as string],
    });
    expect(some.receipts.ids).toEqual([ids[2], ids[5]].toSorted());
    const many = Array.from({ length: 20_001 }, () => receiptIdOf(newId()));
    await expect(draftStatement(kit.storage.receipts, { ...wish, ids: many })).rejects.toThrow(
      'at most 20000',
    );
    await expect(draftStatement(kit.storage.receipts, { ...about, ids: [ids[0] as string] })).rejects.toThrow(
      'There is no receipt',
    );
  });

  test('are told to be late where storage does not take them', async () => {
    const stuck = { add: () => true, flush: async () => false };
    const begun = issueStatement({ ...deps(), issuer: stuck }, { ...about, isSinceLast: true });
    await expect(begun).rejects.toMatchObject({
      hint: expect.stringContaining('as soon as storage is there'),
    });
  });
});
