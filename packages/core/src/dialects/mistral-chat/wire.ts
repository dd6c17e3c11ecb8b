/**
 * Mistral's chat completions as they are on the wire: names, rows that map one to one, and quirks. Facts were read from
 * the official SDK's types and from recorded traffic (2025 and 2026).
 */
import type { NameRule, Relay, WireField } from '../../message/index.ts';

export const name = 'mistral-chat';

/** Where the provider is called. */
export const path = '/chat/completions';
/** Callers name the format, because OpenAI's chat has the same path. */
export const paths: readonly string[] = ['/mistral/v1/chat/completions'];

/** Function names: letters, digits, `_` and `-`, at most 64. */
export const toolNameRule: NameRule = { maxLength: 64 };

export interface MistralChatQuirks {
  /** `nine`: ids of calls must be nine letters or digits, others are sent as a digest; `any`: all are sent as they are. */
  readonly callIds: 'nine' | 'any';
  /** Whether instructions may stand among the turns; where they may not, they join those in front. */
  readonly systemTurns: boolean;
}

export const quirks: MistralChatQuirks = { callIds: 'nine', systemTurns: true };

export const requestFields: readonly WireField[] = [
  ['temperature', 'sampling.temperature', 'number'],
  ['top_p', 'sampling.topP', 'number'],
  ['random_seed', 'sampling.seed', 'number'],
  ['frequency_penalty', 'sampling.frequencyPenalty', 'number'],
  ['presence_penalty', 'sampling.presencePenalty', 'number'],
  ['n', 'sampling.choices', 'number'],
  ['max_tokens', 'maxOutputTokens', 'number'],
  ['stream', 'stream', 'boolean'],
  ['parallel_tool_calls', 'parallelTools', 'boolean'],
  ['prompt_cache_key', 'cache.key', 'string'],
  ['metadata', 'metadata.tags', 'record'],
  ['service_tier', 'service.tier', 'string'],
  ['safe_prompt', 'service.safePrompt', 'boolean'],
  ['guardrails', 'service.guardrails', 'list'],
  ['prediction', 'output.prediction', 'record'],
  ['reasoning_effort', 'reasoning.effort', 'string'],
  ['prompt_mode', 'reasoning.promptMode', 'string'],
];

/** What functions of this folder say besides the rows above. */
export const otherSaidPaths = [
  'stop',
  'toolChoice',
  'outputFormat',
  'streamOptions.usage',
  'turns.prefix',
] as const;

/** Tiers that may be asked for. */
export const tiers: ReadonlySet<string> = new Set(['auto', 'standard_only']);

/** Efforts of the official types, the least first. */
export const efforts: ReadonlySet<string> = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']);

export const relay: Relay = {
  ways: { '/mistral/v1/chat/completions': { path } },
  model: 'body',
  rewritingQuirks: ['callIds'],
};
