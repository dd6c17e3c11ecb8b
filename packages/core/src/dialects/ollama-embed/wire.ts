/**
 * Ollama's own embedding endpoints as they are on the wire: `/api/embed`, and the older `/api/embeddings` for one text.
 * Facts were read from the official client's types (October 2026) and from recorded traffic.
 */
import type { EmbedRequest, PlainField } from '../../message/index.ts';

export const name = 'ollama-embed';
export const path = '/api/embed';
export const olderPath = '/api/embeddings';
export const paths: readonly string[] = [path, olderPath];

export interface OllamaEmbedQuirks {
  /** Ask the older endpoint, which takes one text and answers one vector (before 0.3). */
  readonly older: boolean;
}

export const quirks: OllamaEmbedQuirks = { older: false };

/** Both endpoints have these. */
export const sharedFields: readonly PlainField<EmbedRequest>[] = [
  ['options', 'runtimeOptions', 'record'],
  ['keep_alive', 'keepAlive', 'json'],
];

export const requestFields: readonly PlainField<EmbedRequest>[] = [
  ...sharedFields,
  ['dimensions', 'dimensions', 'number'],
];

/** Nanoseconds. */
export const durationFields = ['total_duration', 'load_duration', 'prompt_eval_duration'] as const;
