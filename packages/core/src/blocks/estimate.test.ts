// T4 to T6: what a block will cost, from what is assumed, from what was seen, and from its parts.
import { describe, expect, it } from 'vitest';
import {
  type AnyBlock,
  all,
  type Block,
  type BlockAttempt,
  branch,
  checkPreflight,
  defineBlock,
  type Estimate,
  type EstimateWorld,
  each,
  estimateBlock,
  fallback,
  flow,
  GrowingStats,
  graph,
  loop,
  type ModelFacts,
  map,
  race,
  repair,
  retry,
  seq,
  step,
} from './index.ts';

const prices: ModelFacts = { nanoDollarsPerInputToken: 10, nanoDollarsPerOutputToken: 100 };

/** A leaf whose worst case is 1,000 for each character of its payload, and of which a tenth is expected. */
const paid = (name: string, alias = 'fast'): Block<string, string> =>
  defineBlock({
    name,
    kind: 'paid',
    alias,
    effects: 'none',
    body: {
      type: 'leaf',
      run: (payload: never) => payload,
      plan: (question) => {
        const facts = question.findModel(question.alias ?? alias);
        const size = 'payload' in question ? (question.payload as string).length : 100;
        const ms = { mean: 500, std: 100, max: null };
        if (facts === undefined) return { nanoDollars: { mean: null, std: null, max: null }, ms, calls: 1 };
        return {
          nanoDollars: { mean: size * 100, std: 50, max: size * 1000 },
          ms,
          calls: 1,
          inputTokens: size,
          nanoDollarsPerInputToken: facts.nanoDollarsPerInputToken,
        };
      },
    },
  });

interface Seen extends Partial<BlockAttempt> {
  readonly times?: number;
}

function worldOf(
  seen: Readonly<Record<string, readonly Seen[]>> = {},
  models = (): ModelFacts | undefined => prices,
): EstimateWorld {
  const known = new Map<string, GrowingStats>();
  for (const [key, attempts] of Object.entries(seen)) {
    const stats = new GrowingStats();
    known.set(key, stats);
    for (const { times = 1, ...given } of attempts)
      for (let time = 0; time < times; time += 1)
        stats.add({
          key,
          traceId: 't',
          executionId: 'e',
          spanId: 's',
          attempt: 1,
          at: 0,
          outcome: 'ok',
          ms: 100,
          nanoDollars: 1000,
          calls: 1,
          inputTokens: null,
          outputTokens: null,
          ...given,
        });
  }
  return { stats: { findStats: (key) => known.get(key)?.value }, findModel: models };
}

const estimate = <P>(block: Block<P, unknown>, payload: P, world = worldOf()): Estimate =>
  estimateBlock(block, { payload }, world);

describe('T4: money', () => {
  it('is whole nano-dollars, and unknown is null', () => {
    const seen = worldOf({ 'p@1@fast': [{ nanoDollars: 1 }, { nanoDollars: 2 }] });
    const { nanoDollars } = estimate(paid('p'), 'abc', seen);
    for (const amount of Object.values(nanoDollars)) expect(Number.isSafeInteger(amount)).toBe(true);
    const unpriced = estimate(
      paid('p'),
      'abc',
      worldOf({}, () => undefined),
    );
    expect(unpriced.nanoDollars).toEqual({ mean: null, std: null, p90: null, max: null });
    expect(unpriced.source).toBe('unknown');
    expect(
      estimate(
        seq(
          's',
          paid('p'),
          map('m', (t: string) => t),
        ),
        'abc',
        worldOf({}, () => undefined),
      ).nanoDollars.mean,
    ).toBeNull();
  });
});

describe('T5: leaves', () => {
  it('without records are what is assumed, and say so', () => {
    expect(estimate(paid('p'), 'abcd')).toMatchObject({
      source: 'prior',
      confidence: 'low',
      sampleSize: 0,
      nanoDollars: { mean: 400, std: null, max: 4000 },
      ms: { mean: 500 },
      notes: ['no_recorded_attempts'],
    });
    expect(
      estimate(
        step('s', () => 1, { effects: 'none' }),
        undefined,
      ),
    ).toMatchObject({
      nanoDollars: { mean: 0, max: 0 },
      ms: { mean: 10, std: null },
    });
  });

  it.each([
    [1, 'low'],
    [4, 'low'],
    [5, 'medium'],
    [19, 'medium'],
    [20, 'high'],
  ])('after %i attempts are drawn to what was seen, with %s confidence', (times, confidence) => {
    const known = estimate(paid('p'), 'abcd', worldOf({ 'p@1@fast': [{ times, nanoDollars: 1000 }] }));
    expect(known).toMatchObject({ source: 'stats', confidence, sampleSize: times });
    expect(known.nanoDollars.mean).toBe(Math.round((times * 1000 + 5 * 400) / (times + 5)));
    expect(known.nanoDollars.std === null).toBe(times < 2);
  });

  it('know the request: a longer one costs more than those that were seen', () => {
    const seen = worldOf({ 'p@1@fast': [{ times: 1000, inputTokens: 10, nanoDollars: 5000 }] });
    const short = estimate(paid('p'), 'x'.repeat(10), seen);
    const long = estimate(paid('p'), 'x'.repeat(110), seen);
    expect((long.nanoDollars.mean ?? 0) - (short.nanoDollars.mean ?? 0)).toBeGreaterThan(900);
    expect(long.nanoDollars.max).toBe(110_000);
  });

  it('never throw, whatever a template does', () => {
    const broken = defineBlock<string, string>({
      name: 'b',
      kind: 'b',
      body: {
        type: 'leaf',
        run: () => '',
        plan: () => {
          throw new Error('x');
        },
      },
    });
    expect(estimate(broken, 'x')).toMatchObject({
      nanoDollars: { mean: null, max: null },
      notes: ['plan_failed', 'no_recorded_attempts'],
    });
  });

  it('never throw, whatever becomes of the statistics', () => {
    const stats = {
      findStats: () => {
        throw new Error('no disk');
      },
    };
    expect(estimate(paid('p'), 'abcd', { ...worldOf(), stats })).toMatchObject({
      source: 'prior',
      notes: ['no_recorded_attempts'],
    });
  });

  it('tell failures from successes', () => {
    const seen = worldOf({
      'p@1@fast': [{ times: 60 }, { times: 35, outcome: 'failed', ms: 1, nanoDollars: 0 }],
    });
    const once = estimate(paid('p'), 'abcd', seen);
    expect(once.sampleSize).toBe(95);
    const alone = estimate(paid('p'), 'abcd', worldOf({ 'p@1@fast': [{ times: 60 }] }));
    expect(once.ms.mean).toBeLessThan(alone.ms.mean ?? 0);
  });

  it('take percentiles from what was seen, not from the mean', () => {
    const seen = worldOf({
      's@1': [
        { times: 85, ms: 10 },
        { times: 15, ms: 5000 },
      ],
    });
    const { ms } = estimate(
      step('s', () => 1),
      undefined,
      seen,
    );
    expect(ms.p90).toBeGreaterThan(4500);
    expect(ms.mean).toBeLessThan(800);
  });
});

describe('T5 and T6: what recovery adds', () => {
  const seen = worldOf({ 'p@1@fast': [{ times: 500 }, { times: 495, outcome: 'failed' }] });

  it('multiplies the mean by 1 + f + f², and the worst case by the attempts', () => {
    const once = estimate(paid('p'), 'abcd', seen);
    const tried = estimate(paid('p').recover(retry({ maxAttempts: 3 })), 'abcd', seen);
    const share = 495 / 1000;
    const ratio = (tried.nanoDollars.mean ?? 0) / (once.nanoDollars.mean ?? 1);
    expect(ratio).toBeCloseTo(1 + share + share ** 2, 2);
    expect(tried.nanoDollars.max).toBe(3 * 4000);
    expect(tried.calls.max).toBe(3);
  });

  it('counts repairs and other models into the worst case', () => {
    const careful = paid('p').recover(
      retry({ maxAttempts: 2 }),
      repair<string>(({ payload }) => payload),
      fallback('deep'),
    );
    const dear = worldOf({}, () => prices);
    expect(estimate(careful, 'abcd', dear).nanoDollars.max).toBe(4 * 4000);
  });

  it('is bounded by a budget of the block’s own', () => {
    expect(estimate(paid('p').within({ nanoDollars: 900 }), 'abcd').nanoDollars.max).toBe(900);
  });
});

describe('T6: composites', () => {
  const known = worldOf({
    'a@1@fast': [
      { times: 20, nanoDollars: 1000 },
      { times: 20, nanoDollars: 3000 },
    ],
    'b@1@fast': [{ times: 7, nanoDollars: 500 }],
  });

  it('add means and variances one after the other, and know what rests on least', () => {
    const both = estimate(seq('s', paid('a'), paid('b')), 'abcd', known);
    const [a, b] = [both.components?.a, both.components?.b] as [Estimate, Estimate];
    expect(both.nanoDollars.mean).toBeCloseTo((a.nanoDollars.mean ?? 0) + (b.nanoDollars.mean ?? 0), -1);
    expect((both.nanoDollars.std ?? 0) ** 2).toBeCloseTo(
      (a.nanoDollars.std ?? 0) ** 2 + (b.nanoDollars.std ?? 0) ** 2,
      -4,
    );
    // What goes into the second is not known before the run: a hundred characters are assumed.
    expect(both.nanoDollars.max).toBe(4000 + 100_000);
    expect(both).toMatchObject({ source: 'derived', sampleSize: 7, confidence: 'medium' });
  });

  it('add money side by side, and take the slowest for the time', () => {
    const slow = worldOf({ 'a@1@fast': [{ times: 50, ms: 900 }], 'b@1@fast': [{ times: 50, ms: 100 }] });
    const both = estimate(all('s', { a: paid('a'), b: paid('b') }), 'abcd', slow);
    expect(both.ms.mean).toBe(both.components?.a?.ms.mean);
    expect(both.nanoDollars.max).toBe(8000);
    const racing = estimate(race('r', { a: paid('a'), b: paid('b') }), 'abcd', slow);
    expect(racing.ms.mean).toBe(racing.components?.b?.ms.mean);
    expect(racing.nanoDollars.max).toBe(8000);
  });

  it('weigh branches by how often they were taken, with one for nothing; the worst is the worst', () => {
    const cheap = map('cheap', (text: string) => text);
    const route = branch('route', [{ name: 'dear', when: () => true, block: paid('a') }], cheap);
    const even = estimate(route, 'abcd', known);
    const rare = estimate(route, 'abcd', {
      ...known,
      stats: {
        findStats: (key) =>
          key === 'route@1'
            ? worldOf({ 'route@1': [{ times: 98, ways: ['otherwise'] }] }).stats.findStats(key)
            : known.stats.findStats(key),
      },
    });
    expect((even.nanoDollars.mean ?? 0) / (even.components?.dear?.nanoDollars.mean ?? 1)).toBeCloseTo(0.5, 2);
    expect((rare.nanoDollars.mean ?? 0) / (rare.components?.dear?.nanoDollars.mean ?? 1)).toBeCloseTo(
      0.01,
      3,
    );
    expect([even.nanoDollars.max, rare.nanoDollars.max]).toEqual([4000, 4000]);
    expect(rare.notes).toEqual(['branch weights: dear 1 %, otherwise 99 %']);
  });

  it('repeat loops as often as was seen, at worst to their cap', () => {
    const polish = loop('polish', paid('a'), { until: () => true, max: 8 });
    const assumed = estimate(polish, 'abcd', known);
    expect(assumed.notes).toEqual(['assumes 8 rounds']);
    expect(assumed.nanoDollars.max).toBe(800_000);
    const seen = worldOf({ 'polish@1': [{ times: 10, rounds: 2 }], 'a@1@fast': [{ times: 50 }] });
    const usual = estimate(polish, 'abcd', seen);
    expect(usual.notes).toEqual(['2.0 rounds as observed']);
    expect(usual.nanoDollars.mean).toBe(2 * (usual.components?.body?.nanoDollars.mean ?? 0));
    expect(usual.nanoDollars.max).toBe(800_000);
  });

  it('know the items of a list, and what a flow makes of its payload', () => {
    const three = estimate(each('list', paid('a')), ['a', 'bb', 'ccc']);
    expect(three.nanoDollars).toMatchObject({ mean: 600, max: 6000 });
    const unknown = estimateBlock(each('list', paid('a'), { maxItems: 10 }), {}, worldOf());
    expect(unknown.nanoDollars.max).toBe(10 * 100_000);
    const inner = flow('inner', paid('a'), { input: ({ note }: { note: string }) => note });
    expect(estimate(inner, { note: 'abc' }).nanoDollars.max).toBe(3000);
  });

  it('of graphs follow their ways, cycles to their cap', () => {
    const shape = (ways: 'even' | 'seen') => {
      const block = graph('g', {
        entry: 'a',
        maxSteps: 5,
        nodes: { a: paid('a'), b: paid('b'), end: map('end', (text: string) => text) },
        edges: { a: 'b', b: [{ name: 'again', to: 'a', when: () => false }, { to: 'end' }] },
      });
      const world = worldOf({
        'a@1@fast': [{ times: 100_000 }],
        'b@1@fast': [{ times: 100_000 }],
        ...(ways === 'seen' && {
          'g@1': [
            { times: 298, ways: ['b>end:1'] },
            { times: 100, ways: ['b>a:again'] },
          ],
        }),
      });
      return estimateBlock(block as AnyBlock, { payload: 'abcd' } as { payload?: never }, world);
    };
    // Half of the runs go round again: two rounds of both are to be expected.
    expect(shape('even').nanoDollars.mean).toBeGreaterThan(3700);
    expect(shape('even').nanoDollars.mean).toBeLessThan(4010);
    // A quarter only: four thirds.
    expect((shape('seen').nanoDollars.mean ?? 0) / 2000).toBeCloseTo(4 / 3, 1);
    // Five steps: a b a b a.
    expect(shape('even').nanoDollars.max).toBe(3 * 4000 + 2 * 100_000);
    expect(shape('even').notes).toEqual(['cycles of at most 5 steps']);
  });

  it('is pure: the same for the same, nothing called, nothing changed', () => {
    const world = worldOf({ 'a@1@fast': [{ times: 9 }] });
    const block = seq('s', paid('a'), all('x', { b: paid('b'), c: paid('c').recover(retry()) }));
    expect(estimate(block, 'abcd', world)).toEqual(estimate(block, 'abcd', world));
    expect(JSON.parse(JSON.stringify(estimate(block, 'abcd', world)))).toEqual(
      estimate(block, 'abcd', world),
    );
  });
});

describe('preflight', () => {
  it('is a pure question of an estimate and a limit', () => {
    const known = estimate(paid('p'), 'abcd');
    expect(checkPreflight(known, 399, 'off')).toBeUndefined();
    expect(checkPreflight(known, 400, 'mean')).toBeUndefined();
    expect(checkPreflight(known, 399, 'mean')).toMatchObject({
      reason: 'budget_preflight_rejected',
      effect: 'not_started',
    });
    expect(checkPreflight(known, 3999, 'max')).toMatchObject({
      details: { estimatedNanoDollars: 4000, confidence: 'low' },
    });
    const way = (at: number) => ({ name: `way-${at}`, when: () => true, block: paid('p') });
    const wide = branch(
      'b',
      Array.from({ length: 500 }, (_, at) => way(at)),
      paid('p'),
    );
    const { notes } = estimate(wide, 'abcd');
    expect(notes.join().length).toBeGreaterThan(5000);
    expect(JSON.stringify(checkPreflight(estimate(wide, 'abcd'), 1, 'max')).length).toBeLessThan(600);
    const unknown = estimate(
      paid('p'),
      'abcd',
      worldOf({}, () => undefined),
    );
    expect(checkPreflight(unknown, 1e9, 'max')).toMatchObject({
      reason: 'budget_unpriced',
      errorType: 'budget',
    });
  });
});
