/** Recorded responses of OpenAI, Azure and compatible hosts, and the official SDK as their reader. */
import OpenAI from 'openai';
import type { Response, ResponseOutputItem } from 'openai/resources/responses/responses';
import type { Recording } from '../recorded-traffic.ts';
import { answering, inputOf, expectStatedSum, type Judge, type Reading } from './judge.ts';

export const openAiResponsesJudge: Judge = {
  folders: /^(openai-responses|azure-responses|compat-responses-.*)$/,
  accumulate,
  requestFields: [
    'access_programs',
    'background',
    'context_management',
    'conversation',
    'image',
    'include',
    'input',
    'instructions',
    'max_output_tokens',
    'max_tool_calls',
    'metadata',
    'model',
    'moderation',
    'parallel_tool_calls',
    'previous_response_id',
    'prompt',
    'prompt_cache_key',
    'prompt_cache_options',
    'prompt_cache_retention',
    'reasoning',
    'safety_identifier',
    'service_tier',
    'store',
    'stream',
    'stream_options',
    'temperature',
    'text',
    'tool_choice',
    'tools',
    'top_logprobs',
    'top_p',
    'truncation',
    'user',
  ],
  partFields: ['role', 'content', 'type', 'call_id', 'arguments', 'output', 'summary'],
  expectUsage: expectStatedSum,
};

async function accumulate(recording: Recording): Promise<Reading> {
  const client = new OpenAI({
    apiKey: 'none',
    baseURL: 'http://recorded.invalid',
    fetch: answering(recording),
    maxRetries: 0,
  });
  const stream = client.responses.stream({ model: 'recorded', input: '' });
  const items: ResponseOutputItem[] = [];
  stream.on('response.output_item.done', ({ item }) => items.push(item));
  const response: Response = await stream.finalResponse();
  // The ChatGPT backend leaves the output of its last event empty, and so does the SDK.
  const output = response.output.length === 0 ? items : response.output;
  const calls = output.filter((item) => item.type === 'function_call');
  const content = output.flatMap((item) => (item.type === 'message' ? item.content : []));
  return {
    text: content.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
    toolCalls: calls.map((call) => ({ id: call.call_id, name: call.name, input: inputOf(call.arguments) })),
    stop: response.incomplete_details?.reason ?? response.status,
    outputTokens: response.usage?.output_tokens,
  };
}
