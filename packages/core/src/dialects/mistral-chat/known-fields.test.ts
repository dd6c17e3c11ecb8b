/** No field that the format knows may travel as an unknown one: its meaning would be lost to every other format. */
import type { ChatCompletionRequest$Outbound } from '@mistralai/mistralai/models/components';
import { describe, expect, it } from 'vitest';
import { fold } from '../../message/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { mistralChat } from './index.ts';

/** A new field in the official types fails to compile here until someone has given it a meaning. */
const request: Record<keyof ChatCompletionRequest$Outbound, unknown> = {
  model: 'm',
  messages: [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Look' },
        { type: 'image_url', image_url: { url: 'https://a/b.png', detail: 'low' } },
        { type: 'image_url', image_url: 'https://a/c.png' },
        { type: 'document_url', document_url: 'https://a/b.pdf', document_name: 'b' },
        { type: 'file', file_id: 'f' },
        { type: 'input_audio', input_audio: 'AA==' },
      ],
    },
    {
      role: 'assistant',
      prefix: false,
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }], signature: 's', closed: true },
        { type: 'text', text: 'I see.' },
        { type: 'reference', reference_ids: [1, 'a'] },
      ],
      tool_calls: [{ id: 'aB3dE6gH9', type: 'function', function: { name: 'f', arguments: '{}' }, index: 0 }],
    },
    { role: 'tool', content: 'x', tool_call_id: 'aB3dE6gH9', name: 'f' },
  ],
  temperature: 0.5,
  top_p: 1,
  max_tokens: 10,
  stream: true,
  stop: ['END'],
  random_seed: 1,
  metadata: { a: 'b' },
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'n', description: 'd', schema: {}, strict: true },
  },
  tools: [{ type: 'function', function: { name: 'f', description: 'x', parameters: {}, strict: true } }],
  tool_choice: { type: 'function', function: { name: 'f' } },
  presence_penalty: 0.5,
  frequency_penalty: 0.5,
  n: 2,
  prediction: { type: 'content', content: 'x' },
  parallel_tool_calls: false,
  reasoning_effort: 'low',
  prompt_mode: 'reasoning',
  guardrails: [{ block_on_error: true }],
  prompt_cache_key: 'k',
  service_tier: 'auto',
  safe_prompt: true,
};

const answer = {
  id: 'a',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [
    {
      index: 0,
      finish_reason: 'tool_calls',
      message: {
        role: 'assistant',
        content: 'Hello',
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: { a: 1 } } }],
      },
    },
  ],
  usage: {
    prompt_tokens: 4,
    completion_tokens: 1,
    total_tokens: 5,
    prompt_tokens_details: { cached_tokens: 2, audio_tokens: 0 },
    prompt_audio_seconds: 3,
    service_tier: 'standard',
  },
};

describe('fields of the official types', () => {
  it('all have a meaning in a request, and come back', () => {
    const call = { method: 'POST', path: '/mistral/v1/chat/completions', query: {}, headers: {} } as const;
    const parsed = mistralChat.inbound.parseRequest({ ...call, body: request });
    expect(JSON.stringify(parsed)).not.toContain('"extensions"');
    const { value, losses } = mistralChat.outbound.renderRequest(parsed, mistralChat.quirks);
    expect({ body: value.body, losses }).toEqual({ body: request, losses: [] });
  });

  it('all have a meaning in an answer, and come back', () => {
    const message = fold(mistralChat.outbound.parseResponse(replyOf(answer)));
    expect(JSON.stringify(message)).not.toContain('"extensions"');
    const rendered = mistralChat.inbound.renderResponse(message, { model: 'm', turns: [] });
    expect(rendered).toEqual({ value: answer, losses: [] });
  });
});
