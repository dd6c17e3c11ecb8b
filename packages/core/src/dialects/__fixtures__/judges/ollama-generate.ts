/** Recorded completions of Ollama, and the official client library as their reader. */
import { Ollama } from 'ollama/browser';
import type { Recording } from '../recorded-traffic.ts';
import { answering, expectInput, type Judge, type Reading } from './judge.ts';

export const ollamaGenerateJudge: Judge = {
  folders: /^ollama$/,
  isOurs: ({ path }) => path.endsWith('/api/generate'),
  accumulate,
  expectUsage: (usage) => expectInput(usage, ({ prompt_eval_count: read }) => [read]),
  requestFields: [
    'model',
    'prompt',
    'suffix',
    'system',
    'template',
    'context',
    'stream',
    'raw',
    'format',
    'images',
    'keep_alive',
    'think',
    'logprobs',
    'top_logprobs',
    'width',
    'height',
    'steps',
    'options',
  ],
  partFields: [],
};

async function accumulate(recording: Recording): Promise<Reading> {
  const client = new Ollama({ host: 'http://recorded.invalid', fetch: answering(recording) });
  let text = '';
  let stop: string | undefined;
  let outputTokens: number | undefined;
  for await (const line of await client.generate({ model: 'recorded', prompt: '', stream: true })) {
    text += line.response ?? '';
    stop = line.done_reason ?? stop;
    outputTokens = line.eval_count ?? outputTokens;
  }
  return { text, toolCalls: [], stop, outputTokens };
}
