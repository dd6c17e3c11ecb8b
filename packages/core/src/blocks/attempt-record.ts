/** What is kept of one attempt of a block, and how such records are read back. One line of a statistics file each. */
import { isJsonObject, type Json, type JsonObject } from '../json/index.ts';

/** `stopped`: it waits for somebody or was cancelled, which says nothing about how the block does. */
export type AttemptOutcome = 'ok' | 'failed' | 'stopped';

export interface BlockAttempt {
  /** `name@version`, and `@alias` where a model was named. */
  readonly key: string;
  readonly traceId: string;
  readonly executionId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly node?: string;
  readonly attempt: number;
  /** Milliseconds since 1970 at its end. */
  readonly at: number;
  readonly outcome: AttemptOutcome;
  readonly reason?: string;
  readonly errorType?: string;
  readonly ms: number;
  /** Unknown is `null`, never 0. */
  readonly nanoDollars: number | null;
  readonly calls: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Ways that a branch or graph took, by name. */
  readonly ways?: readonly string[];
  /** Rounds of a loop, or items of a list. */
  readonly rounds?: number;
}

/** A line that some process wrote; undefined where it is none, such as one that was cut short. */
export function readAttempt(value: Json): BlockAttempt | undefined {
  if (!isJsonObject(value)) return undefined;
  const { key, at, outcome, ms } = value;
  const isRead = isText(key) && isCount(at) && isCount(ms) && /^(ok|failed|stopped)$/.test(String(outcome));
  return isRead ? { ...(value as unknown as BlockAttempt), ...readNumbers(value) } : undefined;
}

function readNumbers({ nanoDollars, calls, inputTokens, outputTokens, rounds, ways }: JsonObject): object {
  return {
    nanoDollars: isCount(nanoDollars) ? nanoDollars : null,
    calls: isCount(calls) ? calls : 0,
    inputTokens: isCount(inputTokens) ? inputTokens : null,
    outputTokens: isCount(outputTokens) ? outputTokens : null,
    ...(isCount(rounds) && { rounds }),
    ...(Array.isArray(ways) && { ways: ways.filter(isText) }),
  };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
/** What is beyond it cannot be true, and its third power would be no number any more. */
const mostOfOneAttempt = 1e15;
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= mostOfOneAttempt;
