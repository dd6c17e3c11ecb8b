/** What only one format has, through the translator and back into the same format: nothing of it may be lost on the way. */
import Anthropic from '@anthropic-ai/sdk';
import type { DialectName } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { model, roomForAnswer } from './samples.ts';
import { startTranslator, type Translator } from './translating-harness.ts';

let simulator: Simulator;
const translators: Partial<Record<DialectName, Translator>> = {};

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
  for (const dialect of ['openai-chat', 'anthropic-messages'] as const) {
    translators[dialect] = await startTranslator({ client: dialect, vendor: dialect, host: simulator.url });
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
