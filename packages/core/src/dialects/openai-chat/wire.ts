/**
 * OpenAI Chat Completions as it is on the wire: names, rows that map one to one, and the quirks of compatible hosts.
 * Facts were read from the official SDK's types (7.55, October 2026) and from recorded traffic of some twenty hosts.
 */
import type { NameRule, Relay, WireField } from '../../message/index.ts';

export const name = 'openai-chat';

export const path = '/chat/completions';
/** Azure names the model in the path. */
export const paths: readonly string[] = ['/deployments/{model}/chat/completions', path];

/** Function names: letters, digits, `_` and `-`, at most 64 (API reference, October 2026). */
export const toolNameRule: NameRule = { maxLength: 64 };

/** How a host differs from the original. Everything here concerns what we send; parsing accepts every variant. */
export interface OpenAiChatQuirks {
  /** Name of the output limit; older and most compatible hosts know only `max_tokens`. */
  readonly maxTokensField: 'max_completion_tokens' | 'max_tokens';
  /** Role of the instructions: reasoning models of OpenAI want `developer`, most hosts know only `system`. */
  readonly systemRole: 'system' | 'developer';
  /**
   * Where the host expects the reasoning of earlier turns, if anywhere: DeepSeek, xAI, Z.ai and llama.cpp read
   * `reasoning_content`; Groq, Ollama and Cerebras `reasoning`; OpenRouter `reasoning_details` with signatures.
   */
  readonly reasoningField: 'none' | 'reasoning_content' | 'reasoning' | 'reasoning_details';
  /** Whether the host reads Gemini's signatures on calls, in `extra_content`: Google's own, and others that relay to Gemini. */
  readonly thoughtSignatures: boolean;
  /** Whether the host knows `top_k` (vLLM, llama.cpp, OpenRouter and most open-weight hosts do). */
  readonly topK: boolean;
  /** Whether a stream must be asked for its usage with `stream_options.include_usage`. */
  readonly askForUsage: boolean;
  /** Cache marks on parts: `none`, OpenAI's `prompt_cache_breakpoint`, or `cache_control` (OpenRouter). */
  readonly cacheMark: 'none' | 'prompt_cache_breakpoint' | 'cache_control';
  /** Whether a tool message may hold images (a few compatible hosts; the original takes text only). */
  readonly imagesInToolResults: boolean;
}

export const quirks: OpenAiChatQuirks = {
  maxTokensField: 'max_completion_tokens',
  systemRole: 'system',
  reasoningField: 'none',
  thoughtSignatures: false,
  topK: false,
  askForUsage: true,
  cacheMark: 'prompt_cache_breakpoint',
  imagesInToolResults: false,
};

export const requestFields: readonly WireField[] = [
  ['temperature', 'sampling.temperature', 'number'],
  ['top_p', 'sampling.topP', 'number'],
  ['seed', 'sampling.seed', 'number'],
  ['frequency_penalty', 'sampling.frequencyPenalty', 'number'],
  ['presence_penalty', 'sampling.presencePenalty', 'number'],
  ['logit_bias', 'sampling.logitBias', 'record'],
  ['n', 'sampling.choices', 'number'],
  ['logprobs', 'sampling.logprobs', 'boolean'],
  ['top_logprobs', 'sampling.topLogprobs', 'number'],
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
  ['web_search_options', 'service.webSearch', 'record'],
  ['modalities', 'output.modalities', 'strings'],
  ['audio', 'output.audio', 'record'],
  ['verbosity', 'output.verbosity', 'string'],
  ['prediction', 'output.prediction', 'record'],
];

/** `stream_options` of a request. */
export const streamOptionFields: readonly WireField[] = [
  ['include_usage', 'streamOptions.usage', 'boolean'],
  ['include_obfuscation', 'streamOptions.obfuscation', 'boolean'],
];

/** What functions of this folder say besides the rows above. */
export const otherSaidPaths = [
  'maxOutputTokens',
  'stop',
  'toolChoice',
  'outputFormat',
  'reasoning.effort',
  'streamOptions.usage',
  'streamOptions.obfuscation',
] as const;

/**
 * Who made the opaque state in a `reasoning_details` entry, by its `format` (OpenRouter's convention; recorded from
 * OpenRouter, Doubleword and Databricks, June to August 2026). Any other format is valid only where it came from.
 */
export const reasoningFormats: Readonly<Record<string, string>> = {
  'anthropic-claude-v1': 'anthropic-messages',
  'openai-responses-v1': 'openai-responses',
  'google-gemini-v1': 'gemini-generate',
};

export const relay: Relay = { ways: { [path]: { path } }, model: 'body', asksForUsage: true };
