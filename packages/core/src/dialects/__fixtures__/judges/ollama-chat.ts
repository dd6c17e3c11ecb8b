/** Recorded chats of Ollama, and the official client library as their reader. */
import { Ollama } from 'ollama/browser';
import type { Json } from '../../../json/index.ts';
import type { Recording } from '../recorded-traffic.ts';
import { answering, expectInput, type Judge, type Reading } from './judge.ts';

export const ollamaChatJudge: Judge = {
  folders: /^ollama$/,
  isOurs: ({ path }) => path.endsWith('/api/chat'),
  accumulate,
  expectUsage: (usage) => expectInput(usage, ({ prompt_eval_count: read }) => [read]),
  requestFields: ['model', 'messages', 'stream', 'format', 'keep_alive', 'tools', 'think', 'logprobs', 'top_logprobs', 'options'],
  partFields: ['role', 'content', 'thinking', 'images', 'tool_calls', 'tool_name', 'function', 'type'],
};

async function accumulate(recording: Recording): Promise<Reading> {
  const client = new Ollama({ host: 'http://recorded.invalid', fetch: answering(recording) });
  let text = '';
  let stop: string | undefined;
  let outputTokens: number | undefined;
  const toolCalls: { id: string; name: string; input: Json }[] = [];
  for await (const line of await client.chat({ model: 'recorded', messages: [], stream: true })) {
    text += line.message.content;
    stop = line.done_reason ?? stop;
    outputTokens = line.eval_count ?? outputTokens;
    for (const call of line.message.tool_calls ?? []) {
      const { id = '' } = call as { readonly id?: string };
      toolCalls.push({ id, name: call.function.name, input: call.function.arguments as Json });
    }
  }
  return { text, toolCalls, stop, outputTokens };
}
