/** How much one request or answer may hold. `docs/limits.md` repeats these for people; a test holds the two together. */
import { type ErrorCode, KeelsonError } from '../errors/index.ts';

export const bounds = {
  /** Turns in one request. */
  turns: 100_000,
  /** Parts in one turn. */
  parts: 10_000,
  /** Tools in one request. */
  tools: 10_000,
  /** Answers asked for at once, and choices accepted in one answer. */
  choices: 128,
  /** Parts in one streamed answer; a higher index is a broken stream, not a long answer. */
  streamedParts: 10_000,
  /** Inputs of one embedding request, and vectors of one answer. */
  inputs: 10_000,
  /** Documents of one reranking request, and results of one answer. */
  documents: 10_000,
} as const;

export type Bound = keyof typeof bounds;

/** Refuses more than the bound allows, naming the field; whose fault it is depends on who sent it. */
export function checkBound(
  bound: Bound,
  count: number,
  field: string,
  code: ErrorCode = 'request_too_large',
): void {
  const limit = bounds[bound];
  if (count <= limit) return;
  throw new KeelsonError(code, `\`${field}\` counts ${count}; the limit is ${limit}.`, {
    details: { field, limit },
  });
}
