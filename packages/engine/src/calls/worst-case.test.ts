// The most that a call can use: never less than what it really costs, whatever was asked for and whoever answers.
import {
  costOf,
  createRegistry,
  type DialectName,
  dialects,
  type Json,
  loadBundledRegistry,
  readWholeRegistryFile,
} from '@keelson/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Account, type BudgetDefinition, readBudget } from '../limits/index.ts';
import { createProvider, providerForms } from '../providers/index.ts';
import type { Plan, Target } from '../routing/index.ts';
import { Secret } from '../secrets/index.ts';
import type { AnyDialect } from './asked-call.ts';
import { sizeOf } from './call-size.ts';
import { openCall, type ReadCall } from './open-call.ts';
import { WorstCase } from './worst-case.ts';
import { createWorstPrices } from './worst-price.ts';

const paths: Partial<Record<DialectName, string>> = {
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  'anthropic-messages': '/v1/messages',
  'gemini-generate': '/v1beta/models/m:generateContent',
};

function call(dialect: DialectName, body: Json): ReadCall {
  return openCall(
    {
      id: 'c',
      endpoint: 'chat',
      dialect: dialects[dialect] as unknown as AnyDialect,
      identity: { keyId: 'k', workspace: 'w' },
      controls: { tags: {} },
      wire: {
        method: 'POST',
        path: paths[dialect] as string,
        query: {},
        headers: {},
        body: JSON.stringify(body),
      },
    },
    () => 0,
  );
}

const provider = (name: string) =>
  createProvider({
    name,
    form: providerForms.get(name)!,
    address: 'http://127.0.0.1:1',
    key: new Secret('k'),
  });
const providers = { openai: provider('openai'), anthropic: provider('anthropic') };

function target(name: 'openai' | 'anthropic', model: string): Target {
  const dialect = name === 'openai' ? 'openai-chat' : 'anthropic-messages';
  return {
    key: `${name}:${model}`,
    provider: providers[name],
    model,
    speech: { dialect } as Target['speech'],
    lane: 'translated',
  };
}

function plan(targets: readonly Target[], policy: Partial<Plan['policy']> = {}): Plan {
  return {
    requested: 'm',
    targets,
    dropped: [],
    policy: { maxAttempts: 1, retries: 0, deadlineMs: 1, mayHedge: false, lossPolicy: 'allow', ...policy },
    escalations: {},
  };
}

function touch(changes: Partial<BudgetDefinition> = {}, only?: string) {
  const definition = {
    id: 'b',
    scope: 'key',
    subject: 'k',
    measure: 'tokens',
    window: 'day',
    limit: 1000,
    ...changes,
  };
  return { account: new Account(readBudget(definition), 1, 0), target: only };
}

const message = (content: Json): Json => ({
  model: 'm',
  max_tokens: 50,
  messages: [{ role: 'user', content }],
});

describe('the size of a call', () => {
  test('is bounded by its bytes, in letters of any script', () => {
    const text = 'наутилус 鸚鵡螺 🐙';
    const { inputTokens, maxOutput, isText } = sizeOf(call('openai-chat', message(text)));
    expect(inputTokens).toBeGreaterThanOrEqual(Buffer.byteLength(text) + 1024);
    expect([maxOutput, isText]).toEqual([50, true]);
  });

  test.each<[DialectName, Json, number]>([
    [
      'openai-chat',
      { model: 'm', max_completion_tokens: 7, max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] },
      7,
    ],
    ['openai-responses', { model: 'm', max_output_tokens: 8, input: 'Hi' }, 8],
    ['anthropic-messages', { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }, 9],
    [
      'gemini-generate',
      { generationConfig: { maxOutputTokens: 10 }, contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
      10,
    ],
  ])('is read of %s', (dialect, body, maxOutput) => {
    expect(sizeOf(call(dialect, body))).toMatchObject({
      maxOutput,
      answers: 1,
      isText: true,
      isSpecial: false,
    });
  });

  test('does not believe a field of another format', () => {
    const body = { max_tokens: 1, contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };
    expect(sizeOf(call('gemini-generate', body)).maxOutput).toBeUndefined();
  });

  test('counts every answer that is asked for at once', () => {
    const body = { model: 'm', n: 3, max_tokens: 50, messages: [{ role: 'user', content: 'Hi' }] };
    expect(sizeOf(call('openai-chat', body)).answers).toBe(3);
  });

  test('takes a picture for the most that any is counted as, and more than text for dearer', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } };
    const size = sizeOf(call('openai-chat', message([{ type: 'text', text: 'See' }, image, image])));
    expect(size.inputTokens).toBeGreaterThan(100_000);
    expect(size.isText).toBe(false);
  });

  test.each<[string, DialectName, Json]>([
    ['a file', 'openai-chat', message([{ type: 'file', file: { file_id: 'file-1' } }])],
    [
      'a tool that the provider runs',
      'anthropic-messages',
      {
        model: 'm',
        max_tokens: 5,
        tools: [{ type: 'web_search_20250305', name: 'web_search' }],
        messages: [{ role: 'user', content: 'Hi' }],
      },
    ],
    [
      'an answer that the provider kept',
      'openai-responses',
      { model: 'm', previous_response_id: 'r', input: 'Hi' },
    ],
  ])('has no bound of its own with %s', (_, dialect, body) => {
    expect(sizeOf(call(dialect, body)).inputTokens).toBe(Number.POSITIVE_INFINITY);
  });

  test('says when another service may be meant', () => {
    const body = {
      model: 'm',
      service_tier: 'priority',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'Hi' }],
    };
    expect(sizeOf(call('openai-chat', body)).isSpecial).toBe(true);
  });
});

const card = (model: string, output: number) => ({
  provider: 'openai',
  model_name: model,
  context_window_tokens: 10_000,
  dollars_per_million_tokens_input: 0,
  dollars_per_million_tokens_output: output,
});
const registry = createRegistry([
  readWholeRegistryFile({
    provider: 'openai',
    version: 1,
    models: { 'openai:cheap': card('cheap', 1), 'openai:dear': card('dear', 10) },
  }),
]);

describe('the worst case', () => {
  const prices = createWorstPrices(registry);
  const [cheap, dear] = [target('openai', 'cheap'), target('openai', 'dear')];
  const amount = (planned: Plan, touched = touch({ measure: 'money', limit: '1' })): number =>
    new WorstCase(call('openai-chat', message('Hi')), planned, prices).amountFor(touched);
  /** Fifty tokens, rounded up for safety. */
  const [cheapNano, dearNano] = [50_001, 500_001];

  test('is that of every attempt that the plan may make, the dearest first', () => {
    expect(amount(plan([cheap]))).toBe(cheapNano);
    expect(amount(plan([cheap], { maxAttempts: 4, retries: 1 }))).toBe(2 * cheapNano);
    expect(amount(plan([cheap, dear], { maxAttempts: 1 }))).toBe(dearNano);
    expect(amount(plan([cheap, dear], { maxAttempts: 4 }))).toBe(dearNano + cheapNano);
    expect(amount(plan([cheap, dear], { maxAttempts: 3, retries: 1 }))).toBe(2 * dearNano + cheapNano);
    expect(amount(plan([cheap, dear], { maxAttempts: 9, mayHedge: true }))).toBe(
      2 * dearNano + 2 * cheapNano,
    );
  });

  test('of one model is what can go to that model', () => {
    const both = plan([cheap, dear], { maxAttempts: 4 });
    expect(amount(both, touch({ measure: 'money', limit: '1' }, 'openai:cheap'))).toBe(cheapNano);
  });

  test('counts where a call may go on after it failed', () => {
    const planned = { ...plan([cheap], { maxAttempts: 2 }), escalations: { context_too_long: [dear] } };
    expect(amount(planned)).toBe(cheapNano + dearNano);
  });

  test('bounds what nobody can measure by the context of the model', () => {
    const kept = call('openai-responses', {
      model: 'm',
      max_output_tokens: 5,
      previous_response_id: 'r',
      input: 'Hi',
    });
    expect(new WorstCase(kept, plan([cheap]), prices).amountFor(touch())).toBe(10_005);
  });
});

test('a locked model is worth what was locked, beside the same model as the registry has it', () => {
  const prices = createWorstPrices(registry);
  const ask = (asked: Target) =>
    prices.costOf({ target: asked, inputTokens: 0, outputTokens: 50, isText: true, isSpecial: false });
  const row = (output: number) => {
    const models = { 'openai:m': card('m', output) };
    return readWholeRegistryFile({ provider: 'openai', version: 1, models }).cards[0]?.prices;
  };
  const plain = target('openai', 'cheap');
  const dearer = { ...plain, locked: { prices: row(30), priceVersion: 'v1', contextWindow: 500 } };
  const cheaper = { ...plain, locked: { prices: row(0.1), priceVersion: 'v2' } };
  const unknown = { ...plain, locked: { prices: undefined, priceVersion: undefined } };
  expect([dearer, plain, cheaper, unknown, dearer].map(ask)).toEqual([
    1_500_001,
    50_001,
    5001,
    undefined,
    1_500_001,
  ]);
  expect([dearer, plain, cheaper].map((asked) => prices.boundsOf(asked).contextWindow)).toEqual([
    500, 10_000, 10_000,
  ]);
});

test('a price that is too high for numbers is unknown, never nothing', () => {
  const models = { 'openai:m': card('m', 100_000) };
  const prices = createWorstPrices(
    createRegistry([readWholeRegistryFile({ provider: 'openai', version: 1, models })]),
  );
  const asked = {
    target: target('openai', 'm'),
    inputTokens: 0,
    outputTokens: 100,
    isText: true,
    isSpecial: false,
  };
  expect(prices.costOf(asked)).toBeUndefined();
});

/** Every chat model that we have a price for. */
const bundled = await loadBundledRegistry();
const models = [...bundled.cards.values()].filter(
  ({ provider: name, prices, endpoint }) =>
    (name === 'openai' || name === 'anthropic') &&
    prices?.rates.output !== undefined &&
    endpoint !== 'embeddings',
);

test('no price of text is ever above what was set aside', () => {
  const prices = createWorstPrices(bundled);
  expect(models.length).toBeGreaterThan(20);
  fc.assert(
    fc.property(
      fc.constantFrom(...models),
      fc.record({
        input: fc.nat({ max: 900_000 }),
        read: fc.double({ min: 0, max: 1, noNaN: true }),
        output: fc.nat({ max: 100_000 }),
        reasoning: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      (model, { input, read, output, reasoning }) => {
        const usage = {
          input: { total: input, cacheRead: Math.floor(input * read) },
          output: { total: output, reasoning: Math.floor(output * reasoning) },
        };
        const cost = costOf(usage, model.prices);
        const worst = prices.costOf({
          target: target(model.provider as 'openai', model.model),
          inputTokens: input,
          outputTokens: output,
          isText: true,
          isSpecial: false,
        });
        if (cost.status === 'priced') expect(worst).toBeGreaterThanOrEqual(cost.nanoDollars);
      },
    ),
    { numRuns: 500 },
  );
});
