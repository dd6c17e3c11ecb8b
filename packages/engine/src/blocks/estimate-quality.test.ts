// How good estimates are: a flow with failures, branches and loops, learnt in some hundred runs, then held against a thousand.
import { all, branch, type Expected, fail, loop, map, retry, seq, step } from '@keelson/core';
import { expect, it } from 'vitest';
import { testEnvironment } from './__fixtures__/index.ts';
import { estimateRun, runBlock } from './index.ts';

/** Numbers that look random and are the same every time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

it('holds the real cost below nine in ten in 85 to 95 of 100 runs, and never above the worst case', async () => {
  const environment = testEnvironment();
  const next = chance(7);
  const paid = (name: string, mean: number, failures: number) => {
    const most: Expected = { mean, std: mean / 2, max: mean * 4 };
    return step(
      name,
      async (payload: number, scope) => {
        // Skewed, as latencies and answers are: mostly small, sometimes four times the mean.
        const nanoDollars = Math.round(Math.min(4, 0.3 - 0.7 * Math.log(1 - next())) * mean);
        const hold = scope.hold(mean * 4);
        hold.settle({ nanoDollars, calls: 1 });
        if (next() < failures) throw fail('tool', 'flaky');
        return payload;
      },
      { effects: 'none', nanoDollars: most },
    ).recover(retry({ maxAttempts: 3 }));
  };
  const support = seq(
    'support',
    paid('triage', 1000, 0.1),
    all('gather', { one: paid('one', 3000, 0.05), two: paid('two', 2000, 0.2) }),
    map('merge', ({ one }: { one: number }) => one),
    branch(
      'route',
      [
        {
          name: 'hard',
          when: (n: number) => n % 4 === 0,
          block: seq('deep', paid('deep1', 5000, 0.1), paid('deep2', 4000, 0.1)),
        },
      ],
      paid('easy', 2500, 0.1),
    ),
    loop('polish', paid('edit', 1500, 0.02), { until: () => next() < 0.6, max: 4 }),
  );
  let request = 0;
  const go = async () => {
    request += 1;
    const response = await runBlock(support, request, { environment });
    return Number(response.metadata['cost.nanoDollars']);
  };
  for (let run = 0; run < 300; run += 1) await go();
  const { nanoDollars, confidence } = estimateRun(support, 1, environment);
  expect(confidence).toBe('high');
  let within = 0;
  let sum = 0;
  for (let run = 0; run < 1000; run += 1) {
    const cost = await go();
    expect(cost).toBeLessThanOrEqual(nanoDollars.max ?? 0);
    if (cost <= (nanoDollars.p90 ?? 0)) within += 1;
    sum += cost;
  }
  expect(within).toBeGreaterThanOrEqual(850);
  expect(within).toBeLessThanOrEqual(950);
  expect(Math.abs(sum / 1000 / (nanoDollars.mean ?? 1) - 1)).toBeLessThan(0.1);
});
