// T3: means and deviations without keeping values, joined exactly; percentiles of what is skewed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addToMoments,
  type BlockAttempt,
  GrowingHistogram,
  GrowingStats,
  type Moments,
  mergeMoments,
  noMoments,
  quantileOf,
  readAttempt,
  stdOf,
  varianceOf,
} from './index.ts';

const momentsOf = (values: readonly number[]): Moments => values.reduce(addToMoments, noMoments);
const third = (values: readonly number[]): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 3, 0);
};

describe('T3: moments', () => {
  it('are exact where a sum of squares is not', () => {
    const moments = momentsOf([4, 7, 13, 16].map((value) => value + 1e9));
    expect(varianceOf(moments)).toBe(30);
    expect(moments.mean).toBe(1e9 + 10);
  });

  it('know nothing of a spread below two values', () => {
    expect(stdOf(noMoments)).toBeNull();
    expect(stdOf(momentsOf([3]))).toBeNull();
    expect(stdOf(momentsOf([3, 3]))).toBe(0);
  });

  it('of two processes are those of all values, however they were shared out', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.nat(), (all, at) => {
        const cut = at % (all.length + 1);
        const joined = mergeMoments(momentsOf(all.slice(0, cut)), momentsOf(all.slice(cut)));
        const whole = momentsOf(all);
        const size = 1 + all.reduce((sum, value) => sum + value * value, 0);
        expect(joined.n).toBe(whole.n);
        expect(Math.abs(joined.mean - whole.mean)).toBeLessThan(1e-6 * Math.sqrt(size));
        expect(Math.abs(joined.m2 - whole.m2)).toBeLessThan(1e-6 * size);
        expect(Math.abs(joined.m3 - whole.m3)).toBeLessThan(1e-6 * size ** 1.5);
        expect(Math.abs(whole.m3 - third(all))).toBeLessThan(1e-6 * size ** 1.5);
      }),
      { numRuns: 300 },
    );
  });
});

describe('T3: histograms', () => {
  it('find percentiles to within five in a hundred', () => {
    const histogram = new GrowingHistogram();
    for (let value = 1; value <= 10_000; value += 1) histogram.add(value);
    for (const share of [0.5, 0.9, 0.99]) {
      const found = quantileOf(histogram.value, share) ?? 0;
      expect(Math.abs(found / (share * 10_000) - 1)).toBeLessThan(0.05);
    }
  });

  it('join by adding, hold what is nothing, and know nothing of nothing', () => {
    const one = new GrowingHistogram();
    const other = new GrowingHistogram();
    one.add(0);
    one.add(0);
    other.add(8);
    one.merge(other.value);
    expect(quantileOf(one.value, 0.5)).toBe(0);
    expect(quantileOf(one.value, 0.9)).toBeCloseTo(8.35, 1);
    expect(quantileOf(new GrowingHistogram().value, 0.5)).toBeNull();
    expect(new GrowingHistogram(one.value).value).toEqual(one.value);
  });
});

describe('records', () => {
  const attempt = (given: Partial<BlockAttempt>): BlockAttempt => ({
    key: 'a@1',
    traceId: 't',
    executionId: 'e',
    spanId: 's',
    attempt: 1,
    at: 5,
    outcome: 'ok',
    ms: 10,
    nanoDollars: 3,
    calls: 1,
    inputTokens: 5,
    outputTokens: null,
    ...given,
  });

  it('count successes and failures apart, and what only waited as neither', () => {
    const stats = new GrowingStats();
    stats.add(attempt({ ms: 10 }));
    stats.add(attempt({ ms: 20, ways: ['left'], rounds: 3 }));
    stats.add(attempt({ ms: 900, outcome: 'failed', nanoDollars: null }));
    stats.add(attempt({ ms: 5, outcome: 'stopped' }));
    const { ok, failed, stopped, ways, rounds } = stats.value;
    expect([ok.ms.n, ok.ms.mean, failed.ms.n, failed.ms.mean, stopped]).toEqual([2, 15, 1, 900, 1]);
    // Unknown is not zero.
    expect(failed.nanoDollars.n).toBe(0);
    expect([ways, rounds.mean]).toEqual([{ left: 1 }, 3]);
    expect(new GrowingStats(stats.value).value).toEqual(stats.value);
    expect(new GrowingStats(JSON.parse(JSON.stringify(stats.value)) as typeof stats.value).value).toEqual(
      stats.value,
    );
  });

  it('are read back only where they are whole', () => {
    expect(readAttempt(JSON.parse(JSON.stringify(attempt({}))) as never)).toEqual(attempt({}));
    expect(readAttempt({ ...attempt({}), nanoDollars: 'free', ways: ['a', 7] } as never)).toMatchObject({
      nanoDollars: null,
      ways: ['a'],
    });
    for (const broken of [
      null,
      7,
      [],
      {},
      { ...attempt({}), key: '' },
      { ...attempt({}), outcome: 'maybe' },
      { ...attempt({}), ms: -1 },
      { ...attempt({}), ms: 1e300 },
    ])
      expect(readAttempt(broken as never)).toBeUndefined();
  });
});
