// Re-pricing as an operator sees it: the plan, what is applied, its receipts, and what keeps its cost and why.
import { priceVersionOf, type RepricingReceipt, verifyExport } from '@keelson/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CallRecord } from '../observability/index.ts';
import {
  createReceiptIssuer,
  exportReceipts,
  holdSigningKey,
  nodeCrypto,
  type ReceiptIssuer,
} from '../receipts/index.ts';
import { openStorage, type Storage } from '../storage/index.ts';
import {
  attemptOf,
  bareCall,
  callOf,
  cardOf,
  corrected,
  costBy,
  deps,
  idAt,
  newId,
  noon,
  other,
  period,
  pricesOf,
  usageOf,
  wrong,
} from './__fixtures__/repricing-calls.ts';
import { createDatabase, kinds, type TestDatabase } from './__fixtures__/repricing-kit.ts';
import {
  type RepricingParts,
  type RepricingReport,
  type RepricingWish,
  reprice,
  resumeRepricing,
} from './index.ts';

const why = { apply: true, by: 'ada', reason: 'The price of output was wrong.' };
const day = 86_400_000;

describe.each(kinds)('re-pricing on %s', (kind) => {
  let database: TestDatabase;
  let storage: Storage;
  let receipts: ReceiptIssuer;
  let parts: RepricingParts;
  let now: number;
  beforeEach(async () => {
    database = await createDatabase(kind);
    storage = await openStorage(database.target, deps);
    const keys = await holdSigningKey({ folder: database.folder, storage: storage.receipts, ...deps });
    receipts = createReceiptIssuer({ storage: storage.receipts, keys, newId, ...deps });
    // Small steps, so that there are several of them.
    now = period.to + day;
    const clock = { ...deps.clock, now: () => now };
    parts = { storage, receipts, newId, prices: pricesOf(corrected, other), stepSize: 3, ...deps, clock };
  });
  afterEach(async () => {
    await receipts.close();
    await storage.close();
    await database.remove();
  });

  const run = (wish: Partial<RepricingWish> = {}): Promise<RepricingReport> =>
    reprice({ ...period, ...wish }, parts);
  const insert = async (...records: CallRecord[]): Promise<void> => storage.calls.insertBatch(records);
  const costs = async (): Promise<unknown> => {
    const { calls } = await storage.calls.list({ limit: 1000 });
    return calls.map(({ id, cost }) => ({ id, cost })).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  };
  const expectSums = async (): Promise<void> => {
    const { calls } = await storage.calls.list({ limit: 1000 });
    for (const step of ['hour', 'day'] as const) {
      const entries = await storage.usage.read({ from: noon - 10 * day, to: noon + 10 * day, step });
      const sum = entries.reduce((all, { nanoDollars }) => all + nanoDollars, 0n);
      expect(sum).toBe(calls.reduce((all, { cost }) => all + BigInt(cost.nanoDollars ?? 0), 0n));
      const unpriced = entries.reduce((all, entry) => all + entry.unpriced, 0);
      expect(unpriced).toBe(calls.filter(({ cost }) => cost.status === 'unpriced').length);
      const estimated = entries.reduce((all, entry) => all + entry.estimated, 0);
      expect(estimated).toBe(calls.filter(({ cost }) => cost.status === 'estimated').length);
    }
  };
  const readReceipts = async (): Promise<RepricingReceipt[]> => {
    const lines: string[] = [];
    for await (const line of exportReceipts(storage.receipts)) lines.push(line);
    const verdict = await verifyExport(lines, {
      keys: await storage.receipts.listKeys(),
      crypto: nodeCrypto,
    });
    expect(verdict.faults).toEqual([]);
    const all = lines.map((line) => JSON.parse(line) as { receipt?: RepricingReceipt });
    return all.flatMap(({ receipt }) => (receipt?.kind === 'repricing' ? [receipt] : []));
  };

  test('the plan tells the difference and changes nothing', async () => {
    // 2 and 8 dollars a million became 1 and 10.
    await insert(
      callOf(usageOf(1000, 0)),
      callOf(usageOf(0, 1000), wrong, { startedAt: noon + day / 2, id: idAt(noon + day / 2) }),
      callOf(usageOf(500, 500), other),
      callOf(usageOf(700, 70), corrected),
      callOf(usageOf(9, 9), wrong, { startedAt: period.to, id: idAt(period.to) }),
    );
    const before = await costs();
    const report = await run();
    expect(report).toMatchObject({
      ...{ state: 'planned', calls: 4, changed: 2, unpricedBefore: 0, unpricedAfter: 0 },
      ...{ before: 2_000_000n + 8_000_000n + 1_000_000n + 1_400_000n, difference: 1_000_000n },
      models: [
        {
          ...{ provider: 'work', model: 'large', calls: 2, before: 10_000_000n, after: 11_000_000n },
          ...{ versionsBefore: [priceVersionOf(wrong)], version: priceVersionOf(corrected) },
        },
      ],
      days: [
        { startsAt: noon - day / 2, calls: 3, changed: 1, difference: -1_000_000n },
        { startsAt: noon + day / 2, calls: 1, changed: 1, difference: 2_000_000n },
      ],
      ...{ kept: [], windows: [], receipts: [] },
    });
    expect(report.id).toBeUndefined();
    expect(await costs()).toEqual(before);
    expect(await storage.repricings.list(10)).toEqual([]);
    expect(await storage.budgets.audit(10)).toEqual([]);
  });

  test('applied, calls, attempts and sums change, and a receipt says so beside the old ones', async () => {
    const usage = usageOf(1000, 1000);
    const fallback = usageOf(300, 0);
    const single = callOf(usage);
    const both = bareCall({
      ...{ provider: 'claude', model: 'small', usage: usageOf(1300, 1000), workspace: 'second' },
      cost: { status: 'estimated', nanoDollars: 10_000_000 + 300_000, priceVersion: priceVersionOf(other) },
      attempts: [
        attemptOf({ outcome: 'failed', usage, cost: { ...costBy(usage, wrong), status: 'estimated' } }),
        attemptOf({
          index: 1,
          reason: 'fallback',
          provider: 'claude',
          model: 'small',
          usage: fallback,
          cost: costBy(fallback, other),
        }),
      ],
    });
    const more = [1, 2, 3, 4, 5].map((count) => callOf(usageOf(count, 0), wrong));
    await insert(single, both, ...more);
    const old = receipts.issue(single)!;
    await receipts.flush();
    const before = await storage.receipts.find(old);

    const report = await run(why);
    expect(report).toMatchObject({ state: 'applied', calls: 7, changed: 7 });
    expect(await storage.calls.find(single.id)).toEqual({
      ...single,
      cost: costBy(usage, corrected),
      attempts: [attemptOf({ usage, cost: costBy(usage, corrected) })],
    });
    const [first, second] = both.attempts;
    expect(await storage.calls.find(both.id)).toEqual({
      ...both,
      cost: { status: 'estimated', nanoDollars: 11_000_000 + 300_000, priceVersion: priceVersionOf(other) },
      attempts: [{ ...first, cost: { ...costBy(usage, corrected), status: 'estimated' } }, second],
    });
    await expectSums();
    expect(await storage.receipts.find(old)).toEqual(before);
    const told = await readReceipts();
    expect(told.map(({ receipt_id }) => receipt_id).toSorted()).toEqual([...report.receipts].toSorted());
    expect(told).toHaveLength(2);
    const ofSecond = told.find(({ workspace }) => workspace === 'second');
    expect(ofSecond).toMatchObject({
      ...{
        provider: 'work',
        model: 'large',
        calls: 1,
        by: why.by,
        reason: why.reason,
        repricing_id: report.id,
      },
      ...{ from: '2026-11-19T12:00:00.000Z', to: '2026-11-21T12:00:00.000Z' },
      ...{ price_version_before: priceVersionOf(wrong), price_version: priceVersionOf(corrected) },
      ...{ amount_before: '0.01', amount_after: '0.011' },
    });
    expect(await storage.repricings.find(report.id!)).toMatchObject({
      state: 'done',
      by: 'ada',
      receipts: report.receipts,
    });
    expect(await storage.budgets.audit(10)).toMatchObject([
      { kind: 'repriced', subject: report.id, detail: { by: 'ada', calls: 7, changed: 7 } },
      { kind: 'repricing begun' },
    ]);
    // It is what the plan would have said, and there is nothing left of it.
    expect(await run(why)).toMatchObject({ state: 'planned', changed: 0, difference: 0n });
    expect(await storage.repricings.list(10)).toHaveLength(1);
  });

  test('only what is asked about changes', async () => {
    const [mine, theirs, small] = [
      callOf(usageOf(100, 0)),
      callOf(usageOf(100, 0), wrong, { workspace: 'second' }),
      callOf(usageOf(100, 0), other),
    ];
    await insert(mine!, theirs!, small!);
    const dearer = cardOf('anthropic:small', [5, 5], 2);
    expect(await run({ prices: dearer })).toMatchObject({
      calls: 1,
      changed: 1,
      models: [{ provider: 'claude' }],
    });
    expect(await run({ provider: 'claude' })).toMatchObject({ calls: 1, changed: 0 });
    expect(await run({ model: 'large', workspace: 'second' })).toMatchObject({ calls: 1, changed: 1 });
    await run({ ...why, workspace: 'main', provider: 'work' });
    expect((await storage.calls.find(mine!.id))?.cost).toEqual(costBy(usageOf(100, 0), corrected));
    expect((await storage.calls.find(theirs!.id))?.cost).toEqual(theirs!.cost);
    await run({ ...why, prices: dearer });
    expect((await storage.calls.find(small!.id))?.cost).toEqual(costBy(usageOf(100, 0), dearer));
    expect((await storage.calls.find(theirs!.id))?.cost).toEqual(theirs!.cost);
    await expectSums();
  });

  test('a file with another number and the same prices changes nothing', async () => {
    await insert(callOf(usageOf(100, 100), corrected));
    expect(await run({ prices: cardOf('openai:large', [1, 10], 3) })).toMatchObject({ calls: 1, changed: 0 });
  });

  test('what had no price gets one, as an estimate where it was not counted', async () => {
    const usage = usageOf(1000, 0);
    const unpriced = { status: 'unpriced' } as const;
    const counted = callOf(usage, wrong, {
      cost: unpriced,
      attempts: [attemptOf({ usage, cost: unpriced })],
    });
    const cut = callOf(usage, wrong, {
      ...{ cost: unpriced, outcome: 'aborted', status: 499 },
      attempts: [attemptOf({ usage, cost: unpriced, outcome: 'cancelled' })],
    });
    await insert(counted, cut);
    const report = await run(why);
    expect(report).toMatchObject({
      changed: 2,
      unpricedBefore: 2,
      unpricedAfter: 0,
      before: 0n,
      after: 2_000_000n,
    });
    expect((await storage.calls.find(counted.id))?.cost).toEqual(costBy(usage, corrected));
    expect((await storage.calls.find(cut.id))?.cost).toEqual({
      ...costBy(usage, corrected),
      status: 'estimated',
    });
    await expectSums();
    expect(await readReceipts()).toMatchObject([
      { unpriced_before: 2, amount_before: '0', amount_after: '0.002' },
    ]);
  });

  test('what cannot be priced for certain keeps its cost, and the report says why', async () => {
    const charged = { status: 'estimated', nanoDollars: 77 } as const;
    const sound = { ...usageOf(100, 0), input: { total: 100, audio: 7 } };
    const unknown = attemptOf({ model: 'nobody-knows', usage: usageOf(5, 5), cost: charged });
    const gone = attemptOf({ provider: 'gone', usage: usageOf(5, 5), cost: charged });
    const long = cardOf('openai:large', [1, 10], 2, {
      long_context_threshold_tokens: 1000,
      dollars_per_million_tokens_input_long_context: 2,
    });
    const usage = usageOf(1001, 5);
    const records = [
      bareCall({ cost: charged, error: 'call_interrupted', outcome: 'failed', status: 0 }),
      bareCall({ cost: charged, provider: 'work', model: 'large', usage: usageOf(5, 5), status: 0 }),
      bareCall({ cost: charged, attempts: [attemptOf({ cost: charged })] }),
      bareCall({ cost: charged, usage: sound, attempts: [attemptOf({ usage: sound, cost: charged })] }),
      bareCall({ cost: charged, attempts: [unknown] }),
      bareCall({ cost: charged, attempts: [gone] }),
      bareCall({
        cost: { ...charged, nanoDollars: 78 },
        attempts: [attemptOf({ usage: usageOf(5, 5), cost: charged })],
      }),
      callOf(usage),
      // These used nothing, and are asked about by nobody.
      bareCall({ cache: 'hit', lane: 'cached', usage: usageOf(0, 0), provider: 'work', model: 'large' }),
      bareCall({ outcome: 'refused', status: 403, cost: { status: 'unpriced' } }),
      bareCall({ outcome: 'failed', attempts: [attemptOf({ outcome: 'failed', status: 500 })] }),
    ];
    await insert(...records);
    const before = await costs();
    parts = { ...parts, prices: pricesOf(long, other) };
    const report = await run(why);
    expect(report).toMatchObject({ state: 'planned', calls: 8, changed: 0 });
    expect(report.kept.map(({ reason, calls, details }) => [reason, calls, details]).toSorted()).toEqual([
      ['attempts_unknown', 1, []],
      ['interrupted', 1, []],
      ['long_context', 1, ['output.text']],
      ['no_prices', 1, []],
      ['no_usage', 1, []],
      ['provider_unknown', 1, []],
      ['uncovered', 1, ['input.audio']],
      ['unexplained', 1, []],
    ]);
    expect(await costs()).toEqual(before);
  });

  test('what budgets would have been is told, and they stay as they are', async () => {
    const define = async (id: string, scope: string, subject: string, measure = 'money'): Promise<void> => {
      const definition = { id, scope, subject, measure, window: 'day', limit: measure === 'money' ? '5' : 5 };
      await storage.budgets.create({ id, definition, amount: 5e9, at: noon });
    };
    await define('all', 'workspace', 'main');
    await define('key', 'key', 'key_1');
    await define('tag', 'tag', 'team=search');
    await define('model', 'model', 'work:large');
    await define('alias', 'model', 'smart');
    await define('user', 'user', 'ada');
    await define('pace', 'workspace', 'main', 'requests');
    await define('nobody', 'key', 'key_9');
    await insert(
      callOf(usageOf(1000, 0)),
      callOf(usageOf(1000, 0), wrong, { keyId: 'key_2', tags: { team: 'search' } }),
      callOf(usageOf(0, 1000), wrong, {
        workspace: 'second',
        alias: 'smart',
        startedAt: noon + day / 2,
        id: idAt(noon + day / 2),
      }),
    );
    const today = noon - day / 2;
    const { windows, budgetsUnknown } = await run(why);
    expect(windows).toEqual([
      { budgetId: 'alias', startsAt: noon + day / 2, difference: 2_000_000n },
      { budgetId: 'all', startsAt: today, difference: -2_000_000n },
      { budgetId: 'key', startsAt: today, difference: -1_000_000n },
      { budgetId: 'key', startsAt: noon + day / 2, difference: 2_000_000n },
      { budgetId: 'model', startsAt: today, difference: -2_000_000n },
      { budgetId: 'model', startsAt: noon + day / 2, difference: 2_000_000n },
      { budgetId: 'tag', startsAt: today, difference: -1_000_000n },
    ]);
    expect(budgetsUnknown).toEqual(['user']);
    expect(await storage.budgets.windows('all', 10)).toEqual([]);
  });

  test('calls come in meanwhile, at the new price, and nothing is counted twice', {
    timeout: 60_000,
  }, async () => {
    const old = Array.from({ length: 120 }, (_, at) =>
      callOf(usageOf(at, at), wrong, { startedAt: noon + at, id: idAt(noon + at) }),
    );
    await insert(...old);
    let isOver = false;
    const writer = async (): Promise<number> => {
      let written = 0;
      for (; !isOver && written < 600; written += 10) {
        await insert(
          ...Array.from({ length: 10 }, () =>
            callOf(usageOf(10, 10), corrected, { startedAt: noon + 60, id: idAt(noon + 60) }),
          ),
        );
      }
      return written;
    };
    const writing = writer();
    const report = await reprice({ ...period, ...why }, { ...parts, stepSize: 20 });
    isOver = true;
    expect(await writing).toBeGreaterThan(0);
    expect(report.changed).toBe(120);
    for (const { id, usage } of old)
      expect((await storage.calls.find(id))?.cost).toEqual(costBy(usage!, corrected));
    const { calls } = await storage.calls.list({ limit: 1000 });
    const sums = await storage.usage.read({ ...period, step: 'total' });
    expect(sums[0]?.calls).toBe(120 + (await writing));
    expect(sums[0]?.nanoDollars).toBe(calls.reduce((sum, { cost }) => sum + BigInt(cost.nanoDollars!), 0n));
  });

  test('receipts that storage did not take are issued again, with the same ids', async () => {
    await insert(callOf(usageOf(1000, 0)));
    const deaf: ReceiptIssuer = { ...receipts, add: () => false, flush: async () => true };
    await expect(reprice({ ...period, ...why }, { ...parts, receipts: deaf })).rejects.toMatchObject({
      hint: expect.stringContaining('Resume'),
    });
    const [open] = await storage.repricings.list(1);
    expect(open).toMatchObject({ state: 'sealing', receipts: [expect.stringMatching(/^rcpt_/)] });
    await expect(run(why)).resolves.toMatchObject({ changed: 0 });
    const { receipts: _, ...withoutKeys } = parts;
    await expect(resumeRepricing(open!.id, withoutKeys)).rejects.toMatchObject({
      code: 'configuration_invalid',
    });
    const report = await resumeRepricing(open!.id, parts);
    expect(report).toMatchObject({ state: 'applied', changed: 1, receipts: open!.receipts });
    expect(await readReceipts()).toMatchObject([{ receipt_id: open!.receipts[0], amount_after: '0.001' }]);
    // A second time, it says the same and does nothing.
    expect(await resumeRepricing(open!.id, parts)).toEqual(report);
    expect(await readReceipts()).toHaveLength(1);
  });

  test('calls to come are not gone after', async () => {
    await insert(
      callOf(usageOf(1, 1)),
      callOf(usageOf(1, 1), wrong, { startedAt: noon + 9, id: idAt(noon + 9) }),
    );
    now = noon + 9;
    expect(await run(why)).toMatchObject({ calls: 1, scope: { from: period.from, to: now } });
  });

  test.each([
    [{ from: 1e14, to: 1e14 + 1 }, 'from'],
    [{ from: 5, to: 5 }, 'to'],
    [{ from: Number.NaN }, 'from'],
    [{ to: 1e300 }, 'to'],
    [{ ...why, by: ' ' }, 'by'],
    [{ ...why, reason: '' }, 'reason'],
  ] as const)('%o is refused', async (wish, field) => {
    await expect(run(wish)).rejects.toMatchObject({ code: 'invalid_request', details: { field } });
  });
});
