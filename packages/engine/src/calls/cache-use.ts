/** What a call that asked for the cache of answers has to do with it, from its look-up to its record. */
import type { AnswerCache, AnswerQuestion, Flight, KeptAnswer } from '../cache/index.ts';
import type { CallRecord } from '../observability/index.ts';
import type { KeepingCaller } from './keeping-caller.ts';

/** What an answer that was known used; its call is counted, and costs nothing. */
export const nothingUsed = { input: { total: 0 }, output: { total: 0 } };

export interface CacheUse {
  outcome: NonNullable<CallRecord['cache']>;
  /** Of a hit. */
  answer?: KeptAnswer;
  /** All of that answer was handed to the caller. */
  isTold?: boolean;
  /** Where this call's own answer may be kept. */
  keeping?: Keeping;
}

export interface Keeping {
  readonly cache: AnswerCache;
  readonly question: AnswerQuestion;
  readonly ttlMs: number;
  readonly caller: KeepingCaller;
  /** Of those who wait for this call. */
  readonly flight?: Flight;
}
