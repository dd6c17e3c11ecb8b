/** What only one format has, through the translator and back into the same format: nothing of it may be lost on the way. */
import Anthropic from '@anthropic-ai/sdk';
import type { DialectName } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { model, pixel, roomForAnswer } from './samples.ts';
import { dialectNames } from './translated-pairs.ts';
import { startTranslator, type Translator, vendorUrl } from './translating-harness.ts';

let simulator: Simulator;
const translators: Partial<Record<DialectName, Translator>> = {};

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
  for (const dialect of dialectNames) {
    translators[dialect] = await startTranslator({
      client: dialect,
      vendor: dialect,
      vendorUrl: vendorUrl(simulator.url, dialect),
    });
  }
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  for (const translator of Object.values(translators)) await translator.close();
  await simulator.close();
});

describe('openai-chat to itself', () => {
  const body = {
    model,
    n: 2,
    logprobs: true,
    top_logprobs: 3,
    seed: 7,
    service_tier: 'flex' as const,
    metadata: { journey: 'translated' },
    messages: [{ role: 'user' as const, content: '[[text: fair winds]]' }],
    // A field that no dialect of ours knows.
    keel_length: 30,
  };
  const connect = () => {
    const url = translators['openai-chat']!.url;
    return new OpenAI({ apiKey: 'test', baseURL: `${url}/v1`, maxRetries: 0 }).chat.completions;
  };
  const expectAnswer = ({ choices }: OpenAI.ChatCompletion): void => {
    expect(choices.map(({ message }) => message.content)).toEqual(['fair winds', 'fair winds']);
    for (const { logprobs } of choices) {
      expect(logprobs?.content?.map(({ token }) => token).join('')).toBe('fair winds');
      expect(logprobs?.content?.[1]?.top_logprobs).toHaveLength(3);
    }
  };

  it('keeps several answers and log probabilities, whole', async () => {
    expectAnswer(await connect().create(body));
  });

  it('keeps several answers and log probabilities, streamed', async () => {
    expectAnswer(await connect().stream(body).finalChatCompletion());
  });

  it('sends the vendor every field that the caller sent', async () => {
    await connect().create(body);
    expect(JSON.parse(simulator.requests[0]?.body ?? '')).toEqual(body);
  });
});

describe('anthropic-messages to itself', () => {
  const connect = () => {
    const baseURL = translators['anthropic-messages']!.url;
    return new Anthropic({ apiKey: 'test', baseURL, maxRetries: 0 });
  };
  const body = {
    model,
    max_tokens: roomForAnswer,
    system: [{ type: 'text' as const, text: 'Be brief.', cache_control: { type: 'ephemeral' as const } }],
    messages: [{ role: 'user' as const, content: '[[redacted]] [[reason: Hm.]] [[text: Aye.]]' }],
    metadata: { user_id: 'ahab' },
    thinking: { type: 'enabled' as const, budget_tokens: 1024 },
    // A field that no dialect of ours knows.
    keel_length: 30,
  };

  it('counts tokens without asking for an answer', async () => {
    const { input_tokens: count } = await connect().messages.countTokens({
      model,
      system: 'Be brief.',
      messages: [{ role: 'user', content: 'one two three' }],
    });
    expect(count).toBe(5);
    expect(simulator.requests).toMatchObject([{ path: '/v1/messages/count_tokens' }]);
  });

  it('sends the vendor every field and every header of behaviour that the caller sent', async () => {
    const headers = { 'anthropic-beta': 'keel-2026-01-01' };
    const { content } = await connect().messages.create(body, { headers });
    expect(content.map(({ type }) => type)).toEqual(['redacted_thinking', 'thinking', 'text']);
    expect(JSON.parse(simulator.requests[0]?.body ?? '')).toEqual(body);
    expect(simulator.requests[0]?.headers).toMatchObject({
      ...headers,
      'anthropic-version': '2026-10-21',
    });
  });
});

/**
 * What only these formats have, and fields that no dialect of ours knows, beside others and within them. Libraries throw
 * unknown fields away, so the callers here have none.
 */
const foreignFields: readonly { dialect: DialectName; path: string; body: object }[] = [
  {
    dialect: 'bedrock-converse',
    path: `/model/${model}/converse`,
    body: {
      messages: [{ role: 'user', content: [{ text: 'Hello.' }, { cachePoint: { type: 'default' } }] }],
      system: [{ text: 'Be brief.' }],
      inferenceConfig: { maxTokens: 50, topP: 0.9, keelLength: 30 },
      additionalModelRequestFields: { top_k: 5, keel: { length: 30 } },
      additionalModelResponseFieldPaths: ['/stop_sequence'],
      guardrailConfig: { guardrailIdentifier: 'mast', guardrailVersion: '1', trace: 'enabled' },
      performanceConfig: { latency: 'optimized' },
      requestMetadata: { journey: 'translated' },
      promptVariables: { ship: { text: 'Argo' } },
      keelLength: 30,
    },
  },
  {
    dialect: 'cohere-chat',
    path: '/v2/chat',
    body: {
      model,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello.', keel_length: 30 }] }],
      documents: [{ id: 'log', data: { title: 'Log', snippet: 'Fair winds.' } }],
      citation_options: { mode: 'FAST' },
      safety_mode: 'CONTEXTUAL',
      thinking: { type: 'enabled', token_budget: 100 },
      k: 3,
      p: 0.9,
      seed: 7,
      priority: 1,
      keel_length: 30,
    },
  },
  {
    dialect: 'gemini-generate',
    path: `/v1beta/models/${model}:generateContent`,
    body: {
      contents: [
        { role: 'user', parts: [{ text: 'Hello.', keelLength: 30 }] },
        // The pieces of a stream, handed back as they came.
        {
          role: 'model',
          parts: [
            { text: 'Hm', thought: true },
            { text: '.', thought: true, thoughtSignature: 'c2lnbmVk' },
            { text: 'A' },
            { text: 'ye.' },
          ],
        },
        { role: 'user', parts: [{ text: 'And now?' }] },
      ],
      tools: [{ googleSearch: {} }, { codeExecution: {} }],
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
      cachedContent: 'cachedContents/log',
      generationConfig: {
        candidateCount: 2,
        responseModalities: ['TEXT'],
        thinkingConfig: { thinkingLevel: 'LOW', includeThoughts: true },
        speechConfig: { languageCode: 'en' },
        keelLength: 30,
      },
      labels: { journey: 'translated' },
      keelLength: 30,
    },
  },
  {
    dialect: 'mistral-chat',
    path: '/mistral/v1/chat/completions',
    body: {
      model,
      messages: [
        { role: 'user', content: 'Hello.', keel_length: 30 },
        { role: 'assistant', content: 'Aye', prefix: true },
      ],
      safe_prompt: true,
      random_seed: 7,
      prompt_mode: 'reasoning',
      prediction: { type: 'content', content: 'Aye.' },
      n: 2,
      keel_length: 30,
    },
  },
  {
    dialect: 'ollama-chat',
    path: '/api/chat',
    body: {
      model,
      messages: [{ role: 'user', content: 'Hello.', images: [pixel], keel_length: 30 }],
      stream: false,
      think: 'high',
      keep_alive: '5m',
      options: { num_ctx: 4096, repeat_penalty: 1.1, mirostat: 2, keel_length: 30 },
      keel_length: 30,
    },
  },
  {
    dialect: 'ollama-generate',
    path: '/api/generate',
    body: {
      model,
      prompt: 'Hello.',
      suffix: 'Bye.',
      system: 'Be brief.',
      template: '{{ .Prompt }}',
      context: [1, 2, 3],
      stream: false,
      raw: false,
      keep_alive: 300,
      options: { num_ctx: 4096, num_predict: 50, keel_length: 30 },
      keel_length: 30,
    },
  },
  {
    dialect: 'openai-completions',
    path: '/v1/completions',
    body: {
      model,
      prompt: ['Fair winds', 'Foul winds'],
      suffix: 'at sea',
      best_of: 2,
      logprobs: 2,
      logit_bias: { 50256: -100 },
      seed: 7,
      user: 'ahab',
      keel_length: 30,
    },
  },
  {
    dialect: 'openai-responses',
    path: '/v1/responses',
    body: {
      model,
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hello.', keel_length: 30 }] }],
      include: ['reasoning.encrypted_content'],
      previous_response_id: 'resp_1',
      prompt: { id: 'pmpt_1', variables: { ship: 'Argo' } },
      store: false,
      text: { verbosity: 'low' },
      tools: [{ type: 'web_search', search_context_size: 'low' }],
      truncation: 'auto',
      service_tier: 'flex',
      metadata: { journey: 'translated' },
      keel_length: 30,
    },
  },
];

describe.each(foreignFields)('$dialect to itself', ({ dialect, path, body }) => {
  it('sends the vendor every field that the caller sent, where the caller sent it', async () => {
    const translator = translators[dialect] as Translator;
    translator.losses.length = 0;
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(translator.url + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    expect([reply.status, await reply.json()]).toEqual([200, expect.any(Object)]);
    expect(simulator.requests).toMatchObject([{ dialect, path }]);
    expect(JSON.parse(simulator.requests[0]?.body ?? '')).toEqual(body);
    expect(translator.losses).toEqual([]);
  });
});

it('every format is asked for what only it has', () => {
  const asked = ['openai-chat', 'anthropic-messages', ...foreignFields.map(({ dialect }) => dialect)];
  expect(asked.toSorted()).toEqual(dialectNames.toSorted());
});
