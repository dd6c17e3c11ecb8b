// Rules of errors and privacy: S1 to S3, and what of prompts, keys and answers may appear where.
import { BlockError, fail, KeelsonError, map, retry, seq, step } from '@keelson/core';
import { describe, expect, it } from 'vitest';
import { createLog } from '../observability/index.ts';
import { failed, testEnvironment, withModel } from './__fixtures__/index.ts';
import { createEnvironment, prompt, runBlock } from './index.ts';

const secret = 'sk-live-4242';

/** Whatever a careless block, library or provider may throw. */
const thrown: [string, () => unknown][] = [
  ['an error with causes', () => new Error(`Bearer ${secret}`, { cause: new Error(secret) })],
  ['text', () => `Authorization: ${secret}`],
  ['an object', () => ({ message: secret, prompt: secret })],
  ['nothing', () => undefined],
  ['a class whose name is a message', () => new (class extends Error {})(secret)],
  ['an object without a class', () => Object.create(null)],
  ['a name that was written over', () => Object.assign(new Error(secret), { name: secret, stack: secret })],
  ['a failure whose reason is a message', () => fail('tool', `the key ${secret} is wrong`)],
  [
    'a failure with an error among its details',
    () => fail('tool', 'e', { error: new Error(secret) } as never),
  ],
  [
    'an object that throws when it is looked at',
    () =>
      Object.create({
        get constructor() {
          throw new Error(secret);
        },
      }),
  ],
];

describe('S1: what leaves a block is what is allowed', () => {
  it.each(thrown)('of %s, no text', async (_, make) => {
    const lines: string[] = [];
    const log = createLog({ level: 'debug', write: (line) => lines.push(line) });
    const environment = { ...testEnvironment(), log };
    const block = seq(
      's',
      step('leaf', () => {
        throw make();
      }),
    );
    const response = await runBlock(block, { prompt: secret }, { environment });
    const { reason, errorType } = failed(response);
    expect(reason).toMatch(/^[a-z_]+$/);
    expect(errorType).toMatch(/^(internal|tool)$/);
    expect(JSON.stringify(response)).not.toContain(secret);
    expect(lines.join('')).not.toContain(secret);
  });

  it('of our own errors, the typed facts and nothing of the provider’s text', async () => {
    const error = new KeelsonError('rate_limited', `slow down, ${secret}`, {
      details: { providerStatus: 429, providerRequestId: 'req_1', model: 'gpt-5', retryAfterMs: 20 },
    });
    const { environment } = withModel([error]);
    expect(failed(await runBlock(prompt('p', { model: 'm' }), 'x', { environment }))).toEqual({
      reason: 'rate_limit_error',
      errorType: 'llm.rate_limit',
      effect: 'not_started',
      retryAfterMs: 20,
      details: { code: 'rate_limited', model: 'gpt-5', providerStatus: 429, providerRequestId: 'req_1' },
    });
  });

  it.each([
    ['provider_authentication_failed', 'api_key_error', 'llm.auth'],
    ['context_too_long', 'context_length_error', 'llm.context_length'],
    ['content_blocked', 'content_refused', 'llm.refusal'],
    ['provider_timeout', 'llm_timeout', 'llm.timeout'],
    ['provider_error', 'llm_execution_failed', 'llm.error'],
    ['budget_exhausted', 'budget_exceeded', 'budget'],
    ['unpriced_model', 'budget_unpriced', 'budget'],
    ['internal_error', 'internal_error', 'internal'],
  ] as const)('says of %s that it is %s', async (code, reason, errorType) => {
    const { environment } = withModel([new KeelsonError(code, secret)]);
    expect(failed(await runBlock(prompt('p', { model: 'm' }), 'x', { environment }))).toMatchObject({
      reason,
      errorType,
    });
  });

  it('never repeats prompts or answers in a failure', async () => {
    const { environment } = withModel([`{"kind": "${secret}"}`]);
    const output = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => ({ issues: [{ message: secret, path: ['kind'], code: 'enum' }] }),
      },
    } as const;
    const response = await runBlock(prompt('p', { model: 'm', output, system: secret }), `say ${secret}`, {
      environment,
    });
    expect(failed(response).details).toEqual({ tries: 3, issues: [{ path: 'kind', rule: 'enum' }] });
    expect(JSON.stringify(response)).not.toContain(secret);
  });
});

describe('S2: caps', () => {
  it('hold for items, depth and characters', async () => {
    const details = {
      long: 'x'.repeat(5000),
      list: Array.from({ length: 100 }, (_, index) => index),
      deep: { a: { b: { c: 1 } } },
      ...Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, index])),
    };
    const block = step('s', () => {
      throw new BlockError({
        reason: 'e',
        errorType: 'tool',
        details,
        cause: { reason: 'root', errorType: 'tool', effect: 'unknown', details },
      });
    });
    const { details: capped, cause } = failed(await runBlock(block, 1, { environment: testEnvironment() }));
    for (const one of [capped, cause?.details ?? {}]) {
      expect(Object.keys(one)).toHaveLength(25);
      expect(one.long).toHaveLength(200);
      expect(one.list).toHaveLength(25);
      expect(one.deep).toEqual({ a: {} });
    }
  });
});

describe('S3: the whole text', () => {
  it('goes only to a sink that the host gave', async () => {
    const heard: unknown[] = [];
    const environment = createEnvironment({
      debugSink: (error, { block }) => heard.push([(error as Error).message, block]),
    });
    const block = step('s', () => {
      throw new Error(secret);
    });
    expect(JSON.stringify(await runBlock(block, 1, { environment }))).not.toContain(secret);
    expect(heard).toEqual([[secret, 's']]);
  });
});

describe('what is logged', () => {
  it('names the ids of an exception that nobody foresaw, and of a record that could not be written', async () => {
    const lines: Record<string, unknown>[] = [];
    const log = createLog({
      level: 'debug',
      write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
    });
    const stats = {
      findStats: () => undefined,
      record: () => {
        throw new Error('disk full');
      },
    };
    const block = step(
      'odd',
      () => {
        throw new TypeError('x');
      },
      { effects: 'none' },
    );
    const { metadata } = await runBlock(block.recover(retry({ maxAttempts: 2 })), 1, {
      environment: createEnvironment({ log, stats }),
    });
    const { traceId, executionId, block: name, node } = metadata;
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line).toMatchObject({ traceId, executionId, block: name, node });
    expect(lines.filter(({ event }) => event === 'stats_record_failed')).toHaveLength(2);
    expect(new Set(lines.map(({ spanId }) => spanId)).size).toBe(2);
    const good = await runBlock(
      map('m', (n: number) => n),
      1,
      { environment: createEnvironment({ log, stats }) },
    );
    expect(good.success).toBe(true);
  });
});
