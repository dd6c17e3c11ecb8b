/** How large a prompt is, and what a call with it can cost at most, without a tokenizer: a token is at least one byte. */
import { type Expected, type ModelFacts, usualOutputTokens } from '@keelson/core';

/** What the messages around a prompt may add. */
const envelopeTokens = 100;
const bytesPerToken = 4;

export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

export interface CallSize {
  /** Of all text that is sent; `null` where it is not known yet. */
  readonly bytes: number | null;
  readonly maxOutputTokens: number;
}

/** Never less than the call costs; `null` where nothing bounds it. */
export function worstOfCall(
  { bytes, maxOutputTokens }: CallSize,
  facts: ModelFacts | undefined,
): number | null {
  if (facts === undefined) return null;
  const { contextTokens = Number.POSITIVE_INFINITY, nanoDollarsPerCall = 0, answersPaid = 1 } = facts;
  const input = Math.min(bytes === null ? Number.POSITIVE_INFINITY : bytes + envelopeTokens, contextTokens);
  if (!Number.isFinite(input)) return null;
  const tokens = input * facts.nanoDollarsPerInputToken + maxOutputTokens * facts.nanoDollarsPerOutputToken;
  return Math.ceil((nanoDollarsPerCall + tokens) * answersPaid);
}

/** A page of text, where the prompt is not known before the run and none was ever seen. */
const usualInputTokens = 1000;

/** `seen`: the mean of earlier requests, where there were some. */
export function expectedTokens(bytes: number | null, seen: number = usualInputTokens): number {
  return bytes === null ? seen : Math.ceil(bytes / bytesPerToken);
}

/** Input as counted, output as usual; as uncertain as it is large. */
export function expectedCost(size: CallSize, facts: ModelFacts | undefined, seen?: number): Expected {
  if (facts === undefined) return { mean: null, std: null, max: null };
  const output = Math.min(size.maxOutputTokens, usualOutputTokens);
  const mean =
    (facts.nanoDollarsPerCall ?? 0) +
    expectedTokens(size.bytes, seen) * facts.nanoDollarsPerInputToken +
    output * facts.nanoDollarsPerOutputToken;
  return { mean, std: mean, max: worstOfCall(size, facts) };
}
