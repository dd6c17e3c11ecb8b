/** No field that the format knows may travel as an unknown one: its meaning would be lost to every other format. */
import type {
  Completion,
  CompletionChoice,
  CompletionCreateParamsBase,
  CompletionUsage,
} from 'openai/resources/completions';
import { describe, expect, it } from 'vitest';
import { fold } from '../../message/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { openAiCompletions } from './index.ts';

/** A new field in the official types fails to compile here until someone has given it a meaning. */
const request: Record<keyof CompletionCreateParamsBase, unknown> = {
  model: 'm',
  prompt: 'Once',
  best_of: 3,
  echo: false,
  frequency_penalty: 0.5,
  logit_bias: { '1': 2 },
  logprobs: 2,
  max_tokens: 10,
  n: 2,
  presence_penalty: 0.5,
  seed: 1,
  stop: ['END'],
  stream: true,
  stream_options: { include_usage: true, include_obfuscation: false },
  suffix: 'the end',
  temperature: 1,
  top_p: 1,
  user: 'u',
};

const choice: Record<keyof CompletionChoice, unknown> = {
  finish_reason: 'stop',
  index: 0,
  logprobs: {
    text_offset: [0],
    token_logprobs: [-1],
    tokens: [' upon'],
    top_logprobs: [{ ' upon': -1, ' in': -2 }],
  } satisfies Required<CompletionChoice.Logprobs>,
  text: ' upon',
};

const usage: Record<keyof CompletionUsage, unknown> = {
  completion_tokens: 9,
  prompt_tokens: 15,
  total_tokens: 24,
  completion_tokens_details: {
    accepted_prediction_tokens: 1,
    audio_tokens: 0,
    reasoning_tokens: 2,
    rejected_prediction_tokens: 1,
    text_tokens: 7,
  } satisfies Required<CompletionUsage.CompletionTokensDetails>,
  prompt_tokens_details: {
    audio_tokens: 0,
    cache_write_tokens: 2,
    cached_tokens: 4,
    image_tokens: 0,
    text_tokens: 9,
  } satisfies Required<CompletionUsage.PromptTokensDetails>,
};

const answer: Record<keyof Completion, unknown> = {
  id: 'cmpl-1',
  choices: [choice],
  created: 1_790_000_000,
  model: 'm',
  object: 'text_completion',
  system_fingerprint: 'fp',
  usage,
};

const callOf = (body: unknown) =>
  ({ method: 'POST', path: '/v1/completions', query: {}, headers: {}, body }) as const;

describe('fields of the official types', () => {
  it('all have a meaning in a request, and come back', () => {
    const parsed = openAiCompletions.inbound.parseRequest(callOf(request));
    expect(JSON.stringify(parsed)).not.toContain('"extensions"');
    const { value, losses } = openAiCompletions.outbound.renderRequest(parsed, openAiCompletions.quirks);
    expect(value.body).toEqual(request);
    expect(losses).toEqual([]);
  });

  it('all have a meaning in an answer, and come back', () => {
    const message = fold(openAiCompletions.outbound.parseResponse(replyOf(answer)));
    expect(JSON.stringify(message)).not.toContain('"extensions"');
    const { value, losses } = openAiCompletions.inbound.renderResponse(message, { model: 'm', turns: [] });
    expect({ value, losses }).toEqual({ value: answer, losses: [] });
  });
});
