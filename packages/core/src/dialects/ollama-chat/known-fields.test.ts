/** No field that the format knows may travel as an unknown one: its meaning would be lost to every other format. */
import type { ChatRequest, ChatResponse, Message, Options } from 'ollama/browser';
import { describe, expect, it } from 'vitest';
import { fold } from '../../message/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { ollamaChat } from './index.ts';

/** A new field in the official types fails to compile here until someone has given it a meaning. */
const request: Record<keyof ChatRequest, unknown> = {
  model: 'm',
  messages: [
    { role: 'user', content: 'Hello', images: ['iVBORw0KGgo='] },
    {
      role: 'assistant',
      content: '',
      thinking: 'Hm.',
      tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }],
    },
    { role: 'tool', content: 'x', tool_name: 'f' },
  ] satisfies Message[],
  stream: false,
  format: { type: 'object' },
  keep_alive: '5m',
  tools: [{ type: 'function', function: { name: 'f', description: 'x', parameters: { type: 'object' } } }],
  think: 'low',
  logprobs: true,
  top_logprobs: 2,
  options: { num_ctx: 8192, num_predict: 10, temperature: 0, stop: ['END'] } satisfies Partial<Options>,
};

const answer: Record<keyof ChatResponse, unknown> = {
  model: 'm',
  created_at: '2026-10-01T12:00:00.123456789Z',
  message: { role: 'assistant', content: 'Hello', thinking: 'Hm.' },
  done: true,
  done_reason: 'stop',
  total_duration: 4,
  load_duration: 1,
  prompt_eval_count: 2,
  prompt_eval_duration: 1,
  eval_count: 3,
  eval_duration: 2,
  logprobs: [{ token: 'a', logprob: -1, top_logprobs: [{ token: 'b', logprob: -2 }] }],
};

const callOf = (body: unknown) =>
  ({ method: 'POST', path: '/api/chat', query: {}, headers: {}, body }) as const;

describe('fields of the official types', () => {
  it('all have a meaning in a request, and come back', () => {
    const parsed = ollamaChat.inbound.parseRequest(callOf(request));
    expect(JSON.stringify(parsed)).not.toContain('"extensions"');
    const { value, losses } = ollamaChat.outbound.renderRequest(parsed, ollamaChat.quirks);
    expect(value.body).toEqual(request);
    expect(losses).toEqual([]);
  });

  it('all have a meaning in an answer, and come back', () => {
    const message = fold(ollamaChat.outbound.parseResponse(replyOf(answer)));
    expect(JSON.stringify(message)).not.toContain('"extensions"');
    const { value, losses } = ollamaChat.inbound.renderResponse(message, { model: 'm', turns: [] });
    expect({ value, losses }).toEqual({ value: answer, losses: [] });
  });
});
