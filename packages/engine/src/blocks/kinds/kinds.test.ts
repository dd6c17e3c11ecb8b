// The built-in kinds: what a prompt takes and gives, what a tool's gate lets through, what a request proves of its effect.
import {
  all,
  getData,
  type HttpAnswer,
  KeelsonError,
  type OutputOf,
  type PayloadOf,
  retry,
  type SendHttp,
  seq,
  step,
} from '@keelson/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { failed, testEnvironment, withModel } from '../__fixtures__/index.ts';
import { estimateRun, http, prompt, runBlock, streamBlock, tool } from '../index.ts';

const plain = () => ({ environment: testEnvironment() });

describe('prompts', () => {
  const Person = z.object({ name: z.string(), age: z.number().int() });

  it.each([
    7,
    null,
    { text: 'x' },
    ['x'],
    undefined,
  ])('without a template take text and nothing else: %j', async (payload) => {
    const { environment, model } = withModel(['x']);
    const error = failed(
      await runBlock(prompt('p', { model: 'm' }), payload as unknown as string, { environment }),
    );
    expect(error).toMatchObject({ reason: 'invalid_payload', errorType: 'input', effect: 'not_started' });
    expect(model.calls).toHaveLength(0);
  });

  it('have the types of their template and their schema', () => {
    const { model } = { model: 'm' };
    const bare = prompt('p', { model });
    expectTypeOf<PayloadOf<typeof bare>>().toEqualTypeOf<string>();
    expectTypeOf<OutputOf<typeof bare>>().toEqualTypeOf<string>();
    const typed = prompt('p', { model, output: Person });
    expectTypeOf<PayloadOf<typeof typed>>().toEqualTypeOf<string>();
    expectTypeOf<OutputOf<typeof typed>>().toEqualTypeOf<z.infer<typeof Person>>();
    const filled = prompt('p', { model, template: (ticket: { id: number }) => `${ticket.id}` });
    expectTypeOf<PayloadOf<typeof filled>>().toEqualTypeOf<{ id: number }>();
    expectTypeOf<OutputOf<typeof filled>>().toEqualTypeOf<string>();
    const both = prompt('p', { model, template: (ticket: { id: number }) => `${ticket.id}`, output: Person });
    const chain = seq(
      's',
      both,
      step('age', ({ age }: { age: number }) => age),
    );
    expectTypeOf<PayloadOf<typeof chain>>().toEqualTypeOf<{ id: number }>();
    expectTypeOf<OutputOf<typeof chain>>().toEqualTypeOf<number>();
    // @ts-expect-error the answer is a person, and a person is no text.
    expect(seq('wrong', typed, bare).kind).toBe('seq');
    // @ts-expect-error a template makes text.
    expect(prompt('p', { model, template: (id: number) => id }).kind).toBe('prompt');
    // @ts-expect-error without a template, text and nothing else is taken.
    expect(runBlock(bare, { text: 'x' }, plain())).toBeInstanceOf(Promise);
  });

  it('send what they render, with system, schema, bounds and the ids of the attempt', async () => {
    const { environment, model } = withModel(['{"name":"Ann","age":5}']);
    const ask = prompt('p', { model: 'fast', system: 'Be short.', output: Person, maxOutputTokens: 77 });
    const response = await runBlock(ask, 'Who?', { environment });
    expectTypeOf(getData(response)).toEqualTypeOf<z.infer<typeof Person>>();
    const [call] = model.calls;
    expect(call).toMatchObject({
      alias: 'fast',
      prompt: 'Who?',
      system: 'Be short.',
      maxOutputTokens: 77,
      temperature: 0,
    });
    expect(call?.jsonSchema).toMatchObject({ type: 'object', required: ['name', 'age'] });
    expect(call?.metadata.spanId).toBe(response.metadata.spanId);
    expect(response.metadata).toMatchObject({
      'llm.callId': 'call-1',
      'cost.nanoDollars': 1_000_000,
      'cost.calls': 1,
    });
  });

  it.each([
    ['fences and prose', 'Sure! ```json\n{"name": "Ann", "age": 5}\n``` Anything else?'],
    ['single quotes and a stray comma', "{'name': 'Ann', 'age': 5,}"],
    ['a number as text', '{"name":"Ann","age":"5"}'],
    ['a cut tail', '{"age":5,"name":"Ann"'],
  ])('mend %s without asking again', async (_, answer) => {
    const { environment, model } = withModel([answer]);
    expect(
      getData(await runBlock(prompt('p', { model: 'm', output: Person }), 'x', { environment })),
    ).toEqual({ name: 'Ann', age: 5 });
    expect(model.calls).toHaveLength(1);
  });

  it('ask again with what was wrong, as often as they may, and no more', async () => {
    const { environment, model } = withModel([
      'no',
      '{"name":7}',
      '{"name":"Ann","age":5.5}',
      '{"name":"Ann","age":5}',
    ]);
    const ask = (outputRetries: number) => prompt('p', { model: 'm', output: Person, outputRetries });
    const error = failed(await runBlock(ask(2), 'Who?', { environment }));
    expect(error).toMatchObject({ reason: 'schema_error', errorType: 'output', details: { tries: 3 } });
    expect(model.calls.map(({ prompt: text }) => text.startsWith('Who?'))).toEqual([true, true, true]);
    expect(model.calls[1]?.prompt).toContain('no JSON document');
    expect(model.calls[2]?.prompt).toMatch(/name: .*string/);
    expect(failed(await runBlock(ask(0), 'Who?', { ...withModel(['no']) })).details.tries).toBe(1);
  });

  it('never cost more than their worst case, however long what is sent back', async () => {
    const { environment } = withModel([`{"name": ${JSON.stringify('x'.repeat(9000))}}`], {
      input: 1000,
      output: 2000,
      spends: null,
    });
    const ask = prompt('p', { model: 'm', output: Person, maxOutputTokens: 100 });
    const { nanoDollars } = estimateRun(ask, 'Who?', environment);
    const dollars = String((nanoDollars.max ?? 0) / 1e9);
    // Every answer counts as its worst case here: the whole run still fits what was estimated.
    const response = await runBlock(ask, 'Who?', { environment, budget: { dollars, preflight: 'max' } });
    expect(failed(response).reason).toBe('schema_error');
  });

  it('refuse what is too long before it is sent, and know no worst case without a bound', async () => {
    const { environment, model } = withModel(['x']);
    const bounded = prompt('p', { model: 'm', maxInputBytes: 10 });
    expect(failed(await runBlock(bounded, 'x'.repeat(11), { environment }))).toMatchObject({
      reason: 'invalid_payload',
      details: { bytes: 11, maxInputBytes: 10 },
    });
    expect(model.calls).toHaveLength(0);
    const later = (block: typeof bounded) =>
      estimateRun(
        seq(
          's',
          step('a', (t: string) => t),
          block,
        ),
        'x',
        environment,
      );
    expect(later(bounded).nanoDollars.max).toBeGreaterThan(0);
    const unbounded = later(prompt('p', { model: 'm' }));
    expect(unbounded.nanoDollars.max).toBeNull();
    expect(unbounded.components?.p?.notes).toContain('input_size_unknown');
  });

  it('count nothing for a call that was refused, and the worst for one that broke off', async () => {
    const limited = withModel([new KeelsonError('rate_limited', 'x')]);
    const ask = prompt('p', { model: 'm' });
    const refused = await runBlock(ask, 'x', { environment: limited.environment });
    expect(refused.metadata['cost.nanoDollars']).toBeUndefined();
    const broken = withModel([new KeelsonError('stream_interrupted', 'x')]);
    const lost = await runBlock(ask, 'x', { environment: broken.environment });
    expect(lost.metadata['cost.nanoDollars']).toBeNull();
    expect(failed(lost).effect).toBe('unknown');
    expect(failed(await runBlock(ask, 'x', plain())).reason).toBe('model_unavailable');
  });
});

describe('tools', () => {
  const input = z.object({ usd: z.number().positive() });
  const made = (gate?: (input: { usd: number }) => 'auto' | 'ask' | 'deny') => {
    const paid: number[] = [];
    const run = ({ usd }: { usd: number }) => {
      paid.push(usd);
      return { paid: usd };
    };
    const settings = { description: 'Pays.', input, effects: 'non_idempotent' as const, run };
    return { paid, refund: tool('refund', gate === undefined ? settings : { ...settings, gate }) };
  };

  it('check their input first, and ask for what must not happen twice', async () => {
    const { refund, paid } = made();
    const wrong = failed(await runBlock(refund.block, { usd: -1 }, plain()));
    expect(wrong).toMatchObject({ reason: 'invalid_payload', effect: 'not_started' });
    expect(wrong.details.issues).toEqual([{ path: 'usd', rule: 'too_small' }]);
    expect(failed(await runBlock(refund.block, { usd: 5 }, plain())).reason).toBe('approval_required');
    expect(paid).toEqual([]);
  });

  it('go by their gate, which sees the checked input', async () => {
    const { refund, paid } = made(({ usd }) => (usd > 100 ? 'deny' : 'auto'));
    expect(failed(await runBlock(refund.block, { usd: 500 }, plain()))).toMatchObject({
      reason: 'denied_by_policy',
      errorType: 'denied',
    });
    expect(getData(await runBlock(refund.block, { usd: 5 }, plain()))).toEqual({ paid: 5 });
    expect(paid).toEqual([5]);
  });
});

describe('requests', () => {
  const answering = (answers: readonly HttpAnswer[]) => {
    const sent: Parameters<SendHttp>[0][] = [];
    const sendHttp: SendHttp = async (question) => {
      sent.push(question);
      return answers[Math.min(sent.length, answers.length) - 1] as HttpAnswer;
    };
    return { sent, environment: testEnvironment({ sendHttp }) };
  };
  const post = http('post', {
    method: 'POST',
    request: (order: { id: string }) => ({ url: 'https://shop.example.com/pay', body: order }),
  });
  const ok: HttpAnswer = { outcome: 'answered', status: 200, text: '{"ok":true}' };

  it('have the effects of their method unless it is said otherwise', () => {
    const effects = (['GET', 'HEAD', 'PUT', 'DELETE', 'POST', 'PATCH'] as const).map(
      (method) => http('x', { method, request: () => ({ url: 'https://x.example.com' }) }).effects,
    );
    expect(effects).toEqual(['none', 'none', 'idempotent', 'idempotent', 'non_idempotent', 'non_idempotent']);
    expect(
      http('x', { method: 'POST', effects: 'idempotent', request: () => ({ url: 'https://x.example.com' }) })
        .effects,
    ).toBe('idempotent');
  });

  it('send JSON within the trace of the run, and read what comes back', async () => {
    const { environment, sent } = answering([ok]);
    const response = await runBlock(post, { id: '7' }, { environment });
    expect(getData(response)).toEqual({ ok: true });
    const { traceId, spanId } = response.metadata;
    expect(sent[0]).toMatchObject({
      method: 'POST',
      body: '{"id":"7"}',
      headers: { traceparent: `00-${traceId}-${spanId}-01` },
    });
    expect(getData(await runBlock(post, { id: '7' }, answering([{ ...ok, text: 'plain' }])))).toBe('plain');
  });

  it.each([
    ['denied', { outcome: 'denied', why: 'inside_address' }, 'http_denied', 2],
    ['unreachable', { outcome: 'unreachable' }, 'http_unreachable', 2],
    ['rate limited', { outcome: 'rate_limited', status: 429, retryAfterMs: 50 }, 'http_rate_limited', 2],
    ['refused', { outcome: 'refused', status: 400 }, 'http_refused', 2],
    ['failed', { outcome: 'failed', status: 500 }, 'http_failed', 1],
    ['interrupted', { outcome: 'interrupted' }, 'http_interrupted', 1],
  ] as const)('that were %s are retried only where that is safe', async (_, answer, reason, attempts) => {
    const { environment, sent } = answering([answer]);
    const error = failed(
      await runBlock(post.recover(retry({ maxAttempts: 2 })), { id: '7' }, { environment }),
    );
    expect(sent).toHaveLength(attempts);
    expect(attempts === 1 ? error.cause?.reason : error.reason).toBe(reason);
    expect(error.reason === 'unsafe_to_retry').toBe(attempts === 1);
  });

  it('are not sent where the address is none', async () => {
    const { environment, sent } = answering([ok]);
    const odd = http('odd', { method: 'GET', request: () => ({ url: 'no address' }) });
    expect(failed(await runBlock(odd, {}, { environment }))).toMatchObject({
      reason: 'invalid_payload',
      effect: 'not_started',
    });
    expect(sent).toEqual([]);
  });

  it('may carry a key that is the same for every attempt of a visit, and need somebody to send them', async () => {
    const keyed = http('pay', {
      method: 'POST',
      effects: 'idempotent',
      idempotencyHeader: 'idempotency-key',
      request: () => ({ url: 'https://shop.example.com/pay' }),
    });
    const { environment, sent } = answering([{ outcome: 'failed', status: 500 }, ok]);
    expect((await runBlock(keyed.recover(retry()), {}, { environment })).success).toBe(true);
    const keys = sent.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/.root$/);
    expect(failed(await runBlock(keyed, {}, plain())).reason).toBe('http_unavailable');
  });
});

describe('streams of events', () => {
  it('tell every attempt, every recovery and every piece of text in order, and nothing of what was said', async () => {
    const { environment, model } = withModel(['hello']);
    const callModel: typeof model.callModel = async (call) => {
      for (const piece of ['hel', 'lo']) call.onText?.(piece);
      return model.callModel(call);
    };
    let runs = 0;
    const flaky = step(
      'flaky',
      (text: string) => {
        runs += 1;
        if (runs === 1) throw new Error('x');
        return text;
      },
      { effects: 'none' },
    ).recover(retry());
    const run = streamBlock(seq('s', prompt('ask', { model: 'm' }), flaky), 'secret', {
      environment: { ...environment, callModel },
    });
    const told: string[] = [];
    const texts: string[] = [];
    for await (const event of run) {
      if (event.type === 'text-delta') texts.push(event.delta);
      told.push(`${event.type} ${event.path.split('/').at(-1)}`);
      expect(JSON.stringify(event)).not.toContain('secret');
    }
    expect(told).toEqual([
      'attempt-start root',
      'attempt-start ask',
      'text-delta ask',
      'text-delta ask',
      'attempt-end ask',
      'attempt-start flaky',
      'attempt-end flaky',
      'recovery-start flaky',
      'attempt-start flaky',
      'attempt-end flaky',
      'recovery-end flaky',
      'attempt-end root',
    ]);
    expect(texts.join('')).toBe('hello');
    expect(getData(await run.response)).toBe('hello');
  });

  it('have models stream only where text is heard at the moment', async () => {
    const { environment, model } = withModel(['a', 'b', 'c', 'd']);
    const heard: boolean[] = [];
    const callModel: typeof model.callModel = (call) => {
      heard.push(call.onText !== undefined);
      return model.callModel(call);
    };
    const ask = prompt('ask', { model: 'm' });
    const run = (settings: object) =>
      runBlock(ask, 'x', { environment: { ...environment, callModel }, ...settings });
    const onEvent = () => {};
    await run({});
    await run({ onEvent });
    await run({ onEvent, hearsText: () => false });
    await run({ onEvent, hearsText: () => true });
    expect(heard).toEqual([false, true, false, true]);
  });

  it('end the run of whoever stops listening, and survive a listener that throws', async () => {
    const slow = step(
      'slow',
      (_: number, scope) =>
        new Promise<number>((_resolve, reject) => {
          scope.signal.addEventListener('abort', () => reject(new Error('x')));
        }),
      { effects: 'none' },
    );
    const run = streamBlock(all('a', { slow }), 1, plain());
    for await (const event of run) if (event.path.endsWith('slow')) break;
    expect(failed(await run.response).errorType).toBe('cancelled');
    const loud = await runBlock(
      step('s', (n: number) => n),
      1,
      {
        ...plain(),
        onEvent: () => {
          throw new Error('x');
        },
      },
    );
    expect(loud.success).toBe(true);
  });
});
