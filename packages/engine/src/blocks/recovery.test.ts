// Rules of recovery: R1 to R8, and the defects of earlier work that they answer.
import {
  type AnyBlock,
  all,
  BlockError,
  branch,
  bubble,
  debug,
  type Effects,
  each,
  fail,
  fallback,
  flow,
  getData,
  graph,
  loop,
  map,
  type Policy,
  race,
  repair,
  retry,
  seq,
  step,
} from '@keelson/core';
import { describe, expect, it } from 'vitest';
import { failed, handClock, testEnvironment, withModel } from './__fixtures__/index.ts';
import { approve, createEnvironment, prompt, runBlock } from './index.ts';

const plain = () => ({ environment: testEnvironment() });

/** Fails with these, one after the other, then succeeds. */
function failing(
  failures: readonly ReturnType<typeof fail>[],
  { effects = 'none' as Effects, recovery = [] as Policy[] } = {},
) {
  const payloads: unknown[] = [];
  const block = step(
    'failing',
    (payload: unknown) => {
      payloads.push(payload);
      const failure = failures[payloads.length - 1];
      if (failure !== undefined) throw failure;
      return 'done';
    },
    { effects, recovery },
  );
  return { block, payloads };
}
const tool = (reason = 'e') => fail('tool', reason);
const many = (count: number) => Array.from({ length: count }, () => tool());

describe('R1: attempts are counted once, the first among them', () => {
  it('never tries again with one attempt', async () => {
    const { block, payloads } = failing(many(9), { recovery: [retry({ maxAttempts: 1 })] });
    expect((await runBlock(block, 0, plain())).metadata.attempt).toBe(1);
    expect(payloads).toHaveLength(1);
  });

  it('counts repairs and debug runs too', async () => {
    const recovery = [
      repair<number>(({ payload }) => payload + 1),
      debug<number>(() => ({ payload: 10 })),
      retry({ maxAttempts: 4 }),
    ];
    const { block, payloads } = failing(many(9), { recovery });
    expect((await runBlock(block, 0, plain())).metadata.attempt).toBe(4);
    expect(payloads).toEqual([0, 1, 10, 10]);
  });

  it('begins anew at every visit of a node', async () => {
    const { block, payloads } = failing([tool(), tool()], { recovery: [retry({ maxAttempts: 2 })] });
    const first = await runBlock(block, 0, plain());
    const second = await runBlock(block, 0, plain());
    expect([first.success, second.success]).toEqual([false, true]);
    expect(second.metadata.attempt).toBe(1);
    expect(payloads).toHaveLength(3);
  });
});

describe('R2: policies in their order', () => {
  it('matches the failure that is there now, by prefix too, and never goes back', async () => {
    const recovery = [
      retry({ maxAttempts: 2, on: ['llm.*'] }),
      repair<number>(({ payload }) => payload + 1, { on: ['output'] }),
    ];
    const failures = [fail('llm.timeout', 'a'), fail('output', 'b'), fail('llm.timeout', 'c'), tool('never')];
    const { block, payloads } = failing(failures, { recovery });
    const error = failed(await runBlock(block, 0, plain()));
    expect(error.reason).toBe('c');
    expect(payloads).toEqual([0, 0, 1]);
  });

  it('skips what is not meant, stops at a success and at a bubble, and bubbles by itself', async () => {
    const skipped = failing([tool()], { recovery: [retry({ on: ['input'] })] });
    expect((await runBlock(skipped.block, 0, plain())).success).toBe(false);
    const stopped = failing([tool()], { recovery: [bubble({ on: ['tool'] }), retry()] });
    expect((await runBlock(stopped.block, 0, plain())).success).toBe(false);
    const bare = failing([tool()]);
    expect((await runBlock(bare.block, 0, plain())).success).toBe(false);
    const cured = failing([tool()], { recovery: [repair<number>(() => 5), debug(() => ({ payload: 6 }))] });
    expect(getData(await runBlock(cured.block, 0, plain()))).toBe('done');
    expect(cured.payloads).toEqual([0, 5]);
  });

  it('goes by the type and never by the reason', async () => {
    const { block } = failing([fail('input', 'tool')], { recovery: [retry({ on: ['tool'] })] });
    expect((await runBlock(block, 0, plain())).success).toBe(false);
  });

  it('falls back to another model, and counts it under that name', async () => {
    const { environment, model } = withModel([fail('llm.timeout', 'llm_timeout'), 'fine']);
    const ask = prompt('p', { model: 'fast', recovery: [fallback('deep', { on: ['llm.timeout'] })] });
    expect(getData(await runBlock(ask, 'x', { environment }))).toBe('fine');
    expect(model.calls.map(({ alias }) => alias)).toEqual(['fast', 'deep']);
    expect(environment.stats.findStats('p@1@fast')?.failed.ms.n).toBe(1);
    expect(environment.stats.findStats('p@1@deep')?.ok.ms.n).toBe(1);
    expect(() => map('m', (n: number) => n).recover(fallback('deep'))).toThrow(/names none/);
  });

  it('refuses two retries of one kind of failure, of which the second would do nothing', () => {
    const { block } = failing([]);
    expect(() => block.recover(retry({ on: ['llm.*'] }), retry({ on: ['llm.timeout'] }))).toThrow(
      /earlier one retries/,
    );
    expect(() => block.recover(retry(), retry({ on: ['tool'] }))).toThrow(/earlier one retries/);
    expect(block.recover(retry({ on: ['llm.*'] }), retry({ on: ['tool'] })).recovery).toHaveLength(2);
    expect(() => block.recover(retry({ maxAttempts: 0 }))).toThrow(/at least 1/);
    expect(() => block.recover({ kind: 'pray' } as unknown as Policy)).toThrow(/no kind that is known/);
  });
});

describe('R3: delays', () => {
  it('are the longer of what is asked for and what grows, shortened by chance', async () => {
    const environment = createEnvironment({
      ...testEnvironment(),
      random: { ...testEnvironment().random, float: () => 0.5 },
    });
    const slept: number[] = [];
    const clock = { ...environment.clock, sleep: async (ms: number) => void slept.push(ms) };
    const asked = fail('tool', 'e');
    const waiting = Object.assign(fail('tool', 'e'), { failure: { ...asked.failure, retryAfterMs: 900 } });
    const { block } = failing([tool(), waiting, tool()], {
      recovery: [retry({ maxAttempts: 4, delayMs: 100 })],
    });
    await runBlock(block, 0, { environment: { ...environment, clock } });
    expect(slept).toEqual([50, 900, 200]);
  });

  it('never begin what would end after the deadline: the last failure is the answer', async () => {
    const environment = testEnvironment();
    const { block, payloads } = failing(many(9), {
      recovery: [retry({ maxAttempts: 9, delayMs: 400, jitter: false })],
    });
    const outer = step('outer', async (n: number, scope) => getData(await scope.call('in', block, n)), {
      effects: 'none',
    });
    // The clock that waits for nobody would let the deadline ring at once.
    const clock = {
      ...environment.clock,
      sleep: async (ms: number, signal?: AbortSignal) =>
        ms === 1000 ? new Promise<void>(() => {}) : environment.clock.sleep(ms, signal),
    };
    const response = await runBlock(outer, 0, { environment: { ...environment, clock }, timeoutMs: 1000 });
    expect(failed(response).reason).toBe('e');
    expect(payloads).toHaveLength(2);
    expect(environment.clock.sleeps).toEqual([400]);
  });

  it('asked for by the host beyond the deadline end it at once, with what the host asked for', async () => {
    const environment = testEnvironment();
    // Of the deadline itself nobody hears here: only what is waited for between attempts counts.
    const clock = {
      ...environment.clock,
      sleep: async (ms: number, signal?: AbortSignal) =>
        ms === 1000 ? new Promise<void>(() => {}) : environment.clock.sleep(ms, signal),
    };
    const asking = (retryAfterMs: number) =>
      new BlockError({ reason: 'limited', errorType: 'tool', effect: 'not_started', retryAfterMs });
    const tried = async (retryAfterMs: number) => {
      const { block, payloads } = failing([asking(retryAfterMs)], { recovery: [retry({ delayMs: 5 })] });
      const flow = seq('s', block).within({ timeoutMs: 1000 });
      return { payloads, response: await runBlock(flow, 0, { environment: { ...environment, clock } }) };
    };
    const late = await tried(1000);
    expect(failed(late.response)).toMatchObject({ reason: 'limited', retryAfterMs: 1000 });
    expect(late.payloads).toHaveLength(1);
    expect(environment.clock.sleeps).toEqual([]);
    const soon = await tried(999);
    expect(soon.response.success).toBe(true);
    expect(environment.clock.sleeps).toEqual([999]);
  });

  it('are none where there is none, however much they would have grown', async () => {
    const environment = testEnvironment();
    const { block, payloads } = failing(many(4), {
      recovery: [retry({ maxAttempts: 5, delayMs: 0, factor: 1e300 })],
    });
    expect((await runBlock(block, 0, { environment })).success).toBe(true);
    expect(payloads).toHaveLength(5);
    expect(environment.clock.sleeps).toEqual([]);
  });

  it('wait longer than a timer of the system can', async () => {
    const environment = testEnvironment();
    const month = 31 * 24 * 3600 * 1000;
    const { block } = failing([tool()], { recovery: [retry({ delayMs: month, jitter: false })] });
    expect((await runBlock(block, 0, { environment })).success).toBe(true);
    expect(Math.max(...environment.clock.sleeps)).toBeLessThan(2 ** 31);
    expect(environment.clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBe(month);
  });

  it('end when the run is cancelled meanwhile, and the failure before is the cause', async () => {
    const clock = handClock();
    const controller = new AbortController();
    const { block, payloads } = failing(many(3), { recovery: [retry({ delayMs: 1000, jitter: false })] });
    const running = runBlock(block, 0, {
      environment: createEnvironment({ clock }),
      signal: controller.signal,
    });
    await clock.advance(10);
    controller.abort();
    const error = failed(await running);
    expect(error).toMatchObject({ reason: 'cancelled', errorType: 'cancelled', cause: { reason: 'e' } });
    expect(payloads).toHaveLength(1);
  });
});

describe('R4: what may have happened is not repeated', () => {
  const lost = () => fail('tool', 'answer_lost', { status: 504 });
  const policies: [string, Policy][] = [
    ['retry', retry()],
    ['repair', repair<number>(({ payload }) => payload)],
  ];

  it.each(policies)('refuses to %s, and keeps the cause whole', async (kind, policy) => {
    const { block, payloads } = failing([lost()], { effects: 'non_idempotent', recovery: [policy] });
    const error = failed(await runBlock(block, 0, plain()));
    expect(payloads).toHaveLength(1);
    expect(error).toEqual({
      reason: 'unsafe_to_retry',
      errorType: 'tool',
      effect: 'unknown',
      details: { sideEffectClass: 'non_idempotent', policy: kind },
      cause: { reason: 'answer_lost', errorType: 'tool', effect: 'unknown', details: { status: 504 } },
    });
  });

  it('takes a failure of which nobody says more for one that may have happened', async () => {
    const { block, payloads } = failing([tool()], { effects: 'non_idempotent', recovery: [retry()] });
    await runBlock(block, 0, plain());
    expect(payloads).toHaveLength(1);
  });

  it('retries even a payment when it is certain that nothing happened', async () => {
    const refused = [fail('tool', 'refused', {}, 'not_started'), fail('budget', 'x', {}, 'not_started')];
    const { block, payloads } = failing(refused.slice(0, 1), {
      effects: 'non_idempotent',
      recovery: [retry()],
    });
    expect((await runBlock(block, 0, plain())).success).toBe(true);
    expect(payloads).toHaveLength(2);
  });

  it('retries an idempotent block whatever happened', async () => {
    const { block } = failing([lost(), lost()], { effects: 'idempotent', recovery: [retry()] });
    expect((await runBlock(block, 0, plain())).success).toBe(true);
  });

  it('is said once, however deep blocks are nested, and whatever policies follow', async () => {
    const { block } = failing([lost()], {
      effects: 'non_idempotent',
      recovery: [retry(), repair<number>(() => 1)],
    });
    const nested = seq('a', seq('b', seq('c', block).recover(retry())).recover(repair(() => 1))).recover(
      retry(),
    );
    const error = failed(await runBlock(nested, 0, plain()));
    expect(error.reason).toBe('unsafe_to_retry');
    expect(error.cause?.reason).toBe('answer_lost');
    expect(error.cause?.cause).toBeUndefined();
  });

  it('remembers an attempt that may have happened, whatever later ones say', async () => {
    const recovery = [debug<number>(() => ({ payload: 1 })), retry({ maxAttempts: 9 })];
    const failures = [lost(), fail('tool', 'refused', {}, 'not_started')];
    const { block, payloads } = failing(failures, { effects: 'non_idempotent', recovery });
    expect(failed(await runBlock(block, 0, plain())).reason).toBe('unsafe_to_retry');
    expect(payloads).toHaveLength(2);
  });
});

describe('R5: a composite is what its children have begun', () => {
  const pay = (log: string[]) =>
    step('pay', (n: number) => {
      log.push('pay');
      return n;
    });

  it('does not repeat a payment because a later step was refused', async () => {
    const log: string[] = [];
    const refused = step(
      'refused',
      () => {
        throw fail('tool', 'refused', {}, 'not_started');
      },
      { effects: 'none' },
    );
    const error = failed(await runBlock(seq('s', pay(log), refused).recover(retry()), 1, plain()));
    expect(log).toEqual(['pay']);
    expect(error).toMatchObject({ reason: 'unsafe_to_retry', cause: { reason: 'refused', effect: 'done' } });
  });

  it('is tried again when the payment never began', async () => {
    const log: string[] = [];
    const { block } = failing([tool()]);
    const flow = seq(
      's',
      block,
      map('n', () => 1),
      pay(log),
    );
    expect(flow.effects).toBe('non_idempotent');
    expect((await runBlock(flow.recover(retry()), 1, plain())).success).toBe(true);
    expect(log).toEqual(['pay']);
  });

  it('holds for code that calls blocks, and for branches side by side', async () => {
    const log: string[] = [];
    const agent = step(
      'agent',
      async (n: number, scope) => {
        await scope.call('pay', pay(log), n);
        throw fail('tool', 'late', {}, 'not_started');
      },
      { effects: 'non_idempotent' },
    );
    expect(failed(await runBlock(agent.recover(retry()), 1, plain())).reason).toBe('unsafe_to_retry');
    const { block } = failing([fail('tool', 'refused', {}, 'not_started')]);
    const both = all('both', { pay: pay(log), other: block }).recover(retry());
    expect(failed(await runBlock(both, 1, plain())).reason).toBe('unsafe_to_retry');
    expect(log).toEqual(['pay', 'pay']);
  });
});

describe('R6: what is about the run is no failure to recover from', () => {
  it.each(['cancelled', 'suspended'])('leaves %s alone', async (errorType) => {
    const recovery = [retry(), repair<number>(() => 1), debug(() => ({ payload: 1 }))];
    const { block, payloads } = failing([fail(errorType, 'x')], { recovery });
    expect(failed(await runBlock(block, 0, plain())).errorType).toBe(errorType);
    expect(payloads).toHaveLength(1);
  });

  it('never retries a budget, but may go on more cheaply', async () => {
    const none = failing([fail('budget', 'budget_exceeded', {}, 'not_started')], { recovery: [retry()] });
    expect(failed(await runBlock(none.block, 0, plain())).errorType).toBe('budget');
    const cheaper = failing([fail('budget', 'budget_exceeded', {}, 'not_started')], {
      recovery: [repair<number>(() => 1)],
    });
    expect((await runBlock(cheaper.block, 0, plain())).success).toBe(true);
  });

  it('suspends at a breakpoint, and keeps the failure', async () => {
    const { block } = failing([tool('stuck')], { recovery: [debug(), retry()] });
    const error = failed(await runBlock(block, 0, plain()));
    expect(error).toMatchObject({
      reason: 'debug_breakpoint_hit',
      errorType: 'suspended',
      cause: { reason: 'stuck' },
    });
    expect(error.details).toEqual({ path: '/root' });
  });

  it('waits for a person without asking twice', async () => {
    const flow = seq('s', approve<number>('ok')).recover(retry({ maxAttempts: 5 }));
    expect(failed(await runBlock(flow, 1, plain())).reason).toBe('approval_required');
  });
});

describe('R7: repairs', () => {
  it.each([
    [
      'throws',
      () => {
        throw new TypeError('secret');
      },
      'TypeError',
    ],
    ['waits', async () => 1, 'Promise'],
  ])('that one %s is told, with the failure that it was to repair', async (_, fix, errorClass) => {
    const { block, payloads } = failing([fail('output', 'bad_json')], {
      recovery: [repair<unknown>(fix), bubble()],
    });
    const error = failed(await runBlock(block, 0, plain()));
    expect(error).toMatchObject({
      reason: 'repair_execution_failed',
      errorType: 'output',
      details: { errorClass },
    });
    expect(error.cause?.reason).toBe('bad_json');
    expect(JSON.stringify(error)).not.toContain('secret');
    expect(payloads).toHaveLength(1);
  });

  it('goes on with the next policy where a debug policy throws', async () => {
    const look = () => {
      throw new Error('secret');
    };
    const { block } = failing([tool()], { recovery: [debug(look), retry()] });
    expect((await runBlock(block, 0, plain())).success).toBe(true);
  });
});

describe('R8: layers of retries', () => {
  it('warns, when it is built, of a retry around what retries itself, and names it in every flow', () => {
    const ask = prompt('triage', { model: 'fast' });
    expect(ask.recover(retry({ on: ['tool', 'llm.rate_limit'] })).warnings).toHaveLength(1);
    expect(ask.recover(retry()).warnings).toHaveLength(1);
    expect(ask.recover(retry({ on: ['tool'] })).warnings).toEqual([]);
    expect(seq('s', ask.recover(retry({ on: ['output'] }))).warnings).toEqual([
      {
        block: 'triage',
        says: '`triage` deals with `llm.*` and `output` itself; name what a retry around it is for in `on`.',
      },
    ]);
    expect(race('r', { a: ask, b: ask.recover(retry()) }).warnings).toHaveLength(1);
  });

  it('warns of a retry around anything that holds what retries itself, however deep', () => {
    const ask = prompt('triage', { model: 'fast' });
    const code = map('code', (text: string) => text);
    const holding = [
      seq('s', code, ask),
      all('a', { ask, code }),
      race('r', { ask }),
      branch('b', [{ name: 'c', when: () => true, block: ask }], code),
      loop('l', ask, { until: () => true, max: 2 }),
      each('e', ask),
      flow('f', ask),
      graph('g', { entry: 'code', nodes: { code, ask }, edges: { code: 'ask' } }),
      seq('outer', seq('middle', seq('inner', ask))),
    ] as AnyBlock[];
    for (const block of holding) {
      expect(block.warnings, block.name).toEqual([]);
      expect(block.recover(retry({ on: ['llm.rate_limit'] })).warnings, block.name).toEqual([
        {
          block: block.name,
          says: `\`${block.name}\` deals with \`llm.*\` and \`output\` itself; name what a retry around it is for in \`on\`.`,
        },
      ]);
      expect(block.recover(retry({ on: ['tool', 'condition'] })).warnings, block.name).toEqual([]);
    }
    // Each is told once, wherever it stands.
    const doubled = ask.recover(retry());
    const end = map('end', (_: unknown) => 1);
    const told = seq('x', all('y', { one: doubled, two: flow('z', doubled) }), end);
    expect(told.warnings).toHaveLength(1);
    expect(seq('s', code).recover(retry()).warnings).toEqual([]);
  });

  it('keeps answers that are asked for again inside one attempt, and counts them in its record', async () => {
    const { environment, model } = withModel(['none', 'none', 'none']);
    const output = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => ({ issues: [{ message: 'no', code: 'x' }] }),
      },
    } as const;
    const error = failed(await runBlock(prompt('p', { model: 'm', output }), 'x', { environment }));
    expect(error).toMatchObject({ reason: 'schema_error', errorType: 'output' });
    expect(error.details.tries).toBe(3);
    expect(model.calls).toHaveLength(3);
    const record = environment.stats.findStats('p@1@m');
    expect(record?.failed.ms.n).toBe(1);
    expect(record?.failed.calls.mean).toBe(3);
    expect(record?.failed.nanoDollars.mean).toBe(3_000_000);
  });
});
