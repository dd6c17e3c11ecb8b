/** Recorded chat completions of OpenAI, Azure and compatible hosts, and the official SDK as their reader. */
import OpenAI from 'openai';
import type { Recording } from '../recorded-traffic.ts';
import { answering, inputOf, expectStatedSum, type Judge, type Reading } from './judge.ts';

export const openAiChatJudge: Judge = {
  folders: /^(openai-chat|azure-chat|compat-chat-.*)$/,
  // Every host that sent details or signatures was sent them back.
  quirksOf: () => ({ reasoningField: 'reasoning_details', thoughtSignatures: true }),
  accumulate,
  exceptions: {
    'pydantic-ai__test_openai_test_invalid_response__0.json':
      'The answer is an echo page, not a chat completion.',
  },
  refusedBySdk: {
    'pydantic-ai__test_openrouter_test_openrouter_stream_error__0.json': {
      says: /Token limit reached/,
      isError: true,
    },
  },
  requestFields: [
    'messages',
    'model',
    'audio',
    'frequency_penalty',
    'function_call',
    'functions',
    'logit_bias',
    'logprobs',
    'max_completion_tokens',
    'max_tokens',
    'metadata',
    'modalities',
    'moderation',
    'n',
    'parallel_tool_calls',
    'prediction',
    'presence_penalty',
    'prompt_cache_key',
    'prompt_cache_options',
    'prompt_cache_retention',
    'reasoning_effort',
    'response_format',
    'safety_identifier',
    'seed',
    'service_tier',
    'stop',
    'store',
    'stream',
    'stream_options',
    'temperature',
    'tool_choice',
    'tools',
    'top_logprobs',
    'top_p',
    'user',
    'verbosity',
    'web_search_options',
  ],
  partFields: ['role', 'content', 'type', 'tool_call_id', 'function'],
  expectUsage: expectStatedSum,
  // Recorded July 2026.
  countsReasoningOtherwise: ['compat-chat-doubleword'],
};

async function accumulate(recording: Recording): Promise<Reading> {
  const client = new OpenAI({
    apiKey: 'none',
    baseURL: 'http://recorded.invalid',
    fetch: answering(recording),
    maxRetries: 0,
  });
  const chunks = await client.chat.completions.create({ model: 'recorded', messages: [], stream: true });
  return readChunks(chunks);
}

/** The SDK decodes; adding up deltas by index is all that its own accumulation does beyond checks that hosts fail. */
async function readChunks(chunks: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<Reading> {
  let text = '';
  let stop: string | undefined;
  let outputTokens: number | undefined;
  const calls: { id: string; name: string; arguments: string }[] = [];
  for await (const { choices, usage, ...rest } of chunks) {
    const tokens = usage?.completion_tokens ?? groqUsage(rest)?.completion_tokens;
    if (typeof tokens === 'number') outputTokens = tokens;
    const choice = choices?.find((candidate) => (candidate.index ?? 0) === 0);
    text += choice?.delta?.content ?? '';
    stop = choice?.finish_reason ?? stop;
    for (const piece of choice?.delta?.tool_calls ?? []) {
      const at = piece.index ?? calls.length;
      calls[at] ??= { id: '', name: '', arguments: '' };
      const call = calls[at];
      if (piece.id) call.id = piece.id;
      if (piece.function?.name) call.name = piece.function.name;
      call.arguments += piece.function?.arguments ?? '';
    }
  }
  const toolCalls = calls.map(({ id, name, arguments: input }) => ({ id, name, input: inputOf(input) }));
  return { text, toolCalls, stop, outputTokens };
}

function groqUsage(chunk: object): { completion_tokens?: number } | undefined {
  return (chunk as { x_groq?: { usage?: { completion_tokens?: number } } }).x_groq?.usage;
}

