/**
 * Ollama's completion of a prompt as it is on the wire: names, rows that map one to one, and quirks. Facts were read from
 * the official SDK's types (0.6.4, October 2026) and from recorded traffic.
 */
import type { Relay, RequestPath, WireField } from '../../message/index.ts';

export const name = 'ollama-generate';

/** Relative to the host itself: the format has no version in its addresses. */
export const path = '/api/generate';
export const paths: readonly string[] = [path];

/** How a server differs. Everything here concerns what we send; parsing accepts every variant. */
export interface OllamaGenerateQuirks {
  /** Whether `think` may be a level; older servers know only true and false. */
  readonly thinkLevels: boolean;
}

export const quirks: OllamaGenerateQuirks = { thinkLevels: true };

export const requestFields: readonly WireField[] = [
  ['keep_alive', 'service.keepAlive', 'json'],
  ['raw', 'service.rawPrompt', 'boolean'],
  ['logprobs', 'sampling.logprobs', 'boolean'],
  ['top_logprobs', 'sampling.topLogprobs', 'number'],
];

/** Size and steps of a drawing, which are one field in the canonical request. */
export const imageFields = ['width', 'height', 'steps'] as const;

/** What functions of this folder say besides the rows above, or report themselves. */
export const otherSaidPaths: readonly RequestPath[] = [
  'maxOutputTokens',
  'outputFormat',
  'reasoning.effort',
  'reasoning.mode',
  'reasoning.budgetTokens',
  'service.runtimeOptions',
  'service.promptTemplate',
  'service.promptState',
  'output.suffix',
  'output.image',
  'streamOptions.usage',
];

export const relay: Relay = { ways: { [path]: { path } }, model: 'body', streamsByDefault: true };
