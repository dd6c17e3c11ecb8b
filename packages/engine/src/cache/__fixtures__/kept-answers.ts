/** Answers, keys and questions for the tests of this room. */
import { createHash } from 'node:crypto';
import type { AnswerQuestion } from '../answer-source.ts';
import type { AnswerKey } from '../answer-store.ts';
import type { KeptAnswer } from '../kept-answer.ts';

/** Noon of a day in UTC. */
export const noon = Date.UTC(2026, 10, 20, 12);

export function keyOf(workspace: string, request: string): AnswerKey {
  return { workspace, hash: createHash('sha256').update(`${workspace}\n${request}`).digest('hex') };
}

export function questionOf(key: AnswerKey, maxAgeMs = 1e12): AnswerQuestion {
  return { key, maxAgeMs, request: () => ({ model: '', turns: [] }) };
}

export function keptAnswer(fields: Partial<KeptAnswer> = {}): KeptAnswer {
  return {
    callId: '01',
    keptAt: noon,
    expiresAt: noon + 60_000,
    isStream: true,
    headers: { 'content-type': 'text/event-stream' },
    provider: 'openai',
    model: 'gpt-x',
    saved: { nanoDollars: 12, inputTokens: 3, outputTokens: 4 },
    body: Buffer.from('data: {"says":"順風"}\n\ndata: [DONE]\n\n'),
    ...fields,
  };
}
