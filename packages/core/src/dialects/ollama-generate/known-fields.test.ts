/** No field that the format knows may travel as an unknown one: its meaning would be lost to every other format. */
import type { GenerateRequest, GenerateResponse, Options } from 'ollama/browser';
import { describe, expect, it } from 'vitest';
import { fold } from '../../message/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { ollamaGenerate } from './index.ts';

/** A new field in the official types fails to compile here until someone has given it a meaning. */
const request: Record<keyof GenerateRequest, unknown> = {
  model: 'm',
  prompt: 'Hello',
  suffix: 'the end',
  system: 'Be brief.',
  template: '{{ .Prompt }}',
  context: [1, 2],
  stream: false,
  raw: true,
  format: { type: 'object' },
  images: ['iVBORw0KGgo='],
  keep_alive: '5m',
  think: 'low',
  logprobs: true,
  top_logprobs: 2,
  width: 512,
  height: 256,
  steps: 8,
  options: { num_ctx: 8192, num_predict: 10, temperature: 0, stop: ['END'] } satisfies Partial<Options>,
};

/** How far a drawing has come is told only while it is drawn. */
const answer: Record<Exclude<keyof GenerateResponse, 'completed' | 'total'>, unknown> = {
  model: 'm',
  created_at: '2026-10-01T12:00:00.123456789Z',
  response: 'Hello',
  thinking: 'Hm.',
  image: 'iVBORw0KGgo=',
  done: true,
  done_reason: 'stop',
  context: [1, 2, 3],
  total_duration: 4,
  load_duration: 1,
  prompt_eval_count: 2,
  prompt_eval_duration: 1,
  eval_count: 3,
  eval_duration: 2,
  logprobs: [{ token: 'a', logprob: -1, top_logprobs: [{ token: 'b', logprob: -2 }] }],
};

const callOf = (body: unknown) =>
  ({ method: 'POST', path: '/api/generate', query: {}, headers: {}, body }) as const;

describe('fields of the official types', () => {
  it('all have a meaning in a request, and come back', () => {
    const parsed = ollamaGenerate.inbound.parseRequest(callOf(request));
    expect(JSON.stringify(parsed)).not.toContain('"extensions"');
    const { value, losses } = ollamaGenerate.outbound.renderRequest(parsed, ollamaGenerate.quirks);
    expect(value.body).toEqual(request);
    expect(losses).toEqual([]);
  });

  it('all have a meaning in an answer, and come back', () => {
    const message = fold(ollamaGenerate.outbound.parseResponse(replyOf(answer)));
    expect(JSON.stringify(message)).not.toContain('"extensions"');
    const { value, losses } = ollamaGenerate.inbound.renderResponse(message, { model: 'm', turns: [] });
    expect({ value, losses }).toEqual({ value: answer, losses: [] });
  });
});
