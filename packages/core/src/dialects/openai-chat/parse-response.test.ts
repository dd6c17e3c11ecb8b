import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json/index.ts';
import { type ChatMessage, type ChatRequest, fold } from '../../message/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { bare } from '../__fixtures__/meaning.ts';
import { dialects } from '../index.ts';
import { openAiChat } from './index.ts';

const anthropicMessages = dialects['anthropic-messages'];

const request: ChatRequest = { model: 'm', turns: [] };
const parse = (body: unknown): ChatMessage => fold(openAiChat.outbound.parseResponse(replyOf(body)));

function answer(message: JsonObject, more: JsonObject = {}, choice: JsonObject = {}): JsonObject {
  const choices = [
    { index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop', ...choice },
  ];
  return { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'm', choices, ...more };
}

const text = (value: string) => ({ type: 'text', text: value });

const rows: readonly (readonly [what: string, body: JsonObject, meaning: object])[] = [
  ['text', answer({ content: 'Hello' }), { parts: [text('Hello')], stop: { unified: 'stop', raw: 'stop' } }],
  ['nothing', answer({ content: null }), { parts: [] }],
  ['empty text', answer({ content: '' }), { parts: [] }],
  ['no content', answer({}), { parts: [] }],
  ['content in a list', answer({ content: [text('a'), text('b')] }), { parts: [text('a'), text('b')] }],
  ['a refusal', answer({ content: null, refusal: 'No.' }), { parts: [{ type: 'refusal', text: 'No.' }] }],
  [
    'reasoning in three fields that say the same',
    answer({
      content: 'Hi',
      reasoning: 'Hm.',
      reasoning_content: 'Hm.',
      reasoning_details: [{ type: 'reasoning.text', text: 'Hm.' }],
    }),
    { parts: [{ type: 'reasoning', text: 'Hm.' }, text('Hi')] },
  ],
  [
    'calls, also without arguments',
    answer(
      {
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '' } },
          { id: 'b', type: 'function', function: { name: 'g', arguments: '{"x":' } },
        ],
      },
      {},
      { finish_reason: 'tool_calls' },
    ),
    {
      parts: [
        { type: 'tool-call', id: 'a', name: 'f', arguments: '' },
        { type: 'tool-call', id: 'b', name: 'g', arguments: '{"x":' },
      ],
      stop: { unified: 'tool-calls' },
    },
  ],
  [
    'arguments as an object',
    answer({ tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: { x: 1 } } }] }),
    { parts: [{ type: 'tool-call', arguments: '{"x":1}' }] },
  ],
  [
    'a deprecated call',
    answer(
      { content: null, function_call: { name: 'f', arguments: '{}' } },
      {},
      { finish_reason: 'function_call' },
    ),
    {
      parts: [{ type: 'tool-call', id: 'call_f', name: 'f' }],
      stop: { unified: 'tool-calls', raw: 'function_call' },
    },
  ],
  [
    'several answers',
    answer(
      {},
      {
        choices: [
          { index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' },
          { index: 1, message: { role: 'assistant', content: 'b' }, finish_reason: 'length' },
        ],
      },
    ),
    { parts: [text('a')], alternatives: [{ parts: [text('b')], stop: { unified: 'length' } }] },
  ],
  ['no answer at all', answer({}, { choices: [] }), { parts: [], stop: { unified: 'unknown' } }],
  [
    'a filtered answer',
    answer({ content: '' }, {}, { finish_reason: 'content_filter' }),
    { stop: { unified: 'content-filter' } },
  ],
  [
    'an ending of its own',
    answer({ content: 'x' }, {}, { finish_reason: 'bored' }),
    { stop: { unified: 'unknown', raw: 'bored' } },
  ],
  [
    'an ending that is null',
    answer({ content: 'x' }, {}, { finish_reason: null }),
    { stop: { unified: 'unknown' } },
  ],
  [
    'usage, cache included',
    answer(
      { content: 'x' },
      {
        usage: {
          prompt_tokens: 100,
          completion_tokens: 20,
          total_tokens: 120,
          prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 },
          completion_tokens_details: { reasoning_tokens: 15 },
        },
      },
    ),
    {
      usage: {
        input: { total: 100, uncached: 10, cacheRead: 60, cacheWrite: 30 },
        output: { total: 20, reasoning: 15 },
        total: 120,
      },
    },
  ],
  [
    'cache hits of DeepSeek',
    answer(
      { content: 'x' },
      { usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11, prompt_cache_hit_tokens: 4 } },
    ),
    { usage: { input: { total: 10, cacheRead: 4, uncached: 6 } } },
  ],
  ['usage that is null', answer({ content: 'x' }, { usage: null }), { usage: undefined }],
  [
    'fields that nobody knows',
    answer({ content: 'x', mood: 'calm' }, { x_groq: { id: 'req_1' } }, { content_filter_results: {} }),
    { parts: [text('x')] },
  ],
  [
    'wrong types, which are left alone',
    answer({ content: 'x', tool_calls: 'none' }, { created: 'yesterday', usage: 'much' }),
    { parts: [text('x')], facts: { id: 'chatcmpl-1', model: 'm' } },
  ],
];

describe('a chat completion', () => {
  it.each(rows)('says %s', (_what, body, meaning) => {
    const { usage, ...rest } = meaning as { usage?: object };
    expect(bare(parse(body))).toMatchObject(rest);
    if (usage !== undefined) expect(parse(body).usage).toMatchObject(usage);
  });

  it.each(rows)('comes out as it came in: %s', (_what, body) => {
    expect(openAiChat.inbound.renderResponse(parse(body), request)).toEqual({ value: body, losses: [] });
  });

  it('is read behind the white space that keeps a connection alive', () => {
    expect(parse(`\n\n  \n${JSON.stringify(answer({ content: 'Hello' }))}`).parts).toEqual([text('Hello')]);
  });

  it('is an error when a host says so with status 200', () => {
    const { error } = parse({ error: { message: 'Too many requests.', code: 429 } });
    expect(error).toMatchObject({ code: 'rate_limited', message: 'Too many requests.' });
  });

  it.each([
    ['no choices', { id: 'x' }],
    ['choices that are no list', { choices: 'x' }],
    ['a choice that is no object', { choices: [5] }],
    ['a call without a function', answer({ tool_calls: [{ id: 'a' }] })],
  ])('is refused with %s', (_what, body) => {
    expect(() => parse(body)).toThrow(expect.objectContaining({ code: 'invalid_response' }));
  });
});

describe('a Messages answer in the chat format', () => {
  const whole = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'text', text: 'Hello' },
      { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: {
      input_tokens: 10,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 5,
      output_tokens: 7,
    },
  };
  const theirs = fold(anthropicMessages.outbound.parseResponse(replyOf(whole)));

  it('keeps text, calls, reasoning with its signature, and usage with the caches inside', () => {
    const { value } = openAiChat.inbound.renderResponse(theirs, { ...request, answer: { createdAt: 5 } });
    expect(value).toEqual({
      id: 'msg_1',
      object: 'chat.completion',
      created: 5,
      model: 'm',
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: 'Hello',
            refusal: null,
            reasoning_content: 'Hm.',
            reasoning_details: [
              {
                type: 'reasoning.text',
                text: 'Hm.',
                signature: 'c2ln',
                format: 'anthropic-claude-v1',
                index: 0,
              },
            ],
            tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
          },
        },
      ],
      usage: {
        prompt_tokens: 115,
        completion_tokens: 7,
        total_tokens: 122,
        prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 5 },
      },
    });
  });

  it('drops citations that only the other format knows, and says so', () => {
    const citations = [
      { type: 'dream_location', dream: 1 },
      { type: 'page_location', document_index: 0 },
    ];
    const cited = { ...whole, content: [{ type: 'text', text: 'Cats.', citations }] };
    const message = fold(anthropicMessages.outbound.parseResponse(replyOf(cited)));
    const { value, losses } = openAiChat.inbound.renderResponse(message, request);
    expect(JSON.stringify(value)).not.toContain('_location');
    expect(losses.filter(({ field }) => field === 'message.citations')).toHaveLength(2);
  });

  it('can go back to its maker with the signature it came with', () => {
    const { value } = openAiChat.inbound.renderResponse(theirs, request);
    const [{ message }] = (value as { choices: [{ message: JsonObject }] }).choices;
    const body = { model: 'm', messages: [{ role: 'user', content: 'x' }, message] };
    const next = openAiChat.inbound.parseRequest({ method: 'POST', path: '/', query: {}, headers: {}, body });
    const { body: sent } = anthropicMessages.outbound.renderRequest(next, anthropicMessages.quirks).value;
    expect((sent as { messages: JsonObject[] }).messages[1]?.content).toEqual(whole.content);
  });
});
