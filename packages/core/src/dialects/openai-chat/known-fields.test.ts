/** No field that the format knows may travel as an unknown one: its meaning would be lost to every other format. */
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParamsBase,
  ChatCompletionMessage,
} from 'openai/resources/chat/completions';
import { describe, expect, it } from 'vitest';
import { fold } from '../../message/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { openAiChat } from './index.ts';

/** A new field in the official types fails to compile here until someone has given it a meaning. */
const request: Record<keyof ChatCompletionCreateParamsBase, unknown> = {
  messages: [{ role: 'user', content: 'Hello' }],
  model: 'm',
  audio: { format: 'wav', voice: 'alloy' },
  frequency_penalty: 0.5,
  function_call: 'auto',
  functions: [{ name: 'f', description: 'x', parameters: {} }],
  logit_bias: { '1': 2 },
  logprobs: true,
  max_completion_tokens: 10,
  max_tokens: 10,
  metadata: { a: 'b' },
  modalities: ['text'],
  moderation: { mode: 'x' },
  n: 2,
  parallel_tool_calls: false,
  prediction: { type: 'content', content: 'x' },
  presence_penalty: 0.5,
  prompt_cache_key: 'k',
  prompt_cache_options: { mode: 'explicit' },
  prompt_cache_retention: '24h',
  reasoning_effort: 'low',
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'n', description: 'd', schema: {}, strict: true },
  },
  safety_identifier: 's',
  seed: 1,
  service_tier: 'auto',
  stop: ['END'],
  store: true,
  stream: true,
  stream_options: { include_usage: true, include_obfuscation: false },
  temperature: 1,
  tool_choice: { type: 'function', function: { name: 'f' } },
  tools: [
    { type: 'function', function: { name: 'f', description: 'x', parameters: {}, strict: true } },
    { type: 'custom', custom: { name: 'c', description: 'x', format: { type: 'text' } } },
  ],
  top_logprobs: 2,
  top_p: 1,
  user: 'u',
  verbosity: 'low',
  web_search_options: { search_context_size: 'low' },
};

/** Old and new names of one meaning; nobody sends both, so each is tried without the other. */
const older = ['function_call', 'functions', 'max_tokens'] as const;
const newer = ['tool_choice', 'tools', 'max_completion_tokens'] as const;

const answer: Record<keyof ChatCompletion, unknown> = {
  id: 'chatcmpl-1',
  choices: [
    {
      finish_reason: 'stop',
      index: 0,
      logprobs: {
        content: [
          { token: 'a', bytes: [97], logprob: -1, top_logprobs: [{ token: 'a', bytes: [97], logprob: -1 }] },
        ],
        refusal: null,
      },
      message: {
        role: 'assistant',
        content: 'Hello',
        refusal: null,
        annotations: [
          {
            type: 'url_citation',
            url_citation: { url: 'https://a', title: 'A', start_index: 0, end_index: 1 },
          },
        ],
        audio: { id: 'a', data: 'AA==', expires_at: 1, transcript: 'x' },
        tool_calls: [
          { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } },
          { id: 'd', type: 'custom', custom: { name: 'g', input: 'x' } },
        ],
        function_call: { name: 'f', arguments: '{}' },
      } satisfies Record<keyof ChatCompletionMessage, unknown>,
    },
  ],
  created: 1,
  model: 'm',
  object: 'chat.completion',
  metadata: { a: 'b' },
  moderation: null,
  service_tier: 'default',
  system_fingerprint: 'fp',
  usage: {
    prompt_tokens: 1,
    completion_tokens: 1,
    total_tokens: 2,
    prompt_tokens_details: {
      cached_tokens: 0,
      audio_tokens: 0,
      cache_write_tokens: 0,
      image_tokens: 0,
      text_tokens: 1,
    },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      text_tokens: 1,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  },
};

const chunk: Record<keyof ChatCompletionChunk, unknown> = {
  id: 'chatcmpl-1',
  choices: [
    {
      index: 0,
      delta: { role: 'assistant', content: 'Hello', refusal: null, tool_calls: [], function_call: null },
      finish_reason: 'stop',
      logprobs: null,
    },
  ],
  created: 1,
  model: 'm',
  object: 'chat.completion.chunk',
  obfuscation: 'x7',
  moderation: null,
  service_tier: 'default',
  system_fingerprint: 'fp',
  usage: answer.usage,
};

function without(fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request).filter(([name]) => !fields.includes(name)));
}

const callOf = (body: unknown) =>
  ({ method: 'POST', path: '/chat/completions', query: {}, headers: {}, body }) as const;

describe('fields of the official types', () => {
  it.each([
    ['newer', without(older)],
    ['older', without(newer)],
    ['newer and older', request],
  ])('all have a meaning in a request with the %s names, and come back', (_which, body) => {
    const parsed = openAiChat.inbound.parseRequest(callOf(body));
    expect(JSON.stringify(parsed)).not.toContain('"extensions"');
    const { value, losses } = openAiChat.outbound.renderRequest(parsed, openAiChat.quirks);
    expect(value.body).toEqual(body);
    expect(losses).toEqual([]);
  });

  it('all have a meaning in an answer, and come back', () => {
    const message = fold(openAiChat.outbound.parseResponse(replyOf(answer)));
    expect(JSON.stringify(message)).not.toContain('"extensions"');
    expect(openAiChat.inbound.renderResponse(message, { model: 'm', turns: [] })).toEqual({
      value: answer,
      losses: [],
    });
  });

  it('all have a meaning in a stream', () => {
    const parser = openAiChat.outbound.createStreamParser(openAiChat.quirks);
    const events = [...parser.push({ data: JSON.stringify(chunk) }), ...parser.push({ data: '[DONE]' })];
    expect(JSON.stringify(events)).not.toContain('"extensions"');
  });
});
