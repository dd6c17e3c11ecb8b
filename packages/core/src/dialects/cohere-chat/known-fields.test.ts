/** No field that the format knows may travel as an unknown one: its meaning would be lost to every other format. */
import type { Cohere } from 'cohere-ai';
import { describe, expect, it } from 'vitest';
import { fold } from '../../message/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { cohereChat } from './index.ts';

type Snake<Name extends string> = Name extends `${infer Head}${infer Tail}`
  ? Head extends Lowercase<Head>
    ? `${Head}${Snake<Tail>}`
    : `_${Lowercase<Head>}${Snake<Tail>}`
  : Name;

/** A new field in the official types fails to compile here until someone has given it a meaning. */
const request: Record<Snake<keyof Cohere.V2ChatRequest>, unknown> = {
  model: 'command-a',
  messages: [
    { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is it?' },
        { type: 'image_url', image_url: { url: 'https://a.example/b.png', detail: 'low' } },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
      ],
    },
    {
      role: 'assistant',
      tool_plan: 'I will look.',
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } }],
      content: [{ type: 'thinking', thinking: 'Hm.' }],
    },
    {
      role: 'tool',
      tool_call_id: 'c1',
      content: [
        { type: 'text', text: 'x' },
        { type: 'document', document: { data: { snippet: 'y' }, id: 'd1' } },
        { type: 'document', document: { data: { title: 't', n: 1 } } },
      ],
    },
    {
      role: 'assistant',
      content: 'A cat.',
      citations: [{ start: 2, end: 5, text: 'cat', sources: [{ type: 'document', id: 'd1', document: {} }] }],
    },
  ],
  tools: [{ type: 'function', function: { name: 'look', description: 'd', parameters: { type: 'object' } } }],
  strict_tools: true,
  documents: ['x', { data: { text: 'y' }, id: 'd' }],
  citation_options: { mode: 'FAST' },
  response_format: { type: 'json_object', json_schema: { type: 'object' } },
  safety_mode: 'STRICT',
  max_tokens: 10,
  stop_sequences: ['END'],
  temperature: 0.3,
  seed: 1,
  frequency_penalty: 0.1,
  presence_penalty: 0.1,
  k: 3,
  p: 0.5,
  logprobs: true,
  tool_choice: 'REQUIRED',
  thinking: { type: 'enabled', token_budget: 100 },
  priority: 1,
};

const answer: Record<Snake<keyof Cohere.V2ChatResponse>, unknown> = {
  id: 'a1',
  finish_reason: 'TOOL_CALL',
  message: {
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'Hm.' },
      { type: 'text', text: 'A cat.' },
    ],
    tool_plan: 'I will look.',
    tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }],
    citations: [{ start: 2, end: 5, text: 'cat', sources: [], content_index: 1, type: 'TEXT_CONTENT' }],
  },
  usage: {
    billed_units: { input_tokens: 1, output_tokens: 1, search_units: 1, classifications: 0 },
    tokens: { input_tokens: 9, output_tokens: 4, reasoning_tokens: 1, image_tokens: 2 },
    cached_tokens: 3,
  },
  logprobs: [{ text: 'A', token_ids: [1], logprobs: [-0.1] }],
};

const call = (body: unknown) => ({ method: 'POST', path: '/v2/chat', query: {}, headers: {}, body }) as const;

describe('every field of the official types', () => {
  it('has a place in a request', () => {
    const parsed = cohereChat.inbound.parseRequest(call(request));
    expect(JSON.stringify(parsed)).not.toContain('"extensions"');
    const { value, losses } = cohereChat.outbound.renderRequest(parsed, cohereChat.quirks);
    expect({ body: value.body, losses }).toEqual({ body: request, losses: [] });
  });

  it('has a place in an answer', () => {
    const message = fold(cohereChat.outbound.parseResponse(replyOf(answer)));
    expect(JSON.stringify(message)).not.toContain('"extensions"');
    const { value, losses } = cohereChat.inbound.renderResponse(message, { model: 'm', turns: [] });
    expect({ value, losses }).toEqual({ value: answer, losses: [] });
  });
});
