/**
 * Bedrock Converse as it is on the wire: names, rows that map one to one, and quirks. Facts were read from the official SDK's
 * types (3.1162, October 2026) and from recorded traffic.
 */
import type { NameRule, Relay, WireField } from '../../message/index.ts';

export const name = 'bedrock-converse';

export const wholePath = '/model/{model}/converse';
export const streamPath = '/model/{model}/converse-stream';
export const paths: readonly string[] = [wholePath, streamPath];

/** Names and call ids: letters, digits, `_` and `-`, at most 64 (API reference, October 2026). */
export const nameRule: NameRule = { maxLength: 64 };

/** How a model or host differs. Everything here concerns what we send; parsing accepts every variant. */
export interface BedrockConverseQuirks {
  /**
   * Where `topK` goes, which the format does not name: Claude takes `top_k` among the model's own fields, Nova
   * `inferenceConfig.topK`; `none` leaves it out.
   */
  readonly topK: 'top_k' | 'inferenceConfig' | 'none';
  /** Whether the model's own fields may hold `thinking` with a budget, as Claude's do. */
  readonly thinking: boolean;
  /** How a plain effort is asked for: by `outputConfig.effort`, or by a thinking budget for models before Claude 4.6. */
  readonly effort: 'outputConfig' | 'budget';
  /** Whether `system` messages may stand among the turns; otherwise they join the instructions. */
  readonly systemTurns: boolean;
}

export const quirks: BedrockConverseQuirks = {
  topK: 'top_k',
  thinking: true,
  effort: 'outputConfig',
  systemTurns: true,
};

export const requestFields: readonly WireField[] = [
  ['guardrailConfig', 'service.guardrail', 'record'],
  ['promptVariables', 'service.promptVariables', 'record'],
  ['additionalModelResponseFieldPaths', 'service.answerFields', 'strings'],
  ['requestMetadata', 'metadata.tags', 'record'],
];

/** `inferenceConfig` of a request. */
export const inferenceFields: readonly WireField[] = [
  ['maxTokens', 'maxOutputTokens', 'number'],
  ['temperature', 'sampling.temperature', 'number'],
  ['topP', 'sampling.topP', 'number'],
  ['stopSequences', 'stop', 'strings'],
];

/** `performanceConfig` of a request. */
export const performanceFields: readonly WireField[] = [['latency', 'service.latency', 'string']];

/** `serviceTier` of a request. */
export const tierFields: readonly WireField[] = [['type', 'service.tier', 'string']];

/** `outputConfig` of a request, besides its format. */
export const outputFields: readonly WireField[] = [['effort', 'reasoning.effort', 'string']];

/** `thinking` among the fields of the model. */
export const thinkingFields: readonly WireField[] = [
  ['type', 'reasoning.mode', 'string'],
  ['budget_tokens', 'reasoning.budgetTokens', 'number'],
  ['display', 'reasoning.display', 'string'],
];

/** What functions of this folder say besides the rows above. */
export const otherSaidPaths = [
  'toolChoice',
  'parallelTools',
  'outputFormat',
  'sampling.topK',
  'service.modelFields',
  'cache.mark',
  'streamOptions.usage',
] as const;

/** The type of calls that the provider runs; a call without it is the caller's. */
export const hostedCallType = 'server_tool_use';

export const relay: Relay = {
  ways: {
    [wholePath]: { path: wholePath, isStream: false },
    [streamPath]: { path: streamPath, isStream: true },
  },
  model: 'path',
};

/** Sent with documents that come without a word. */
export const textBesideDocument = 'See the attached document.';
