import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json/index.ts';
import { type ChatMessage, type ChatRequest, fold } from '../../message/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { bare } from '../__fixtures__/meaning.ts';
import { dialects } from '../index.ts';
import { anthropicMessages } from './index.ts';

const openAiChat = dialects['openai-chat'];

const request: ChatRequest = { model: 'm', turns: [] };
const parse = (body: unknown): ChatMessage => fold(anthropicMessages.outbound.parseResponse(replyOf(body)));
const text = (value: string) => ({ type: 'text', text: value });

function answer(content: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  const usage = { input_tokens: 1, output_tokens: 2 };
  const stop = { stop_reason: 'end_turn', stop_sequence: null };
  return { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content, ...stop, usage, ...more };
}

const rows: readonly (readonly [what: string, body: JsonObject, meaning: object])[] = [
  ['text', answer([text('Hello')]), { parts: [text('Hello')], stop: { unified: 'stop', raw: 'end_turn' } }],
  ['nothing', answer([]), { parts: [] }],
  [
    'text between calls, in order',
    answer([
      text('a'),
      { type: 'tool_use', id: 'x', name: 'f', input: {} },
      text('b'),
      { type: 'tool_use', id: 'y', name: 'g', input: { deep: [1, { a: null }] } },
    ]),
    {
      parts: [
        text('a'),
        { type: 'tool-call', id: 'x', name: 'f', arguments: '{}' },
        text('b'),
        { type: 'tool-call', id: 'y', name: 'g', arguments: '{"deep":[1,{"a":null}]}' },
      ],
    },
  ],
  [
    'thinking, open and hidden',
    answer([
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'ZW5j' },
    ]),
    {
      parts: [
        { type: 'reasoning', text: 'Hm.' },
        { type: 'reasoning', text: '', redacted: true },
      ],
    },
  ],
  [
    'a block that nobody knows',
    answer([{ type: 'hologram', light: 1 }]),
    { parts: [{ type: 'native', value: { type: 'hologram', light: 1 } }] },
  ],
  ['the length', answer([text('x')], { stop_reason: 'max_tokens' }), { stop: { unified: 'length' } }],
  ['a call', answer([], { stop_reason: 'tool_use' }), { stop: { unified: 'tool-calls' } }],
  ['a pause', answer([], { stop_reason: 'pause_turn' }), { stop: { unified: 'pause' } }],
  [
    'a full context',
    answer([], { stop_reason: 'model_context_window_exceeded' }),
    { stop: { unified: 'context-exceeded' } },
  ],
  [
    'a stop sequence',
    answer([], { stop_reason: 'stop_sequence', stop_sequence: 'END' }),
    { stop: { unified: 'stop-sequence', sequence: 'END' } },
  ],
  [
    'a refusal',
    answer([], {
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: 'bio', explanation: null },
    }),
    { stop: { unified: 'refusal', refusal: { category: 'bio' } } },
  ],
  [
    'an ending of its own',
    answer([], { stop_reason: 'bored' }),
    { stop: { unified: 'unknown', raw: 'bored' } },
  ],
  [
    'usage, caches beside it',
    answer([], {
      usage: {
        input_tokens: 5,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 30,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
        output_tokens: 7,
        server_tool_use: { web_search_requests: 2 },
        service_tier: 'priority',
      },
    }),
    {
      usage: {
        input: {
          total: 135,
          uncached: 5,
          cacheRead: 100,
          cacheWrite: 30,
          cacheWrite5m: 10,
          cacheWrite1h: 20,
        },
        output: { total: 7 },
        toolUnits: { web_search_requests: 2 },
        tier: 'priority',
      },
    },
  ],
  [
    'fields that nobody knows',
    answer([{ ...text('x'), mood: 'calm' }], { weather: 'fine' }),
    { parts: [text('x')] },
  ],
];

describe('a Messages answer', () => {
  it.each(rows)('says %s', (_what, body, meaning) => {
    expect(bare(parse(body))).toMatchObject(meaning);
  });

  it.each(rows)('comes out as it came in: %s', (_what, body) => {
    expect(anthropicMessages.inbound.renderResponse(parse(body), request)).toEqual({
      value: body,
      losses: [],
    });
  });

  it('may be a count of tokens', () => {
    expect(parse({ input_tokens: 42 }).usage?.input.total).toBe(42);
  });

  it('is an error when a host says so with status 200', () => {
    const { error } = parse({ type: 'error', error: { type: 'overloaded_error', message: 'Busy.' } });
    expect(error).toMatchObject({ code: 'provider_overloaded', message: 'Busy.' });
  });

  it.each([
    ['no content', { id: 'x' }],
    ['content that is no list', { content: 'x' }],
    ['a block that is no object', { content: [5] }],
    ['a call without a name', { content: [{ type: 'tool_use', id: 'a', input: {} }] }],
  ])('is refused with %s', (_what, body) => {
    expect(() => parse(body)).toThrow(expect.objectContaining({ code: 'invalid_response' }));
  });
});

describe('a chat completion in the Messages format', () => {
  const theirs = (message: JsonObject, more: JsonObject = {}): ChatMessage => {
    const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }];
    const body = { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'm', choices, ...more };
    return fold(openAiChat.outbound.parseResponse(replyOf(body)));
  };
  const render = (message: ChatMessage) => {
    const { value, losses } = anthropicMessages.inbound.renderResponse(message, request);
    return { body: value as JsonObject, told: losses.map(({ action, field }) => `${action} ${field}`) };
  };

  it('keeps what it says, with the cache taken out of the input', () => {
    const usage = {
      prompt_tokens: 30,
      completion_tokens: 5,
      total_tokens: 35,
      prompt_tokens_details: { cached_tokens: 10 },
    };
    const { body, told } = render(theirs({ content: 'Hello' }, { usage }));
    expect(body).toEqual({
      id: 'chatcmpl-1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [text('Hello')],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 20, cache_read_input_tokens: 10, output_tokens: 5 },
    });
    expect(told).toEqual(['dropped facts.createdAt']);
  });

  it('tells a refusal as text, reasoning as thinking without a signature, and leaves out empty text', () => {
    const { body, told } = render(theirs({ content: '', reasoning_content: 'Hm.', refusal: 'No.' }));
    expect(body.content).toEqual([{ type: 'thinking', thinking: 'Hm.', signature: '' }, text('No.')]);
    expect(told).toContain('emulated message.parts[1]');
  });

  it('drops citations that only the other format knows, and says so', () => {
    const annotations = [{ type: 'file_citation', file_id: 'file_1' }];
    const { body, told } = render(theirs({ content: 'Cats.', annotations }));
    expect(body.content).toEqual([{ ...text('Cats.'), citations: [] }]);
    expect(told).toContain('dropped message.parts[0].citations');
  });

  it('gives one answer of several, without probabilities, with the counts that it demands', () => {
    const choice = (index: number) => ({
      index,
      message: { role: 'assistant', content: 'x' },
      finish_reason: 'stop',
      logprobs: { content: [{ token: 'x', logprob: -1, bytes: null, top_logprobs: [] }] },
    });
    const { body, told } = render(theirs({}, { choices: [choice(0), choice(1)] }));
    expect(body.content).toEqual([text('x')]);
    expect(body.usage).toEqual({ input_tokens: 0, output_tokens: 0 });
    expect(told).toEqual(
      expect.arrayContaining(['dropped alternatives', 'dropped logprobs', 'emulated usage']),
    );
  });
});
