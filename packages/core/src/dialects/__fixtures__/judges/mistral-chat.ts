/** Recorded answers of Mistral, and the official SDK as their reader. */
import { Mistral } from '@mistralai/mistralai';
import { HTTPClient } from '@mistralai/mistralai/lib/http.js';
import type { Recording } from '../recorded-traffic.ts';
import { answering, inputOf, expectStatedSum, type Judge, type Reading } from './judge.ts';

export const mistralChatJudge: Judge = {
  folders: /^mistral$/,
  // Recordings have their ids blacked out, to something that the provider itself would refuse.
  quirksOf: () => ({ callIds: 'any' }),
  accumulate,
  expectUsage: expectStatedSum,
  requestFields: [
    'model',
    'temperature',
    'top_p',
    'max_tokens',
    'stream',
    'stop',
    'random_seed',
    'metadata',
    'messages',
    'response_format',
    'tools',
    'tool_choice',
    'presence_penalty',
    'frequency_penalty',
    'n',
    'prediction',
    'parallel_tool_calls',
    'reasoning_effort',
    'prompt_mode',
    'guardrails',
    'prompt_cache_key',
    'service_tier',
    'safe_prompt',
  ],
  partFields: ['role', 'content', 'type', 'tool_call_id', 'function', 'prefix'],
};

async function accumulate(recording: Recording): Promise<Reading> {
  const client = new Mistral({
    apiKey: 'none',
    serverURL: 'http://recorded.invalid',
    httpClient: new HTTPClient({ fetcher: answering(recording) }),
  });
  const stream = await client.chat.stream({ model: 'recorded', messages: [] });
  let text = '';
  let stop: string | undefined;
  let outputTokens: number | undefined;
  const toolCalls: { id: string; name: string; input: ReturnType<typeof inputOf> }[] = [];
  for await (const { data } of stream) {
    outputTokens = data.usage?.completionTokens ?? outputTokens;
    const choice = data.choices.find(({ index }) => index === 0);
    if (choice === undefined) continue;
    stop = choice.finishReason ?? stop;
    const { content, toolCalls: calls } = choice.delta;
    if (typeof content === 'string') text += content;
    else for (const chunk of content ?? []) text += chunk.type === 'text' ? (chunk as { text: string }).text : '';
    for (const { id = '', function: called } of calls ?? []) {
      const written = typeof called.arguments === 'string' ? called.arguments : JSON.stringify(called.arguments);
      toolCalls.push({ id, name: called.name, input: inputOf(written) });
    }
  }
  return { text, toolCalls, stop, outputTokens };
}
