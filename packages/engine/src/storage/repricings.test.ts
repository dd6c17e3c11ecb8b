// Calls that are given other costs, step by step: their attempts and the sums of usage go along, or nothing does.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AttemptRecord, CallRecord, RecordedCost } from '../observability/index.ts';
import { callRecord, fullCallRecord, noon } from './__fixtures__/call-records.ts';
import { deps, kinds, type TestDatabase } from './__fixtures__/databases.ts';
import { expectSumsToAgree } from './__fixtures__/sums-agree.ts';
import type { CostChange, CostedCall, NewRepricing } from './index.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { createStorage, type Storage } from './open-storage.ts';

const period = { from: noon - 1e9, to: noon + 1e9 };
let made = 0;

function newRepricing(fields: Partial<NewRepricing> = {}): NewRepricing {
  const id = `repricing ${++made}`;
  const words = { by: 'ada', reason: 'a price was wrong', question: {}, prices: [], tally: { step: 0 } };
  return { id, at: noon, auditId: `begin ${id}`, scope: period, ...words, ...fields };
}

const cost: fc.Arbitrary<RecordedCost> = fc.oneof(
  fc.record({
    status: fc.constantFrom('priced' as const, 'estimated' as const),
    nanoDollars: fc.nat({ max: 1e9 }),
    priceVersion: fc.constantFrom('openai:m@1#0a', 'openai:m@2#0b'),
  }),
  fc.constant({ status: 'unpriced' as const }),
);

const someCall = fc.record({
  hour: fc.nat({ max: 60 }),
  key: fc.constantFrom('key_1', 'key_2', undefined),
  isWhole: fc.boolean(),
  isChanged: fc.boolean(),
  costs: fc.tuple(cost, cost, cost, cost),
});
type SomeCall = typeof someCall extends fc.Arbitrary<infer Value> ? Value : never;

const usage = { input: { total: 10 }, output: { total: 5 } };

function recordOf({ hour, key, isWhole, costs }: SomeCall): CallRecord {
  const attempt = (index: number, fields: Partial<AttemptRecord>): AttemptRecord => ({
    ...{ index, reason: 'first', provider: 'openai', model: `m${index}`, dialect: 'openai-chat' },
    ...{ startedAt: noon, durationMs: 1, outcome: 'answered', usage: { ...usage } },
    ...fields,
  });
  const whole = attempt(1, { usage, cost: costs[0], providerRequestId: 'req_1' });
  const other = attempt(0, { cost: costs[1] });
  const { keyId: _, ...call } = callRecord({
    startedAt: noon + hour * 3_600_000,
    provider: 'openai',
    model: 'm1',
    usage,
    cost: costs[0],
    providerRequestId: 'req_1',
    attempts: isWhole ? [other, whole] : [other, { ...whole, usage: { ...usage } }],
  });
  return key === undefined ? call : { ...call, keyId: key };
}

describe.each(Object.entries(kinds))('re-pricings on %s', (_, create) => {
  let database: TestDatabase;
  let opened: OpenDatabase;
  let storage: Storage;
  beforeEach(async () => {
    database = await create();
    opened = await openDatabase(database.target, deps);
    storage = await createStorage(opened, deps);
  });
  afterEach(async () => {
    await storage.close();
    await database.remove();
  });

  it('leave sums that are those of the calls, whatever changes', { timeout: 120_000 }, async () => {
    const run = async (list: readonly SomeCall[], size: number): Promise<void> => {
      const records = list.map(recordOf);
      await storage.calls.insertBatch(records);
      const wished = new Map(list.map((some, at) => [records[at]?.id, some]));
      const expected = new Map<string, CallRecord>();
      const decide = (calls: readonly CostedCall[]) => ({
        changes: calls.flatMap(({ id }): CostChange[] => {
          const some = wished.get(id);
          if (!some?.isChanged) return [];
          const [, , callCost, attemptCost] = some.costs;
          const record = records.find((each) => each.id === id) as CallRecord;
          // The other attempt stays as it was, though its call does not.
          const [kept, changed] = record.attempts as [AttemptRecord, AttemptRecord];
          const attempts = [kept, { ...changed, cost: attemptCost }];
          expected.set(id, { ...record, cost: callCost, attempts });
          return [{ id, cost: callCost, attempts: [{ index: 1, cost: attemptCost }] }];
        }),
        tally: { step: 1 },
      });
      const repricing = newRepricing();
      await storage.repricings.insert(repricing);
      for (;;) {
        const stored = (await storage.repricings.find(repricing.id))!;
        if ((await storage.repricings.step(stored, size, decide)) === undefined) break;
      }
      await storage.repricings.finish({
        id: repricing.id,
        at: noon,
        auditId: `end ${repricing.id}`,
        detail: {},
        receipts: [],
      });
      for (const record of records) {
        expect(await storage.calls.find(record.id)).toEqual(expected.get(record.id) ?? record);
      }
      await expectSumsToAgree(opened.db);
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(someCall, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        run,
      ),
      {
        numRuns: 15,
      },
    );
  });

  it('are one at a time, and told by their audit', async () => {
    const first = newRepricing();
    await storage.repricings.insert(first);
    await expect(storage.repricings.insert(newRepricing())).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(first.id),
    });
    await storage.repricings.finish({
      id: first.id,
      at: noon,
      auditId: 'end',
      detail: { changed: 0 },
      receipts: ['rcpt_1'],
    });
    // Its receipts are owed.
    await expect(storage.repricings.insert(newRepricing())).rejects.toMatchObject({ code: 'conflict' });
    expect(await storage.repricings.find(first.id)).toMatchObject({
      state: 'sealing',
      receipts: ['rcpt_1'],
      finishedAt: noon,
    });
    await storage.repricings.seal(first.id);
    const second = newRepricing();
    await storage.repricings.insert(second);
    expect((await storage.repricings.list(10)).map(({ id, state }) => [id, state])).toEqual([
      [second.id, 'applying'],
      [first.id, 'done'],
    ]);
    const audit = await storage.budgets.audit(10);
    expect(audit.map(({ kind, subject }) => [kind, subject])).toEqual(
      expect.arrayContaining([
        ['repricing begun', first.id],
        ['repriced', first.id],
        ['repricing begun', second.id],
      ]),
    );
    expect(audit).toHaveLength(3);
  });

  it('change nothing in a step that fails, and nothing in one that somebody else has taken', async () => {
    const record = fullCallRecord();
    await storage.calls.insertBatch([record]);
    const repricing = newRepricing();
    await storage.repricings.insert(repricing);
    const stored = (await storage.repricings.find(repricing.id))!;
    const changes = [
      { id: record.id, cost: { status: 'priced', nanoDollars: 1, priceVersion: 'x@1#0' }, attempts: [] },
    ] as const;
    const broken = storage.repricings.step(stored, 10, () => {
      throw new Error('The decision failed.');
    });
    await expect(broken).rejects.toThrow();
    expect(await storage.calls.find(record.id)).toEqual(record);
    expect(await storage.repricings.step(stored, 10, () => ({ changes, tally: { step: 1 } }))).toBe(
      record.id,
    );
    const late = storage.repricings.step(stored, 10, () => ({ changes, tally: { step: 9 } }));
    await expect(late).rejects.toMatchObject({ code: 'conflict' });
    expect(await storage.repricings.find(repricing.id)).toMatchObject({
      tally: { step: 1 },
      lastCall: record.id,
    });
    const found = await storage.calls.find(record.id);
    expect(found?.cost).toEqual(changes[0].cost);
    // It had all of its call, and has a cost of its own from now on.
    expect(found?.attempts).toEqual(record.attempts);
    await expectSumsToAgree(opened.db);
  });

  it('see only the calls of their period and workspace', async () => {
    const records = [
      callRecord({ startedAt: noon - 1 }),
      callRecord({ startedAt: noon }),
      callRecord({ startedAt: noon, workspace: 'other' }),
      callRecord({ startedAt: noon + 5 }),
    ];
    await storage.calls.insertBatch(records);
    const seen = await storage.repricings.read({ from: noon, to: noon + 5, workspace: 'main' }, '', 10);
    expect(seen.map(({ id }) => id)).toEqual([records[1]?.id]);
    expect(await storage.repricings.read({ from: noon, to: noon + 6 }, records[1]!.id, 1)).toMatchObject([
      { id: records[2]?.id, workspace: 'other' },
    ]);
  });
});
