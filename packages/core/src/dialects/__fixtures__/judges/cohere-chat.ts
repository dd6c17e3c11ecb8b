/** Recorded chats of Cohere in both versions, and the official SDK as their reader. */
import { CohereClient, CohereClientV2 } from 'cohere-ai';
import { isJsonObject } from '../../../json/index.ts';
import type { Recording } from '../recorded-traffic.ts';
import { answering, inputOf, expectInput, type Judge, type Reading } from './judge.ts';

export const cohereChatJudge: Judge = {
  folders: /^cohere(-v1)?$/,
  accumulate,
  // What is billed is no sum of these.
  expectUsage: (usage) =>
    expectInput(usage, ({ tokens }) => [isJsonObject(tokens) ? tokens.input_tokens : undefined]),
  requestFields: [
    'model',
    'messages',
    'tools',
    'strict_tools',
    'documents',
    'citation_options',
    'response_format',
    'safety_mode',
    'max_tokens',
    'stop_sequences',
    'temperature',
    'seed',
    'frequency_penalty',
    'presence_penalty',
    'k',
    'p',
    'logprobs',
    'tool_choice',
    'thinking',
    'priority',
    'stream',
    'message',
    'chat_history',
    'preamble',
    'tool_results',
  ],
  partFields: ['role', 'content', 'type', 'tool_call_id', 'tool_calls', 'tool_plan', 'function', 'citations'],
};

function accumulate(recording: Recording): Promise<Reading> {
  const options = {
    token: 'none',
    environment: 'http://recorded.invalid',
    fetch: answering(recording) as typeof fetch,
    maxRetries: 0,
  };
  return recording.path.endsWith('/v1/chat') ? readVersion1(options) : readVersion2(options);
}

type Options = NonNullable<ConstructorParameters<typeof CohereClient>[0]>;

async function readVersion2(options: Options): Promise<Reading> {
  const client = new CohereClientV2(options);
  const stream = await client.chatStream({ model: 'recorded', messages: [] });
  const calls: { id: string; name: string; arguments: string }[] = [];
  let text = '';
  let stop: string | undefined;
  let outputTokens: number | undefined;
  for await (const event of stream) {
    switch (event.type) {
      case 'content-delta':
        text += event.delta?.message?.content?.text ?? '';
        break;
      case 'tool-plan-delta':
        text += event.delta?.message?.toolPlan ?? '';
        break;
      case 'tool-call-start': {
        const call = event.delta?.message?.toolCalls;
        calls.push({ id: call?.id ?? '', name: call?.function?.name ?? '', arguments: call?.function?.arguments ?? '' });
        break;
      }
      case 'tool-call-delta': {
        const call = calls[event.index ?? 0];
        if (call !== undefined) call.arguments += event.delta?.message?.toolCalls?.function?.arguments ?? '';
        break;
      }
      case 'message-end':
        stop = event.delta?.finishReason;
        outputTokens = event.delta?.usage?.tokens?.outputTokens;
        break;
      default:
    }
  }
  const toolCalls = calls.map(({ id, name, arguments: input }) => ({ id, name, input: inputOf(input) }));
  return { text, toolCalls, stop, outputTokens };
}

async function readVersion1(options: Options): Promise<Reading> {
  const stream = await new CohereClient(options).chatStream({ message: 'recorded' });
  let text = '';
  let stop: string | undefined;
  let outputTokens: number | undefined;
  for await (const event of stream) {
    if (event.eventType === 'text-generation') text += event.text;
    if (event.eventType !== 'stream-end') continue;
    stop = event.finishReason;
    outputTokens = event.response.meta?.tokens?.outputTokens;
  }
  return { text, toolCalls: [], stop, outputTokens };
}
