/** Recorded legacy completions of OpenAI and compatible hosts, and the official SDK as their reader. */
import OpenAI from 'openai';
import type { Recording } from '../recorded-traffic.ts';
import { answering, expectStatedSum, type Judge, type Reading } from './judge.ts';

const template = 'A stored prompt is filled in and answered as a chat completion; nothing of it is in this format.';

export const openAiCompletionsJudge: Judge = {
  folders: /^(openai-completions|compat-completions-.*)$/,
  accumulate,
  expectUsage: expectStatedSum,
  exceptions: {
    'openinference__test_async_prompt_template__0.json': template,
    'openinference__test_prompt_template__0.json': template,
  },
  requestFields: [
    'model',
    'prompt',
    'best_of',
    'echo',
    'frequency_penalty',
    'logit_bias',
    'logprobs',
    'max_tokens',
    'n',
    'presence_penalty',
    'seed',
    'stop',
    'stream',
    'stream_options',
    'suffix',
    'temperature',
    'top_p',
    'user',
  ],
  partFields: [],
};

async function accumulate(recording: Recording): Promise<Reading> {
  const client = new OpenAI({
    apiKey: 'none',
    baseURL: 'http://recorded.invalid',
    fetch: answering(recording),
    maxRetries: 0,
  });
  const stream = await client.completions.create({ model: 'recorded', prompt: '', stream: true });
  let text = '';
  let stop: string | undefined;
  let outputTokens: number | undefined;
  for await (const chunk of stream) {
    // Writer sends its pieces in a field of its own.
    text += (chunk as { value?: string }).value ?? '';
    outputTokens = chunk.usage?.completion_tokens ?? outputTokens;
    const choice = chunk.choices?.find(({ index }) => (index ?? 0) === 0);
    text += choice?.text ?? '';
    stop = choice?.finish_reason ?? stop;
  }
  return { text, toolCalls: [], stop, outputTokens };
}
