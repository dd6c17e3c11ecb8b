/**
 * Ollama's own chat as it is on the wire: names, rows that map one to one, and quirks. Facts were read from the official
 * SDK's types (0.6.4, October 2026) and from recorded traffic, which also shows ids and indexes that the types lack.
 */
import type { Relay, RequestPath, WireField } from '../../message/index.ts';

export const name = 'ollama-chat';

/** Relative to the host itself: the format has no version in its addresses. */
export const path = '/api/chat';
export const paths: readonly string[] = [path];

/** How a server differs. Everything here concerns what we send; parsing accepts every variant. */
export interface OllamaChatQuirks {
  /** Whether `think` may be a level; older servers know only true and false. */
  readonly thinkLevels: boolean;
  /** Whether ids of calls are sent, and with results the call that they answer; older servers have no such fields. */
  readonly callIds: boolean;
}

export const quirks: OllamaChatQuirks = { thinkLevels: true, callIds: true };

export const requestFields: readonly WireField[] = [
  ['keep_alive', 'service.keepAlive', 'json'],
  ['logprobs', 'sampling.logprobs', 'boolean'],
  ['top_logprobs', 'sampling.topLogprobs', 'number'],
];

/** What functions of this folder say besides the rows above, or report themselves. */
export const otherSaidPaths: readonly RequestPath[] = [
  'maxOutputTokens',
  'toolChoice',
  'parallelTools',
  'outputFormat',
  'reasoning.effort',
  'reasoning.mode',
  'reasoning.budgetTokens',
  'service.runtimeOptions',
  'streamOptions.usage',
];

export const relay: Relay = {
  ways: { [path]: { path } },
  model: 'body',
  streamsByDefault: true,
  rewritingQuirks: ['callIds'],
};
