// Rules of graphs while they run: G2 and G3, loops, races, lists, deadlines, cancellation, budgets (T7), paths (D1).
import {
  all,
  branch,
  each,
  fail,
  flow,
  getData,
  graph,
  loop,
  map,
  race,
  retry,
  seq,
  step,
} from '@keelson/core';
import { describe, expect, it } from 'vitest';
import { failed, handClock, inRun, testEnvironment, withModel } from './__fixtures__/index.ts';
import {
  approve,
  createEnvironment,
  createMemoryJournal,
  pause,
  prompt,
  runBlock,
  waitFor,
} from './index.ts';

const plain = () => ({ environment: testEnvironment() });
const add = (name: string, amount: number) => map(name, (n: number) => n + amount);

describe('G2: conditions', () => {
  it('are asked in order, and the first that holds is taken', async () => {
    const asked: string[] = [];
    const ask = (name: string, answer: boolean) => ({
      name,
      when: (_: number) => {
        asked.push(name);
        return answer;
      },
      block: map(name, () => name),
    });
    const route = branch(
      'route',
      [ask('a', false), ask('b', true), ask('c', true)],
      map('other', () => 'other'),
    );
    expect(getData(await runBlock(route, 1, plain()))).toBe('b');
    expect(asked).toEqual(['a', 'b']);
  });

  it.each([
    [
      'a branch',
      (broken: () => boolean, child: ReturnType<typeof add>) =>
        seq('s', child, branch('b', [{ name: 'c', when: broken, block: add('x', 1) }], add('y', 1))),
      { node: 'b', condition: 'c' },
    ],
    [
      'a loop',
      (broken: () => boolean, child: ReturnType<typeof add>) => loop('b', child, { until: broken, max: 3 }),
      { node: 'b', condition: 'until', round: 1 },
    ],
    [
      'a graph',
      (broken: () => boolean, child: ReturnType<typeof add>) =>
        graph('b', {
          entry: 'first',
          nodes: { first: child, end: add('end', 1) },
          edges: { first: [{ name: 'c', to: 'end', when: broken }, { to: 'end' }] },
        }),
      { node: 'b', condition: 'first>end:c' },
    ],
  ] as const)('that throw in %s are told by place and class, and the child is not run again', async (_, build, where) => {
    let runs = 0;
    const child = step('child', (n: number) => {
      runs += 1;
      return n;
    });
    const broken = () => {
      throw new SyntaxError('my secret');
    };
    const built = build(broken, child).recover(retry({ maxAttempts: 5, on: ['condition'] }));
    const error = failed(await runBlock(built, 1, plain()));
    // What the child did must not be done twice for the sake of a condition.
    const root = error.reason === 'unsafe_to_retry' ? error.cause : error;
    expect(root).toMatchObject({ reason: 'condition_execution_error', errorType: 'condition' });
    expect(root?.details).toEqual({ ...where, errorClass: 'SyntaxError' });
    expect(runs).toBe(1);
    expect(JSON.stringify(error)).not.toContain('secret');
  });

  it('must give a boolean: a promise is not one', async () => {
    const when = (async () => false) as unknown as () => boolean;
    const route = branch('r', [{ name: 'a', when, block: add('x', 1) }], add('y', 1));
    expect(failed(await runBlock(route, 1, plain())).details.errorClass).toBe('no boolean: Promise');
  });
});

describe('G3: side by side', () => {
  it('every branch finishes before the join, whatever becomes of the others', async () => {
    const done: string[] = [];
    const slow = (name: string) =>
      step(name, async (n: number) => {
        await new Promise((resolve) => setImmediate(resolve));
        done.push(name);
        return n;
      });
    const broken = step('broken', () => {
      throw fail('tool', 'broken');
    });
    const both = all('all', {
      wait: approve<number>('ok'),
      broken,
      a: slow('a'),
      b: seq('b', slow('b1'), slow('b2')),
    });
    const response = await runBlock(both, 1, plain());
    expect(done).toEqual(['a', 'b1', 'b2']);
    // A failure is an end; what waits is none.
    expect(failed(response).reason).toBe('broken');
    expect(response.metadata.lastNode).toBe('broken');
    const waiting = all('all', { wait: approve<number>('ok'), a: slow('a') });
    expect(failed(await runBlock(waiting, 1, plain())).reason).toBe('approval_required');
  });

  it('runs no more at once than it may, and answers in order', async () => {
    let now = 0;
    let most = 0;
    const work = step(
      'work',
      async (n: number) => {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        return n * 2;
      },
      { effects: 'none' },
    );
    const list = each('list', work, { concurrency: 3 });
    expect(getData(await runBlock(list, [1, 2, 3, 4, 5, 6, 7], plain()))).toEqual([2, 4, 6, 8, 10, 12, 14]);
    expect(most).toBe(3);
    expect(failed(await runBlock(each('l', work, { maxItems: 2 }), [1, 2, 3], plain())).reason).toBe(
      'invalid_payload',
    );
    expect(failed(await runBlock(list, 'no list' as never, plain())).reason).toBe('invalid_payload');
  });

  it('keeps outputs under names that mean something to JavaScript', async () => {
    const odd = all('odd', { ['__proto__']: add('x', 1), constructor: add('y', 2) } as Record<
      string,
      ReturnType<typeof add>
    >);
    expect(Object.entries(getData(await runBlock(odd, 1, plain())))).toEqual([
      ['__proto__', 2],
      ['constructor', 3],
    ]);
  });
});

describe('races', () => {
  it('give the first answer and end the others', async () => {
    const clock = handClock();
    const ended: string[] = [];
    const runner = (name: string, ms: number) =>
      step(
        name,
        async (_: number, scope) => {
          scope.signal.addEventListener('abort', () => ended.push(name));
          await scope.sleep(ms);
          return name;
        },
        { effects: 'idempotent' },
      );
    const both = race('both', { slow: runner('slow', 500), fast: runner('fast', 20) });
    const environment = createEnvironment({ clock });
    const running = runBlock(both, 1, { environment });
    await clock.advance(30);
    expect(getData(await running)).toBe('fast');
    expect(ended).toContain('slow');
    expect(environment.stats.findStats('slow@1')).toMatchObject({ stopped: 1 });
  });

  it('fail only when all have, and are not run for what must not happen twice', async () => {
    const broken = (name: string) =>
      step(
        name,
        () => {
          throw fail('tool', name);
        },
        { effects: 'none' },
      );
    const lost = race('r', { a: broken('first'), b: broken('second') });
    expect(failed(await runBlock(lost, 1, plain())).reason).toBe('first');
    const slower = race('r', { a: broken('first'), b: add('b', 1) });
    expect(getData(await runBlock(slower, 1, plain()))).toBe(2);
    expect(() => race('r', { pay: step('pay', () => 1) })).toThrow(/must not happen beside another/);
  });
});

describe('graphs', () => {
  it('hand outputs on, know the request and named outputs, and run cycles to their end', async () => {
    const seen: unknown[] = [];
    const review = graph('review', {
      entry: 'draft',
      maxSteps: 10,
      nodes: {
        draft: map('draft', (topic: string) => ({ text: topic, round: 1 })),
        check: map('check', ({ text, round }: { text: string; round: number }) => ({
          ok: round >= 3,
          text,
          round,
        })),
        rework: {
          block: map('rework', ({ text, round, topic }: { text: string; round: number; topic: string }) => ({
            text: `${text}+${topic}`,
            round: round + 1,
          })),
          input: ({ previous, request, outputs }) => {
            seen.push(Object.keys(outputs));
            return { ...(previous as { text: string; round: number }), topic: request as string };
          },
        },
        publish: map('publish', ({ text }: { text: string }) => text.length),
      },
      edges: {
        draft: 'check',
        check: [{ name: 'good', when: ({ ok }: { ok: boolean }) => ok, to: 'publish' }, { to: 'rework' }],
        rework: 'check',
      },
    });
    const journal = createMemoryJournal();
    const response = await runBlock(review, 'ab', { ...plain(), journal });
    expect(getData(response)).toBe(8);
    expect(response.metadata).toMatchObject({ composite: 'review', lastNode: 'publish', source: 'publish' });
    expect(seen).toEqual([
      ['draft', 'check'],
      ['draft', 'check', 'rework'],
    ]);
    expect(journal.paths).toEqual([
      inRun('draft'),
      inRun('check'),
      inRun('rework'),
      inRun('check[2]'),
      inRun('rework[2]'),
      inRun('check[3]'),
      inRun('publish'),
      '/root',
    ]);
  });

  it('stop at their cap, and say which input could not be made', async () => {
    const endless = graph('g', {
      entry: 'a',
      maxSteps: 5,
      nodes: { a: add('a', 1), b: add('b', 1) },
      edges: { a: [{ to: 'b', when: (n: number) => n > 100 }, { to: 'a' }] },
    });
    expect(failed(await runBlock(endless, 0, plain()))).toMatchObject({
      reason: 'max_steps_exceeded',
      errorType: 'graph',
      details: { node: 'g', max: 5 },
    });
    const broken = graph('g', {
      entry: 'a',
      nodes: { a: { block: add('a', 1), input: ({ outputs }) => (outputs.x as { y: number }).y } },
      edges: {},
    });
    expect(failed(await runBlock(broken, 0, plain()))).toMatchObject({
      reason: 'input_mapping_error',
      details: { node: 'a', errorClass: 'TypeError' },
    });
  });
});

describe('deadlines and cancellation', () => {
  const hang = step('hang', () => new Promise<number>(() => {}), { effects: 'idempotent' });

  it('end a step that hangs, by its own bound or by that of the run', async () => {
    const clock = handClock();
    const environment = createEnvironment({ clock });
    const own = runBlock(seq('s', hang.within({ timeoutMs: 50 })), 1, { environment });
    const whole = runBlock(seq('s', hang), 1, { environment, timeoutMs: 70 });
    await clock.advance(60);
    expect(failed(await own)).toMatchObject({
      reason: 'deadline_exceeded',
      errorType: 'timeout',
      effect: 'unknown',
    });
    await clock.advance(20);
    expect(failed(await whole)).toMatchObject({ reason: 'deadline_exceeded', errorType: 'timeout' });
  });

  it('retry a step that took too long, each attempt with a bound of its own', async () => {
    const clock = handClock();
    let runs = 0;
    const sometimes = step(
      'sometimes',
      (n: number) => {
        runs += 1;
        return runs === 1 ? new Promise<number>(() => {}) : n;
      },
      { effects: 'idempotent' },
    );
    const running = runBlock(sometimes.within({ timeoutMs: 50 }).recover(retry()), 7, {
      environment: createEnvironment({ clock }),
    });
    await clock.advance(60);
    const response = await running;
    expect(getData(response)).toBe(7);
    expect(response.metadata.attempt).toBe(2);
  });

  it('shrink on the way down and never grow', async () => {
    const deadlines: (number | undefined)[] = [];
    const look = step('look', (n: number, { deadlineAt }) => {
      deadlines.push(deadlineAt);
      return n;
    });
    const clock = handClock();
    const start = clock.now();
    const nested = seq('s', look.within({ timeoutMs: 9000 }), look.within({ timeoutMs: 50 })).within({
      timeoutMs: 500,
    });
    await runBlock(nested, 1, { environment: createEnvironment({ clock }), timeoutMs: 5000 });
    await runBlock(look, 1, { environment: createEnvironment({ clock }) });
    expect(deadlines).toEqual([start + 500, start + 50, undefined]);
  });

  it('cancel all that runs, and begin nothing more', async () => {
    const controller = new AbortController();
    let begun = 0;
    const never = step('never', () => {
      begun += 1;
    });
    const both = all('both', { a: seq('a', hang, never), b: seq('b', hang, never) });
    const running = runBlock(both, 1, { ...plain(), signal: controller.signal });
    controller.abort();
    expect(failed(await running)).toMatchObject({ reason: 'cancelled', errorType: 'cancelled' });
    const late = await runBlock(never, undefined, { ...plain(), signal: controller.signal });
    expect(failed(late)).toMatchObject({ reason: 'cancelled', effect: 'not_started' });
    expect(begun).toBe(0);
  });

  it('pause, and wait for events', async () => {
    const environment = testEnvironment();
    const journal = createMemoryJournal();
    const nap = seq('nap', pause<number>('night', 8000), waitFor<number>('sun', 'sunrise'));
    const waiting = failed(await runBlock(nap, 1, { environment, journal }));
    expect(waiting).toMatchObject({
      reason: 'event_awaited',
      errorType: 'suspended',
      details: { event: 'sunrise' },
    });
    journal.answer(String(waiting.details.path), { approved: true, by: 'sun', payload: { at: 6 } });
    expect(getData(await runBlock(nap, 1, { environment, journal }))).toEqual({ at: 6 });
    expect(environment.clock.sleeps).toEqual([8000]);
  });
});

describe('T7: budgets', () => {
  const ask = prompt('ask', { model: 'm', maxOutputTokens: 1000 });
  /** Worst case of a call: 1,000 tokens of output at 1,000,000 and some hundred of input at 1,000: about a dollar. */
  const prices = { input: 1000, output: 1_000_000, spends: 200_000_000 };

  it('count what was spent and give back the rest, so that more fits than the worst cases add up to', async () => {
    const { environment, model } = withModel(['x'], prices);
    const three = seq('three', ask, ask, ask);
    const budget = { dollars: '1.5', preflight: 'off' } as const;
    expect((await runBlock(three, 'hi', { environment, budget })).success).toBe(true);
    expect(model.calls).toHaveLength(3);
  });

  it('hold for branches side by side together, to the nano-dollar', async () => {
    const { environment, model } = withModel(['x'], { ...prices, spends: 1_000_000_000 });
    const wide = each('wide', ask);
    const budget = { dollars: '3.5', preflight: 'off' } as const;
    const response = await runBlock(
      wide,
      Array.from({ length: 20 }, () => 'hi'),
      { environment, budget },
    );
    expect(failed(response)).toMatchObject({
      reason: 'budget_exceeded',
      errorType: 'budget',
      effect: 'done',
    });
    expect(model.calls).toHaveLength(3);
  });

  it('inside a budget hold both', async () => {
    const { environment, model } = withModel(['x'], prices);
    const small = ask.within({ nanoDollars: 900_000_000 });
    const error = failed(
      await runBlock(small, 'hi', { environment, budget: { dollars: '50', preflight: 'off' } }),
    );
    expect(error).toMatchObject({ reason: 'budget_exceeded', details: { limitNanoDollars: 900_000_000 } });
    const outer = ask.within({ nanoDollars: 5_000_000_000 });
    const poor = failed(
      await runBlock(outer, 'hi', { environment, budget: { dollars: '0.9', preflight: 'off' } }),
    );
    expect(poor).toMatchObject({ reason: 'budget_exceeded', details: { limitNanoDollars: 900_000_000 } });
    expect(model.calls).toHaveLength(0);
  });

  it('begin nothing whose cost nobody knows, unless they may', async () => {
    const { environment, model } = withModel(['x']);
    const unknown = { ...environment, findModel: () => undefined };
    const settings = { environment: unknown, budget: { dollars: '5' } };
    expect(failed(await runBlock(ask, 'hi', settings)).reason).toBe('budget_unpriced');
    const off = { ...settings, budget: { dollars: '5', preflight: 'off' as const } };
    expect(failed(await runBlock(ask, 'hi', off))).toMatchObject({
      reason: 'budget_unpriced',
      errorType: 'budget',
    });
    expect(model.calls).toHaveLength(0);
    const allowed = { ...settings, budget: { dollars: '5', allowUnpriced: true } };
    expect((await runBlock(ask, 'hi', allowed)).success).toBe(true);
  });

  it('count the worst case of a call whose cost never came', async () => {
    const { environment, model } = withModel(['x'], { ...prices, spends: null });
    const response = await runBlock(seq('two', ask, ask), 'hi', {
      environment,
      budget: { dollars: '1.9', preflight: 'off' },
    });
    expect(failed(response).reason).toBe('budget_exceeded');
    expect(response.metadata['cost.nanoDollars']).toBeNull();
    expect(model.calls).toHaveLength(1);
  });

  it('refuse a run before it begins: by mean, by nine in ten, by the worst', async () => {
    const { environment, model } = withModel(['x'], prices);
    const reasons: string[] = [];
    for (const preflight of ['mean', 'p90', 'max'] as const) {
      const response = await runBlock(ask, 'hi', { environment, budget: { dollars: '0.3', preflight } });
      reasons.push(response.success ? 'ran' : `${response.error.reason} ${response.error.details.mode}`);
    }
    // 256 tokens are expected, 1,000 possible.
    expect(reasons).toEqual([
      'budget_exceeded undefined',
      'budget_preflight_rejected p90',
      'budget_preflight_rejected max',
    ]);
    expect(model.calls).toHaveLength(0);
  });
});

describe('D1: the journal', () => {
  it('knows every node by its path, and second attempts of a composite by another', async () => {
    let runs = 0;
    const flaky = step(
      'flaky',
      (n: number) => {
        runs += 1;
        if (runs === 1) throw fail('tool', 'e');
        return n;
      },
      { effects: 'none' },
    );
    const body = seq('body', add('a', 1), flaky).recover(retry());
    const tree = seq(
      'tree',
      loop('l', body, { until: (n) => n > 1, max: 5 }),
      flow('sub', seq('inner', add('z', 1))),
    );
    const journal = createMemoryJournal();
    const first = await runBlock(tree, 0, { ...plain(), journal });
    expect(getData(first)).toBe(3);
    expect(journal.paths).toEqual([
      inRun('l/body[1]/a'),
      inRun('l/body[1]/flaky'),
      inRun('l/body[1]~2/a'),
      inRun('l/body[1]~2/flaky'),
      inRun('l/body[1]'),
      inRun('l/body[2]/a'),
      inRun('l/body[2]/flaky'),
      inRun('l/body[2]'),
      inRun('l'),
      inRun('sub/inner/z'),
      inRun('sub/inner'),
      inRun('sub'),
      '/root',
    ]);
    expect(runs).toBe(3);
    expect(getData(await runBlock(tree, 0, { ...plain(), journal }))).toBe(3);
    expect(runs).toBe(3);
  });

  it('gives a block that calls two others no way to give both one path', async () => {
    const twice = step('twice', async (n: number, scope) => {
      await scope.call('same', add('a', 1), n);
      return getData(await scope.call('same', add('b', 1), n));
    });
    expect(failed(await runBlock(twice, 1, plain()))).toMatchObject({
      reason: 'invalid_graph',
      details: { node: 'same' },
    });
  });
});
