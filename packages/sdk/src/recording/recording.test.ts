/** Official clients of OpenAI and Anthropic are used as ever, and their calls are recorded. */
import Anthropic from '@anthropic-ai/sdk';
import type { KeelsonError } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RecordedCall } from '../backend.ts';
import { recordAnthropic, recordOpenAI } from '../index.ts';

let simulator: Simulator;
let openai: OpenAI;
let anthropic: Anthropic;
const calls: RecordedCall[] = [];
const keelson = { recordCall: async (call: RecordedCall) => void calls.push(call) };

beforeAll(async () => {
  simulator = await startSimulator({ seed: 3 });
  const more = { apiKey: 'test', maxRetries: 0 };
  const whose = { keelson, origin: 'nightly', alias: 'fast', tags: { run: '7' } };
  openai = recordOpenAI(new OpenAI({ baseURL: `${simulator.url}/v1`, ...more }), whose);
  anthropic = recordAnthropic(new Anthropic({ baseURL: simulator.url, ...more }), whose);
});
beforeEach(() => {
  calls.length = 0;
});
afterAll(() => simulator.close());

const messages = [
  { role: 'user' as const, content: '[[text: Aye.]] [[usage: input=20 cacheRead=5 output=9]]' },
];
const seen = (provider: string, model: string) => [
  {
    provider,
    model,
    origin: 'nightly',
    alias: 'fast',
    tags: { run: '7' },
    inputTokens: 20,
    outputTokens: 9,
    cachedInputTokens: 5,
    latencyMs: expect.any(Number),
    idAtOrigin: expect.any(String),
  },
];

test('whole answers', async () => {
  const answer = await openai.chat.completions.create({ model: 'gpt-4o', messages });
  expect(answer.choices[0]?.message.content).toBe('Aye.');
  expect(calls).toEqual(seen('openai', 'gpt-4o'));
  calls.length = 0;
  const message = await anthropic.messages.create({ model: 'claude-x', max_tokens: 99, messages });
  expect(message.content).toMatchObject([{ text: 'Aye.' }]);
  expect(calls).toEqual(seen('anthropic', 'claude-x'));
});

test('streams', async () => {
  const options = { stream: true, stream_options: { include_usage: true } } as const;
  let text = '';
  for await (const chunk of await openai.chat.completions.create({ model: 'gpt-4o', messages, ...options }))
    text += chunk.choices[0]?.delta.content ?? '';
  expect([text, calls]).toEqual(['Aye.', seen('openai', 'gpt-4o')]);
  calls.length = 0;
  const asked = { model: 'claude-x', max_tokens: 99, messages };
  for await (const _ of await anthropic.messages.create({ ...asked, stream: true }));
  expect(calls).toEqual(seen('anthropic', 'claude-x'));
  calls.length = 0;
  expect(await anthropic.messages.stream(asked).finalText()).toBe('Aye.');
  expect(calls).toEqual(seen('anthropic', 'claude-x'));
});

test('responses and embeddings', async () => {
  await openai.responses.create({ model: 'gpt-4o', input: messages[0]!.content });
  expect(calls).toEqual(seen('openai', 'gpt-4o'));
  await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'one' });
  expect(calls[1]).toMatchObject({ model: 'text-embedding-3-small', inputTokens: expect.any(Number) });
});

test('what is asked of the client besides is as it was', async () => {
  const { data, response } = await openai.chat.completions
    .create({ model: 'gpt-4o', messages })
    .withResponse();
  expect([data.object, response.status]).toEqual(['chat.completion', 200]);
  expect(openai.baseURL).toBe(`${simulator.url}/v1`);
  const failing = openai.chat.completions.create({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: '[[fault: 400]]' }],
  });
  await expect(failing).rejects.toBeInstanceOf(OpenAI.BadRequestError);
});

test('a record that cannot be kept fails nothing', async () => {
  const errors: unknown[] = [];
  const broken = {
    recordCall: async (_: RecordedCall, onError?: (error: KeelsonError) => void) =>
      onError?.(new Error('full') as KeelsonError),
  };
  const client = recordOpenAI(new OpenAI({ baseURL: `${simulator.url}/v1`, apiKey: 'test' }), {
    keelson: broken,
    onError: (error) => errors.push(error),
  });
  const answer = await client.chat.completions.create({ model: 'gpt-4o', messages });
  expect([answer.choices.length, errors.length]).toEqual([1, 1]);
});
