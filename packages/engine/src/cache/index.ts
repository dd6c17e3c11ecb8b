// Answers that are kept to be given again, scoped to the tenant by construction: stores, what is found in them, and
// identical calls at one moment. Which calls may use them is decided above.
export { type AnswerCache, type AnswerCacheSettings, openAnswerCache } from './answer-cache.ts';
export type { AnswerQuestion } from './answer-source.ts';
export { type Flight, type Landing, longestWaitMs } from './flights.ts';
export type { KeptAnswer } from './kept-answer.ts';
