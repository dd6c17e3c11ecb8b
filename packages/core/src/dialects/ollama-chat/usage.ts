/** Counts and durations of an answer, both ways: they stand beside the message, in its last line when it streams. */
export { parseUsage, renderUsage, saidBuckets } from '../ollama-answer.ts';
