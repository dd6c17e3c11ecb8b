/**
 * What can be asked for an answer that is already known. Sources are asked in order: the exact one first; one that looks for
 * a similar request comes after it, and is given what it needs to understand one as a function.
 */
import type { ChatRequest } from '@keelson/core';
import type { AnswerKey } from './answer-store.ts';
import type { KeptAnswer } from './kept-answer.ts';

export interface AnswerQuestion {
  readonly key: AnswerKey;
  /** An older answer is none. */
  readonly maxAgeMs: number;
  /** The whole request in our words, for sources that compare meanings; of the kind of the endpoint. */
  request(): ChatRequest;
}

export interface AnswerSource {
  /** Never rejects: what cannot be asked knows nothing. */
  find(question: AnswerQuestion): Promise<KeptAnswer | undefined>;
  /** Never rejects: the caller has its answer whatever becomes of this. */
  keep(question: AnswerQuestion, answer: KeptAnswer): Promise<void>;
  close(): Promise<void>;
}
