// Statements against the receipts that they cover: right ones pass, every wrong figure, every missing receipt and every changed byte is named.
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../json/index.ts';
import {
  type BatchReceipt,
  buildLevels,
  createLeafHasher,
  encodeHex,
  type Receipt,
  rootOf,
  sealBatch,
  verifyExport,
  verifyReceipt,
} from '../receipts/index.ts';
import { makeExport, makeKey, makeReceipt, nodeCrypto, noon } from './__fixtures__/receipts.ts';
import { checkStatements, ReceiptTally } from './index.ts';

const key = makeKey(1);
const calls = Array.from({ length: 5 }, (_, number) => makeReceipt(number));

function state(receipts: readonly Receipt[], changes: Partial<BatchReceipt> = {}): BatchReceipt {
  const tally = new ReceiptTally();
  for (const receipt of receipts) tally.add(receipt);
  const leaves = receipts.map((receipt) => createLeafHasher(nodeCrypto)(canonicalJson(receipt)));
  const root = encodeHex(rootOf(nodeCrypto.sha256, buildLevels(nodeCrypto.sha256, leaves)));
  return {
    version: 1,
    kind: 'batch',
    receipt_id: 'rcpt_019aa6b5ea0070008000000000000fff',
    timestamp: new Date(noon).toISOString(),
    workspace: 'main',
    by: 'key_1',
    selection: { mode: 'since_last' },
    description: 'The first five.',
    tags: ['test'],
    summary: tally.summary(),
    receipts: { count: receipts.length, root, ids: receipts.map(({ receipt_id }) => receipt_id) },
    ...changes,
  };
}

/** The calls in one batch, the statement with another call in the next. */
function exportWith(statement: BatchReceipt, some: readonly Receipt[] = calls): string[] {
  const seal = {
    log: 'log_1',
    keyId: key.key.key_id,
    keyValidFrom: key.key.valid_from,
    crypto: nodeCrypto,
    sign: key.sign,
  };
  const first = sealBatch(some.map(canonicalJson), { ...seal, openedAt: noon, closedAt: noon + 100 });
  const second = sealBatch([makeReceipt(9), statement].map(canonicalJson), {
    ...seal,
    before: first.head,
    openedAt: noon + 200,
    closedAt: noon + 300,
  });
  return makeExport([first, second], [key.key]);
}

async function judge(lines: readonly string[], mayBePartial = false) {
  const said = await verifyExport(lines, { keys: [key.key], crypto: nodeCrypto });
  const stated = await checkStatements(lines, said.statements, { crypto: nodeCrypto, mayBePartial });
  return { ...stated, verified: said.faults };
}

describe('a statement', () => {
  test('that says what its receipts add up to passes, with any crypto', async () => {
    const lines = exportWith(state(calls));
    expect(await judge(lines)).toEqual({ faults: [], verified: [], checked: 1, unchecked: [] });
    const { statements } = await verifyExport(lines, { keys: [key.key] });
    expect(await checkStatements(lines, statements)).toMatchObject({ faults: [], checked: 1 });
  });

  test('sums exactly, by model and by alias, and counts what has no price or no count', () => {
    const { alias: _, ...direct } = makeReceipt(0);
    const { summary } = state([
      ...calls,
      { ...direct, cost: { currency: 'USD', status: 'unpriced' } },
      {
        ...makeReceipt(7),
        usage: { input: {}, output: {} },
        cost: { amount: '0.1', currency: 'USD', status: 'estimated' },
      },
    ]);
    expect(summary).toEqual({
      calls: 7,
      tokens: { input: 610, output: 120, total: 730 },
      cost: { amount: '0.100625', currency: 'USD' },
      unpriced_calls: 1,
      estimated_calls: 1,
      uncounted_calls: 1,
      first_at: '2026-11-21T12:00:00.000Z',
      last_at: '2026-11-21T12:00:00.007Z',
      by_model: { 'openai:gpt-5-mini': expect.objectContaining({ calls: 7 }) },
      by_alias: {
        fast: expect.objectContaining({ calls: 6, cost: { amount: '0.100625', currency: 'USD' } }),
        direct_model: expect.objectContaining({
          calls: 1,
          cost: { amount: '0', currency: 'USD' },
          unpriced_calls: 1,
        }),
      },
    });
  });

  test.each<[string, (right: BatchReceipt) => Partial<BatchReceipt>, string, string]>([
    [
      'a sum',
      ({ summary }) => ({ summary: { ...summary, tokens: { ...summary.tokens, input: 511 } } }),
      'summary.tokens.input',
      'It says 511, and its receipts make 510.',
    ],
    [
      'a cost by model',
      ({ summary }) => ({
        summary: {
          ...summary,
          by_model: {
            'openai:gpt-5-mini': {
              ...summary.by_model['openai:gpt-5-mini']!,
              cost: { amount: '1', currency: 'USD' },
            },
          },
        },
      }),
      'summary.by_model.openai:gpt-5-mini.cost.amount',
      'It says "1", and its receipts make "0.000625".',
    ],
    [
      'a root',
      ({ receipts }) => ({ receipts: { ...receipts, root: '0'.repeat(64) } }),
      'receipts.root',
      'It is not the root of the receipts that it names.',
    ],
  ])('that was signed with %s that is not right is named', async (_, change, where, message) => {
    const right = state(calls);
    const { faults, verified } = await judge(exportWith({ ...right, ...change(right) }));
    expect(verified).toEqual([]);
    expect(faults).toEqual([{ problem: 'statement_wrong', where: `${right.receipt_id}: ${where}`, message }]);
  });

  test('whose receipts are not all here names those, or is left alone where that is allowed', async () => {
    const lines = exportWith(state(calls), calls.slice(0, 3));
    const { faults } = await judge(lines);
    expect(faults.map(({ problem, where }) => [problem, where.split(': ')[1]])).toEqual([
      ['missing_receipt', 'receipts.ids[3]'],
      ['missing_receipt', 'receipts.ids[4]'],
    ]);
    expect(await judge(lines, true)).toMatchObject({
      faults: [],
      checked: 0,
      unchecked: [state(calls).receipt_id],
    });
  });

  test.each<[string, Partial<BatchReceipt>, string]>([
    [
      'ids in another order',
      { receipts: { ...state(calls).receipts, ids: state(calls).receipts.ids.toReversed() } },
      'receipts.ids[1]',
    ],
    ['another count', { receipts: { ...state(calls).receipts, count: 4 } }, 'receipts.count'],
    ['no summary', { summary: 1 as never }, 'summary'],
  ])('with %s is no receipt', async (_, changes, where) => {
    const { verified } = await judge(exportWith(state(calls, changes)));
    expect(verified).toMatchObject([
      { problem: 'unreadable', where: expect.stringContaining(`receipt.${where}`) },
    ]);
  });
});

test('no byte of a statement can be changed without its line being named', async () => {
  const lines = exportWith(state(calls));
  const at = lines.findIndex((line) => line.includes('"kind":"batch"'));
  const line = lines[at] as string;
  const places = Array.from({ length: line.length }, (_, place) => place).filter((place) => place % 7 === 0);
  expect(places.length).toBeGreaterThan(150);
  for (const place of places) {
    const letter = line[place] === '7' ? '8' : '7';
    const changed = lines.with(at, line.slice(0, place) + letter + line.slice(place + 1));
    const { isValid, faults } = await verifyExport(changed, { keys: [key.key], crypto: nodeCrypto });
    expect(isValid, `byte ${place}`).toBe(false);
    expect(
      faults.some(({ where }) => where.startsWith(`line ${at + 1}`)),
      `byte ${place}: ${JSON.stringify(faults)}`,
    ).toBe(true);
  }
});

test('a statement alone is verified by its proof, and a changed figure is told', async () => {
  const statement = state(calls);
  const seal = {
    log: 'log_1',
    keyId: key.key.key_id,
    keyValidFrom: noon,
    crypto: nodeCrypto,
    sign: key.sign,
  };
  const { head } = sealBatch([canonicalJson(statement)], { ...seal, openedAt: noon, closedAt: noon });
  const proof = { receipt: statement, path: { index: 0, hashes: [] }, head };
  expect(await verifyReceipt(proof, { keys: [key.key] })).toEqual({ isValid: true, faults: [] });
  const changed = { ...proof, receipt: { ...statement, description: 'Another.' } };
  const { faults } = await verifyReceipt(changed, { keys: [key.key] });
  expect(faults).toMatchObject([{ problem: 'receipt_changed', where: 'receipt or path' }]);
});
