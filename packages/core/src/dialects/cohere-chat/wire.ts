/**
 * Cohere Chat as it is on the wire: names, rows that map one to one, and quirks. Facts were read from the official SDK's
 * types (8.1, October 2026) and from recorded traffic of versions 1 and 2.
 */
import type { NameRule, Relay, WireField } from '../../message/index.ts';

export const name = 'cohere-chat';

/** The version is part of the path, because a host speaks both under one address. */
export const path = '/v2/chat';
export const version1Path = '/v1/chat';
export const paths: readonly string[] = [path, version1Path];

/** Letters, digits, `_` and `-`; no limit of the length is documented (October 2026), ours is what others allow. */
export const toolNameRule: NameRule = { maxLength: 128 };

/** How a host or model differs. Everything here concerns what we send; parsing accepts every variant. */
export interface CohereChatQuirks {
  /** Where text goes that an earlier answer wrote beside its calls: `tool_plan`, or `content` like any other text. */
  readonly textBesideCalls: 'tool_plan' | 'content';
}

export const quirks: CohereChatQuirks = { textBesideCalls: 'tool_plan' };

/** What both versions name alike. */
export const samplingFields: readonly WireField[] = [
  ['temperature', 'sampling.temperature', 'number'],
  ['p', 'sampling.topP', 'number'],
  ['k', 'sampling.topK', 'number'],
  ['seed', 'sampling.seed', 'number'],
  ['frequency_penalty', 'sampling.frequencyPenalty', 'number'],
  ['presence_penalty', 'sampling.presencePenalty', 'number'],
  ['max_tokens', 'maxOutputTokens', 'number'],
  ['stop_sequences', 'stop', 'strings'],
  ['stream', 'stream', 'boolean'],
  ['documents', 'service.documents', 'list'],
  ['safety_mode', 'service.safetyMode', 'string'],
];

export const requestFields: readonly WireField[] = [
  ...samplingFields,
  ['logprobs', 'sampling.logprobs', 'boolean'],
  ['citation_options', 'service.citations', 'record'],
  ['priority', 'service.priority', 'number'],
];

/** `thinking` of a request. */
export const thinkingFields: readonly WireField[] = [
  ['type', 'reasoning.mode', 'string'],
  ['token_budget', 'reasoning.budgetTokens', 'number'],
];

/** What functions of this folder say besides the rows above. */
export const otherSaidPaths = [
  'toolChoice',
  'parallelTools',
  'outputFormat',
  'reasoning.effort',
  'streamOptions.usage',
  'streamOptions.framing',
] as const;

/** Ranges of the API reference (October 2026). */
export const ranges: Readonly<Record<string, readonly [min: number, max: number]>> = {
  p: [0.01, 0.99],
  k: [0, 500],
  frequency_penalty: [0, 1],
  presence_penalty: [0, 1],
};

export const maxStops = 5;

export const relay: Relay = { ways: { [path]: { path } }, model: 'body' };
