// The contract of blocks as its first proof had it: what every later change must keep.
import {
  all,
  branch,
  bubble,
  debug,
  estimateBlock,
  fail,
  getData,
  loop,
  map,
  type RequestMetadata,
  repair,
  retry,
  seq,
  step,
} from '@keelson/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import {
  delegate,
  failed,
  inRun,
  type Said,
  type ToolCall,
  testAgent,
  testEnvironment,
  withModel,
} from './__fixtures__/index.ts';
import { approve, createMemoryJournal, prompt, type RunSettings, runBlock, tool } from './index.ts';

const Triage = z.object({
  kind: z.enum(['bug', 'billing', 'other']),
  urgency: z.number().int().min(1).max(5),
});
type Triage = z.infer<typeof Triage>;

const plain = (): RunSettings => ({ environment: testEnvironment() });

describe('the contract of blocks', () => {
  it('gives a typed answer of a prompt, after one more question that says what was wrong', async () => {
    const { environment, model } = withModel(['{"kind":"bug"}', '{"kind":"bug","urgency":4}']);
    const triage = prompt('triage', {
      model: 'fast',
      template: (ticket: { text: string }) => `Classify: ${ticket.text}`,
      output: Triage,
    });
    const response = await runBlock(triage, { text: 'it crashes' }, { environment });
    expectTypeOf(getData(response).urgency).toEqualTypeOf<number>();
    expect(getData(response).urgency).toBe(4);
    expect(model.calls).toHaveLength(2);
    expect(model.calls[1]?.prompt).toMatch(/urgency/);
  });

  it('runs sequences, branches, records and loops, and infers what they give', async () => {
    const { environment } = withModel(['{"kind":"billing","urgency":2}']);
    const triage = prompt('triage', {
      model: 'fast',
      template: (ticket: { text: string }) => ticket.text,
      output: Triage,
    });
    const refund = step('refund', (ticket: Triage) => ({ ref: `R${ticket.urgency}` }));
    const reply = step('reply', (_: Triage) => ({ ref: null as string | null }), { effects: 'none' });
    const route = branch(
      'route',
      [{ name: 'billing', when: (t: Triage) => t.kind === 'billing', block: refund }],
      reply,
    );
    const flow = seq('support', triage, route);
    const response = await runBlock(flow, { text: 'refund me' }, { environment });
    expect(getData(response)).toEqual({ ref: 'R2' });
    expect(flow.effects).toBe('non_idempotent');
    const { metadata } = response;
    expect(metadata).toMatchObject({
      block: 'support',
      composite: 'support',
      source: 'route',
      lastNode: 'route',
      node: 'root',
    });
    const both = all('both', { a: map('a', (n: number) => n + 1), b: map('b', (n: number) => `${n}`) });
    const { a, b } = getData(await runBlock(both, 1));
    expectTypeOf(a).toEqualTypeOf<number>();
    expectTypeOf(b).toEqualTypeOf<string>();
    expect([a, b]).toEqual([2, '1']);
    const double = loop(
      'double',
      map('twice', (n: number) => n * 2),
      { until: (n) => n > 50, max: 10 },
    );
    expect(getData(await runBlock(double, 1))).toBe(64);
    const length = map('length', (text: string) => text.length);
    const same = map('same', (text: string) => text);
    // @ts-expect-error a number does not fit where text is wanted.
    seq('bad', length, same);
  });

  it.each([
    [1, 1],
    [3, 3],
    [5, 5],
  ])('counts the first attempt among %i, and delays grow', async (maxAttempts, expected) => {
    const environment = testEnvironment();
    let runs = 0;
    const flaky = step(
      'flaky',
      () => {
        runs += 1;
        throw fail('tool', 'http_503', { status: 503 });
      },
      { effects: 'idempotent' },
    ).recover(retry({ maxAttempts, delayMs: 10, jitter: false }));
    const response = await runBlock(flaky, null, { environment });
    expect(runs).toBe(expected);
    expect(response.metadata.attempt).toBe(expected);
    expect(environment.clock.sleeps).toEqual([10, 20, 40, 80].slice(0, maxAttempts - 1));
  });

  it('counts the attempt of a repair as well', async () => {
    let runs = 0;
    const block = step(
      'x',
      (_: number) => {
        runs += 1;
        throw fail('tool', 'e');
      },
      { effects: 'none' },
    ).recover(
      repair<number>(({ payload }) => payload + 1),
      retry({ maxAttempts: 3 }),
    );
    await runBlock(block, 1, plain());
    expect(runs).toBe(3);
  });

  it('waits as long as it is told to rather than as long as it would', async () => {
    const environment = testEnvironment();
    let runs = 0;
    const limited = step('limited', () => {
      runs += 1;
      if (runs > 1) return 1;
      const error = fail('llm.rate_limit', 'rate_limit_error', {}, 'not_started');
      throw Object.assign(error, { failure: { ...error.failure, retryAfterMs: 5000 } });
    }).recover(retry({ delayMs: 10, on: ['llm.*'] }));
    expect((await runBlock(limited, null, { environment })).success).toBe(true);
    expect(environment.clock.sleeps).toEqual([5000]);
  });

  it('refuses to repeat what may have happened, keeps the cause whole, and wraps it once', async () => {
    let paid = 0;
    const pay = step('pay', () => {
      paid += 1;
      throw fail('tool', 'gateway_timeout', { status: 504 }, 'unknown');
    }).recover(retry({ maxAttempts: 3 }));
    const flow = seq(
      's',
      map('id', (n: number) => n),
      pay,
    ).recover(retry());
    const error = failed(await runBlock(flow, 1, plain()));
    expect(paid).toBe(1);
    expect(error).toMatchObject({ reason: 'unsafe_to_retry', errorType: 'tool' });
    expect(error.cause).toMatchObject({ reason: 'gateway_timeout', details: { status: 504 } });
    expect(error.cause?.cause).toBeUndefined();
    let tries = 0;
    const refused = step('pay', () => {
      tries += 1;
      if (tries === 1) throw fail('tool', 'conn_refused', {}, 'not_started');
      return 'paid';
    }).recover(retry());
    expect(getData(await runBlock(refused, null, plain()))).toBe('paid');
    expect(tries).toBe(2);
  });

  it('takes effects that nobody declared for the worst', () => {
    expect(step('u', () => 1).effects).toBe('non_idempotent');
  });

  it('gives every attempt ids of its own, in a chain of spans', async () => {
    const seen: RequestMetadata[] = [];
    const leaf = step(
      'leaf',
      (_: number, { metadata }) => {
        seen.push(metadata);
        if (seen.length === 1) throw fail('tool', 'e');
        return 7;
      },
      { effects: 'none' },
    ).recover(retry({ maxAttempts: 2 }));
    const { metadata } = await runBlock(
      seq(
        'outer',
        map('pre', (n: number) => n),
        leaf,
      ),
      1,
      plain(),
    );
    expect(new Set(seen.map(({ id }) => id)).size).toBe(2);
    expect(new Set(seen.map(({ spanId }) => spanId)).size).toBe(2);
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2]);
    for (const one of seen)
      expect(one).toMatchObject({
        traceId: metadata.traceId,
        executionId: metadata.executionId,
        parentSpanId: metadata.spanId,
        node: 'leaf',
        block: 'leaf',
      });
    expect(seen.map(({ spanId }) => spanId)).not.toContain(metadata.spanId);
    expect(seen.map(({ id }) => id)).not.toContain(metadata.id);
    expect(metadata).toMatchObject({ block: 'outer', attempt: 1 });
  });

  it('makes a failure of a condition that throws: where, and no text', async () => {
    interface Deep {
      readonly deep?: { readonly value: number };
    }
    const when = (payload: Deep) => (payload as Required<Deep>).deep.value > 1;
    const route = branch(
      'route',
      [{ name: 'big', when, block: map('a', (p: Deep) => p) }],
      map('b', (p: Deep) => p),
    );
    const error = failed(await runBlock(route, { secret: 'sk-abcdefghijklmnop' } as Deep, plain()));
    expect(error).toMatchObject({ reason: 'condition_execution_error', errorType: 'condition' });
    expect(error.details).toEqual({ node: 'route', condition: 'big', errorClass: 'TypeError' });
  });

  it('lets no text of an exception leave a block', async () => {
    const boom = step('boom', () => {
      throw new Error('Authorization: Bearer sk-live-123 prompt="my secret"', {
        cause: new Error('sk-live-123'),
      });
    });
    const response = await runBlock(boom, null, plain());
    expect(failed(response)).toMatchObject({ reason: 'internal_error', details: { errorClass: 'Error' } });
    expect(JSON.stringify(response)).not.toMatch(/sk-live|secret|Bearer/);
  });

  it('keeps the cause of a repair that throws', async () => {
    const block = step(
      's',
      () => {
        throw fail('output', 'bad_json');
      },
      { effects: 'none' },
    ).recover(
      repair(() => {
        throw new RangeError('x');
      }),
    );
    const error = failed(await runBlock(block, null, plain()));
    expect(error).toMatchObject({ reason: 'repair_execution_failed', details: { errorClass: 'RangeError' } });
    expect(error.cause?.reason).toBe('bad_json');
  });

  it('goes on with what a debug policy gives', async () => {
    let runs = 0;
    const block = step(
      's',
      (n: number) => {
        runs += 1;
        if (n < 5) throw fail('internal', 'stuck');
        return n;
      },
      { effects: 'none' },
    ).recover(
      debug<number>(async ({ payload }) => ({ payload: payload + 4 })),
      bubble(),
    );
    expect((await runBlock(block, 1, plain())).success).toBe(true);
    expect(runs).toBe(2);
  });

  it('holds a budget before, during and beside', async () => {
    const { environment, model } = withModel(['x'], { input: 1000, output: 1_000_000 });
    const ask = prompt('p', { model: 'big', template: (text: string) => text, maxOutputTokens: 1000 });
    const tight = await runBlock(ask, 'hi', { environment, budget: { dollars: '0.4', preflight: 'max' } });
    expect(failed(tight).reason).toBe('budget_preflight_rejected');
    const closer = await runBlock(ask, 'hi', { environment, budget: { dollars: '0.6' } });
    expect(failed(closer)).toMatchObject({ reason: 'budget_exceeded', effect: 'not_started' });
    expect(model.calls).toHaveLength(0);
    const two = await runBlock(all('two', { a: ask, b: ask }), 'hi', {
      environment,
      budget: { dollars: '1.5' },
    });
    expect(failed(two).reason).toBe('budget_exceeded');
    expect(model.calls).toHaveLength(1);
  });

  it('estimates by what is assumed, then by what was seen, and says the same twice', async () => {
    const { environment } = withModel(['ok']);
    const flow = seq(
      'f',
      prompt('p', { model: 'fast' }),
      map('m', (text: string) => text),
    );
    const { stats, findModel } = environment;
    const estimate = () => estimateBlock(flow, { payload: 'x' }, { stats, findModel });
    expect(estimate()).toMatchObject({ sampleSize: 0, confidence: 'low' });
    for (let run = 0; run < 20; run += 1) await runBlock(flow, 'x', { environment });
    const after = estimate();
    expect(after).toMatchObject({ sampleSize: 20, confidence: 'high', calls: { mean: 1 } });
    expect(after.nanoDollars.mean).toBeGreaterThan(850_000);
    expect(after.nanoDollars.mean).toBeLessThan(1_000_000);
    expect(estimate()).toEqual(after);
    expect(Object.keys(after.components ?? {})).toEqual(['p', 'm']);
  });

  it('never retries what was cancelled, and runs on where statistics cannot be written', async () => {
    const controller = new AbortController();
    let runs = 0;
    const block = step(
      's',
      () => {
        runs += 1;
        controller.abort();
        throw new Error('x');
      },
      { effects: 'none' },
    ).recover(retry({ maxAttempts: 5 }));
    const response = await runBlock(block, null, { ...plain(), signal: controller.signal });
    expect(failed(response).errorType).toBe('cancelled');
    expect(runs).toBe(1);
  });

  it('ends a loop at its cap, and refuses a graph that contradicts itself when it is built', async () => {
    const endless = loop(
      'l',
      map('i', (n: number) => n + 1),
      { until: () => false, max: 3 },
    );
    expect(failed(await runBlock(endless, 0, plain())).reason).toBe('max_steps_exceeded');
    const same = { name: 'a', when: () => true, block: map('x', (n: number) => n) };
    expect(() =>
      branch(
        'b',
        [same, same],
        map('y', (n: number) => n),
      ),
    ).toThrow(/two cases of the name `a`/);
  });

  it('runs no finished node twice when it goes on, in parallel, nested and in loops', async () => {
    const ran: string[] = [];
    const count = (name: string) =>
      step(name, ({ v }: { v: number }) => {
        ran.push(name);
        return { v: v + 1 };
      });
    const leg = (name: string) =>
      seq(name, count(`${name}1`), approve<{ v: number }>('ok'), count(`${name}2`));
    const flow = seq(
      'f',
      count('start'),
      all('legs', { a: leg('a'), b: leg('b') }),
      map('merge', ({ a, b }: { a: { v: number }; b: { v: number } }) => ({ v: a.v + b.v })),
      loop('l', count('body'), { until: ({ v }) => v > 8, max: 9 }),
    );
    const journal = createMemoryJournal();
    const go = () => runBlock(flow, { v: 0 }, { ...plain(), journal });
    expect(failed(await go()).errorType).toBe('suspended');
    expect(ran).toEqual(['start', 'a1', 'b1']);
    journal.answer(inRun('legs/b/ok'), { approved: true, by: 'ann' });
    expect((await go()).success).toBe(false);
    expect(ran).toEqual(['start', 'a1', 'b1', 'b2']);
    journal.answer(inRun('legs/a/ok'), { approved: true, by: 'bob' });
    expect(getData(await go())).toEqual({ v: 9 });
    expect(ran).toEqual(['start', 'a1', 'b1', 'b2', 'a2', 'body', 'body', 'body']);
    expect(getData(await go())).toEqual({ v: 9 });
    expect(ran).toHaveLength(8);
  });
});

describe('a model and its tools on the contract', () => {
  const nano = { worstNanoDollars: 10_000_000, spends: 1_000_000 };
  const call = (name: string, input: ToolCall['input'], id = 'c0'): ToolCall => ({ id, name, input });
  const toolTexts = (said: readonly Said[]) =>
    said.filter(({ role }) => role === 'tool').map(({ text }) => text);

  it('stops for an approval, and repeats neither the thought nor the tool beside it', async () => {
    const log: string[] = [];
    let thoughts = 0;
    const think = (said: readonly Said[]) => {
      thoughts += 1;
      const told = toolTexts(said);
      if (told.length > 0) return { text: `done ${told.join()}` };
      return { calls: [call('lookup', { id: 1 }, 'c0'), call('refund', { id: 1, usd: 90 }, 'c1')] };
    };
    const lookup = tool('lookup', {
      description: 'd',
      input: z.object({ id: z.number() }),
      effects: 'none',
      run: ({ id }) => {
        log.push('lookup');
        return { id };
      },
    });
    const refund = tool('refund', {
      description: 'd',
      input: z.object({ id: z.number(), usd: z.number() }),
      effects: 'non_idempotent',
      run: () => {
        log.push('refund');
        return 'ok';
      },
    });
    const agent = testAgent('support', {
      model: { ...nano, think },
      instructions: 'i',
      tools: [lookup, refund],
    });
    const journal = createMemoryJournal();
    const go = () => runBlock(agent, 'refund order 1', { ...plain(), journal });
    const error = failed(await go());
    expect(error.reason).toBe('approval_required');
    expect(error.details.show).toEqual({ tool: 'refund', input: { id: 1, usd: 90 } });
    expect(log).toEqual(['lookup']);
    expect(thoughts).toBe(1);
    journal.answer(String(error.details.path), { approved: true, by: 'ann' });
    expect(getData(await go())).toMatch(/^done/);
    expect(log).toEqual(['lookup', 'refund']);
    expect(thoughts).toBe(2);
  });

  it('lets no agent below get round the gate, and goes on at the right depth', async () => {
    let ran = 0;
    const deploy = tool('deploy', {
      description: '',
      input: z.object({}),
      effects: 'non_idempotent',
      run: () => {
        ran += 1;
        return 'up';
      },
    });
    const developer = testAgent('developer', {
      model: {
        ...nano,
        think: (said) => (toolTexts(said).length > 0 ? { text: 'shipped' } : { calls: [call('deploy', {})] }),
      },
      instructions: 'build',
      tools: [deploy],
    });
    const manager = testAgent('manager', {
      model: {
        ...nano,
        think: (said) => {
          const told = toolTexts(said);
          return told.length > 0
            ? { text: `all done: ${told.at(-1)}` }
            : { calls: [call('ask_developer', { task: 'ship it' })] };
        },
      },
      instructions: 'plan',
      tools: [delegate(developer, z.object({ task: z.string() }))],
    });
    const journal = createMemoryJournal();
    const error = failed(await runBlock(manager, 'goal', { ...plain(), journal }));
    expect(error.errorType).toBe('suspended');
    expect(ran).toBe(0);
    expect(error.details.path).toBe(inRun('step[1]:c0/run/agent/step[1]:c0/approval'));
    journal.answer(String(error.details.path), { approved: true, by: 'x' });
    expect(getData(await runBlock(manager, 'goal', { ...plain(), journal }))).toMatch(/shipped/);
    expect(ran).toBe(1);
  });

  it('tells the model of input that does not fit; cap and budget hold', async () => {
    const lookup = tool('lookup', {
      description: '',
      input: z.object({ id: z.number() }),
      effects: 'none',
      run: () => 1,
    });
    const agent = (
      think: (said: readonly Said[]) => { text?: string; calls?: ToolCall[] },
      maxSteps: number,
    ) => testAgent('a', { model: { ...nano, think }, instructions: '', tools: [lookup], maxSteps });
    const wrong = agent((said) => {
      const told = toolTexts(said);
      return told.length > 0 ? { text: told.at(-1) ?? '' } : { calls: [call('lookup', { id: 'NaN' })] };
    }, 10);
    expect(getData(await runBlock(wrong, 'x', plain()))).toMatch(/invalid input/);
    let thoughts = 0;
    const forever = () => {
      thoughts += 1;
      return { calls: [call('lookup', { id: 1 })] };
    };
    expect(failed(await runBlock(agent(forever, 3), 'x', plain())).reason).toBe('max_steps_exceeded');
    expect(thoughts).toBe(3);
    thoughts = 0;
    const budget = { dollars: '0.0145', preflight: 'off' } as const;
    const poor = await runBlock(agent(forever, 100), 'x', { ...plain(), budget });
    expect(failed(poor).reason).toBe('budget_exceeded');
    expect(thoughts).toBe(5);
  });
});
