// T5 and T6 by hand: every expected number here was computed on paper from the rule, and stands as it was computed.
import { describe, expect, it } from 'vitest';
import {
  all,
  type Block,
  type BlockAttempt,
  branch,
  each,
  estimateBlock,
  GrowingStats,
  loop,
  retry,
  seq,
  step,
} from './index.ts';

/** Costs 100 as assumed, at most 1,000. */
const leaf = (name: string): Block<unknown, unknown> =>
  step(name, (value: unknown) => value, {
    effects: 'none',
    nanoDollars: { mean: 100, std: 10, max: 1000 },
  });

type Given = Partial<BlockAttempt>;

function seen(attempts: Readonly<Record<string, readonly Given[]>>) {
  const known = new Map<string, GrowingStats>();
  for (const [key, list] of Object.entries(attempts)) {
    const stats = new GrowingStats();
    known.set(key, stats);
    for (const given of list)
      stats.add({
        ...{ key, traceId: 't', executionId: 'e', spanId: 's', attempt: 1, at: 0, outcome: 'ok', ms: 10 },
        ...{ nanoDollars: 0, calls: 1, inputTokens: null, outputTokens: null },
        ...given,
      });
  }
  return { stats: { findStats: (key: string) => known.get(key)?.value } };
}
const costs = (...list: readonly number[]): Given[] => list.map((nanoDollars) => ({ nanoDollars }));
const money = (block: Block<never, unknown>, attempts: Parameters<typeof seen>[0]) =>
  estimateBlock(block as Block<unknown, unknown>, {}, seen(attempts)).nanoDollars;

// Ten records: mean 200; from it five are 100 away on each side: m2 = 100,000, the sample's variance 100,000 / 9.
const ten = costs(100, 100, 100, 100, 100, 300, 300, 300, 300, 300);

describe('T5: a leaf', () => {
  it('with ten records of 200 on average and 100 assumed: (10 · 200 + 5 · 100) / 15 = 166.7', () => {
    expect(money(leaf('a'), { 'a@1': ten })).toMatchObject({ mean: 167, std: 105, max: 1000 });
  });

  it('with one record of 700: (700 + 500) / 6 = 200, and no deviation', () => {
    expect(money(leaf('a'), { 'a@1': costs(700) })).toMatchObject({ mean: 200, std: null, max: 1000 });
  });

  it('with records without a cost: what is assumed', () => {
    const unknown = Array.from({ length: 9 }, () => ({ nanoDollars: null }));
    expect(money(leaf('a'), { 'a@1': unknown })).toMatchObject({ mean: 100, std: null, max: 1000 });
  });
});

describe('T6: composites of leaves with ten records each (mean 166.7, variance 11,111)', () => {
  it('seq: 2 · 166.7 = 333.3, √(2 · 11,111) = 149.07, at most 2,000', () => {
    expect(money(seq('s', leaf('a'), leaf('b')), { 'a@1': ten, 'b@1': ten })).toMatchObject({
      mean: 333,
      std: 149,
      max: 2000,
    });
  });

  it('all: money as in a sequence, time that of the slowest', () => {
    const slow = ten.map((one) => ({ ...one, ms: 80 }));
    const both = estimateBlock(
      all('s', { a: leaf('a'), b: leaf('b') }),
      {},
      seen({ 'a@1': ten, 'b@1': slow }),
    );
    expect(both.nanoDollars).toMatchObject({ mean: 333, std: 149, max: 2000 });
    // (10 · 80 + 5 · 10) / 15
    expect(both.ms.mean).toBe(57);
  });

  it('branch: seven of one way and one of the other, each with one for nothing: 8/10 and 2/10', () => {
    const twice = costs(...ten.map(({ nanoDollars }) => 2 * Number(nanoDollars)));
    const taken = [...Array.from({ length: 7 }, () => ({ ways: ['x'] })), { ways: ['otherwise'] }];
    const route = branch('r', [{ name: 'x', when: () => true, block: leaf('a') }], leaf('b'));
    // b: (10 · 400 + 500) / 15 = 300, variance 44,444. Mean 0.8 · 166.67 + 0.2 · 300 = 193.33.
    // Variance 0.8 · (11,111 + 26.67²) + 0.2 · (44,444 + 106.67²) = 9,458 + 11,164 = 20,622; its root 143.6.
    expect(money(route, { 'a@1': ten, 'b@1': twice, 'r@1': taken })).toMatchObject({
      mean: 193,
      std: 144,
      max: 1000,
    });
  });

  it('loop: two, two and five rounds: 3 · 166.7 = 500, variance 3 · 11,111 + 3 · 166.7² = 116,667, at most 8,000', () => {
    const rounds = [{ rounds: 2 }, { rounds: 2 }, { rounds: 5 }];
    const again = loop('l', leaf('a'), { until: () => true, max: 8 });
    expect(money(again, { 'a@1': ten, 'l@1': rounds })).toMatchObject({ mean: 500, std: 342, max: 8000 });
  });

  it('each: four items cost four times one, at most 4,000', () => {
    const list = estimateBlock(each('e', leaf('a')), { payload: [1, 2, 3, 4] }, seen({ 'a@1': ten }));
    // √(4 · 11,111) = 210.8
    expect(list.nanoDollars).toMatchObject({ mean: 667, std: 211, max: 4000 });
  });

  it('retry: fifteen of fifty-five failed, 15 / (55 + 5) = 1/4: 1 + 1/4 + 1/16 = 1.3125 attempts', () => {
    const some = [
      ...Array.from({ length: 40 }, () => ({ nanoDollars: 100 })),
      ...Array.from({ length: 15 }, () => ({ nanoDollars: 100, outcome: 'failed' as const })),
    ];
    const tried = leaf('a').recover(retry({ maxAttempts: 3 }));
    // Every attempt costs 100, so only their number is uncertain: E[N²] = 1 + 3/4 + 5/16 = 2.0625,
    // its variance 2.0625 - 1.3125² = 0.33984, its root 0.58296.
    expect(money(tried, { 'a@1': some })).toMatchObject({ mean: 131, std: 58, max: 3000 });
  });

  it('p90: of a symmetric spread the mean and 1.2816 deviations, never above the most', () => {
    // Both leaves lean to no side: 333.3 + 1.2816 · 149.07 = 524.4.
    expect(money(seq('s', leaf('a'), leaf('b')), { 'a@1': ten, 'b@1': ten }).p90).toBe(524);
    const bounded = seq('s', leaf('a'), leaf('b')).within({ nanoDollars: 400 });
    expect(money(bounded, { 'a@1': ten, 'b@1': ten })).toMatchObject({ p90: 400, max: 400 });
  });
});
