// T7: what is set aside, counted and given back, inside one budget and inside several, by honest blocks and by careless ones.
import { all, each, fail, getData, race, retry, type Scope, seq, step } from '@keelson/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failed, handClock, testEnvironment, withModel } from './__fixtures__/index.ts';
import { createEnvironment, prompt, runBlock } from './index.ts';

const plain = () => ({ environment: testEnvironment() });
const off = (dollars: string) => ({ dollars, preflight: 'off' }) as const;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Sets aside the one amount and spends the other. */
const spender = (name: string, worst: number | null, real: number | null, spent: number[] = []) =>
  step(
    name,
    async (_: unknown, scope: Scope) => {
      const hold = scope.hold(worst);
      await turn();
      hold.settle({ nanoDollars: real });
      if (real !== null) spent.push(real);
    },
    { effects: 'none' },
  );

describe('budgets inside budgets', () => {
  it('hold the same money at every level, and give back what was not spent at every level', async () => {
    // Worst 40, real 10: within the inner budget of 60 one after the other, all five.
    const inner = seq(
      'inner',
      ...(Array.from({ length: 5 }, (_, at) => spender(`s${at}`, 40, 10)) as [ReturnType<typeof spender>]),
    );
    const fits = await runBlock(
      seq('outer', inner.within({ nanoDollars: 80 })).within({ nanoDollars: 90 }),
      1,
      plain(),
    );
    expect(fits.metadata['cost.nanoDollars']).toBe(50);
    // After four the inner one has 70 - 40 = 30 left, which is less than 40.
    const tooSmall = await runBlock(inner.within({ nanoDollars: 70 }), 1, plain());
    expect(failed(tooSmall)).toMatchObject({
      reason: 'budget_exceeded',
      details: { limitNanoDollars: 70, spentNanoDollars: 40, heldNanoDollars: 0, neededNanoDollars: 40 },
    });
    expect(tooSmall.metadata['cost.nanoDollars']).toBe(40);
  });

  it('let branches side by side have the inner one apart and the outer one together', async () => {
    const spent: number[] = [];
    const leg = (name: string) =>
      seq(name, spender('a', 30, 30, spent), spender('b', 30, 30, spent)).within({ nanoDollars: 60 });
    const wide = all('wide', { one: leg('one'), two: leg('two'), three: leg('three') }).within({
      nanoDollars: 100,
    });
    const error = failed(await runBlock(wide, 1, plain()));
    expect(error).toMatchObject({ reason: 'budget_exceeded', details: { limitNanoDollars: 100 } });
    expect(spent).toEqual([30, 30, 30]);
  });

  it('are counted over all attempts of a visit together', async () => {
    let runs = 0;
    const flaky = step(
      'flaky',
      (_: unknown, scope) => {
        runs += 1;
        scope.hold(40).settle({ nanoDollars: 40 });
        throw fail('tool', 'e');
      },
      { effects: 'none' },
    );
    const error = failed(
      await runBlock(flaky.within({ nanoDollars: 100 }).recover(retry({ maxAttempts: 9 })), 1, plain()),
    );
    expect(runs).toBe(3);
    expect(error).toMatchObject({ reason: 'budget_exceeded', effect: 'not_started' });
  });

  it('are never overrun, whatever trees of blocks spend whatever within what they set aside', async () => {
    const leaf = fc.record({ worst: fc.integer({ min: 0, max: 50 }), share: fc.integer({ min: 0, max: 4 }) });
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        leaf.map((one) => ({ ...one, kind: 'leaf' as const })),
        fc.record({
          kind: fc.constantFrom('all' as const, 'seq' as const),
          limit: fc.option(fc.integer({ min: 0, max: 120 }), { nil: undefined }),
          parts: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
        }),
      ),
    }));
    interface Tree {
      readonly kind: 'leaf' | 'all' | 'seq';
      readonly worst: number;
      readonly share: number;
      readonly limit?: number;
      readonly parts: readonly Tree[];
    }
    type Unit = ReturnType<typeof spender>;
    const seen: { readonly limit: number; spent: number[] }[] = [];
    const build = (node: Tree, name: string, above: number[][]): Unit => {
      if (node.kind === 'leaf') {
        const real = Math.floor((node.worst * node.share) / 4);
        return step(
          name,
          async (_: unknown, scope: Scope) => {
            const hold = scope.hold(node.worst);
            await turn();
            hold.settle({ nanoDollars: real });
            for (const list of above) list.push(real);
          },
          { effects: 'none' },
        );
      }
      const spent: number[] = [];
      if (node.limit !== undefined) seen.push({ limit: node.limit, spent });
      const parts = node.parts.map((part, at) => build(part, `${name}${at}`, [...above, spent]));
      const block = (node.kind === 'seq'
        ? seq(name, ...(parts as [Unit]))
        : all(name, Object.fromEntries(parts.map((part) => [part.name, part])))) as unknown as Unit;
      return node.limit === undefined ? block : block.within({ nanoDollars: node.limit });
    };
    let refusals = 0;
    await fc.assert(
      fc.asyncProperty(tree, fc.integer({ min: 0, max: 200 }), async (node, limit) => {
        seen.length = 0;
        const total: number[] = [];
        const block = build(node as Tree, 'n', [total]);
        const response = await runBlock(block, 1, { ...plain(), budget: off((limit / 1e9).toFixed(9)) });
        if (!response.success) {
          expect(response.error.reason).toBe('budget_exceeded');
          refusals += 1;
        }
        const sum = (list: readonly number[]) => list.reduce((all, one) => all + one, 0);
        expect(sum(total)).toBeLessThanOrEqual(limit);
        expect(response.metadata['cost.nanoDollars'] ?? 0).toBe(sum(total));
        for (const { limit: own, spent } of seen) expect(sum(spent)).toBeLessThanOrEqual(own);
      }),
      { numRuns: 150, seed: 11 },
    );
    expect(refusals).toBeGreaterThan(20);
  });
});

describe('careless blocks', () => {
  it.each([
    Number.NaN,
    -1e12,
    Number.POSITIVE_INFINITY,
  ])('that set %s aside set aside what is not known', async (worst) => {
    const budget = off('0.000000100');
    const first = await runBlock(spender('odd', worst, 1), 1, { ...plain(), budget });
    expect(failed(first).reason).toBe('budget_unpriced');
    const allowed = { ...budget, allowUnpriced: true };
    const both = seq('s', spender('odd', worst, 1), spender('next', 200, 1));
    expect(failed(await runBlock(both, 1, { ...plain(), budget: allowed })).reason).toBe('budget_exceeded');
  });

  it.each([
    Number.NaN,
    -1e12,
    Number.NEGATIVE_INFINITY,
  ])('that spend %s have spent nobody knows what, and at most what was set aside', async (real) => {
    const both = seq('s', spender('odd', 60, real), spender('next', 60, 1));
    const response = await runBlock(both, 1, { ...plain(), budget: off('0.000000100') });
    expect(failed(response)).toMatchObject({ reason: 'budget_exceeded', details: { spentNanoDollars: 60 } });
    expect(response.metadata['cost.nanoDollars']).toBeNull();
    const told = step('told', (_: unknown, scope) => scope.spend({ nanoDollars: real }), { effects: 'none' });
    const spent = await runBlock(seq('s', told, spender('next', 200, 1)), 1, {
      ...plain(),
      budget: off('0.000000100'),
    });
    expect(failed(spent).reason).toBe('budget_exceeded');
    expect(spent.metadata['cost.nanoDollars']).toBeNull();
  });

  it('that forget what they set aside have spent it, as far as anybody knows', async () => {
    const forgetful = step('forgetful', (_: unknown, scope) => void scope.hold(60), { effects: 'none' });
    const environment = testEnvironment();
    const response = await runBlock(seq('s', forgetful, spender('next', 60, 1)), 1, {
      environment,
      budget: off('0.000000100'),
    });
    expect(failed(response)).toMatchObject({
      reason: 'budget_exceeded',
      details: { spentNanoDollars: 60, heldNanoDollars: 0 },
    });
    expect(response.metadata['cost.nanoDollars']).toBeNull();
    expect(environment.stats.findStats('forgetful@1')?.ok.nanoDollars.n).toBe(0);
  });

  it('that settle twice are counted once', async () => {
    const twice = step(
      'twice',
      (_: unknown, scope) => {
        const hold = scope.hold(60);
        hold.settle({ nanoDollars: 10 });
        hold.settle({ nanoDollars: 10 });
        hold.release();
      },
      { effects: 'none' },
    );
    const response = await runBlock(seq('s', twice, spender('next', 90, 90)), 1, {
      ...plain(),
      budget: off('0.000000100'),
    });
    expect(response.metadata['cost.nanoDollars']).toBe(100);
  });
});

describe('calls that outlive their attempt', () => {
  const hanging = () => {
    const { environment } = withModel(['x'], { input: 1000, output: 1000 });
    const clock = handClock();
    return {
      clock,
      environment: createEnvironment({ ...environment, clock, callModel: () => new Promise(() => {}) }),
    };
  };
  const ask = prompt('ask', { model: 'm', maxOutputTokens: 10 });

  it('count as their worst case and are recorded as unknown, never as nothing', async () => {
    const { clock, environment } = hanging();
    const late = seq('s', ask.within({ timeoutMs: 50 })).recover(retry({ maxAttempts: 2 }));
    const running = runBlock(late, 'hi', { environment, budget: off('0.000200000') });
    await clock.advance(60);
    const response = await running;
    // The first attempt may have cost up to 112,000: another does not fit any more.
    expect(failed(response)).toMatchObject({
      reason: 'budget_exceeded',
      details: { spentNanoDollars: 112_000 },
    });
    const record = environment.stats.findStats('ask@1@m');
    expect([record?.failed.ms.n, record?.failed.nanoDollars.n]).toEqual([2, 1]);
  });

  it('of a race that was lost are part of what the race cost, which nobody knows then', async () => {
    const { environment } = hanging();
    const fast = step(
      'fast',
      (_: string, scope) => {
        scope.spend({ nanoDollars: 5 });
        return 'fast';
      },
      { effects: 'none' },
    );
    const response = await runBlock(race('r', { ask, fast }), 'hi', { environment });
    expect(getData(response)).toBe('fast');
    expect(response.metadata['cost.nanoDollars']).toBeNull();
  });

  it('are not begun where the deadline is over', async () => {
    const { environment, model } = withModel(['x']);
    const response = await runBlock(each('list', ask), ['a', 'b'], {
      environment,
      signal: AbortSignal.abort(),
    });
    expect(failed(response)).toMatchObject({ reason: 'cancelled', effect: 'not_started' });
    expect(model.calls).toEqual([]);
  });
});
