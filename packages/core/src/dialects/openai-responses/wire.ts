/**
 * OpenAI Responses as it is on the wire: names, rows that map one to one, and the quirks of compatible hosts. Facts were
 * read from the official SDK's types (7.55, October 2026) and from recorded traffic of OpenAI, Azure and eight other hosts.
 */
import type { NameRule, Relay, WireField } from '../../message/index.ts';

export const name = 'openai-responses';

export const path = '/responses';
export const paths: readonly string[] = [path];

/** Function names: letters, digits, `_` and `-`, at most 64 (API reference, October 2026). */
export const toolNameRule: NameRule = { maxLength: 64 };

/** How a host differs from the original. Everything here concerns what we send; parsing accepts every variant. */
export interface OpenAiResponsesQuirks {
  /** Role of instructions that come later in a conversation. */
  readonly systemRole: 'system' | 'developer';
  /** Whether requests of other formats that ask for reasoning also ask for its encrypted state, to send it back. */
  readonly encryptedReasoning: boolean;
  /** Whether parts may carry `prompt_cache_breakpoint`. */
  readonly cacheMark: boolean;
}

export const quirks: OpenAiResponsesQuirks = {
  systemRole: 'developer',
  encryptedReasoning: true,
  cacheMark: true,
};

export const requestFields: readonly WireField[] = [
  ['temperature', 'sampling.temperature', 'number'],
  ['top_p', 'sampling.topP', 'number'],
  ['top_logprobs', 'sampling.topLogprobs', 'number'],
  ['max_output_tokens', 'maxOutputTokens', 'number'],
  ['stream', 'stream', 'boolean'],
  ['parallel_tool_calls', 'parallelTools', 'boolean'],
  ['prompt_cache_key', 'cache.key', 'string'],
  ['prompt_cache_retention', 'cache.retention', 'string'],
  ['prompt_cache_options', 'cache.options', 'record'],
  ['metadata', 'metadata.tags', 'record'],
  ['user', 'metadata.userId', 'string'],
  ['safety_identifier', 'metadata.safetyId', 'string'],
  ['service_tier', 'service.tier', 'string'],
  ['store', 'service.store', 'boolean'],
  ['moderation', 'service.moderation', 'record'],
  ['previous_response_id', 'service.previousResponseId', 'string'],
  ['conversation', 'service.conversation', 'json'],
  ['background', 'service.background', 'boolean'],
  ['truncation', 'service.truncation', 'string'],
  ['context_management', 'service.compaction', 'list'],
  ['max_tool_calls', 'service.maxToolCalls', 'number'],
  ['prompt', 'service.prompt', 'record'],
  ['access_programs', 'service.accessPrograms', 'record'],
  ['image', 'service.imageOptions', 'record'],
];

/** `stream_options` of a request. */
export const streamOptionFields: readonly WireField[] = [
  ['include_obfuscation', 'streamOptions.obfuscation', 'boolean'],
];

/** `reasoning` of a request. */
export const reasoningFields: readonly WireField[] = [
  ['effort', 'reasoning.effort', 'string'],
  ['summary', 'reasoning.summary', 'string'],
  ['context', 'reasoning.context', 'string'],
  ['mode', 'reasoning.mode', 'string'],
];

/** `text` of a request, but for its format. */
export const textFields: readonly WireField[] = [['verbosity', 'output.verbosity', 'string']];

/** What functions of this folder say besides the rows above. */
export const otherSaidPaths = [
  'toolChoice',
  'outputFormat',
  'sampling.logprobs',
  'service.include',
  // Streams of this format always end with the counts.
  'streamOptions.usage',
] as const;

/** What an answer repeats of its request. */
export const echoFields = [
  'access_programs',
  'background',
  'conversation',
  'frequency_penalty',
  'image',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'parallel_tool_calls',
  'presence_penalty',
  'previous_response_id',
  'prompt',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'store',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
] as const;

export const relay: Relay = { ways: { [path]: { path } }, model: 'body', repeatsText: true };
