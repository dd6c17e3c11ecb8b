/** A finished call for the tests of this room: one attempt that answered. */
import type { AttemptRecord, CallRecord } from '../call-record.ts';

export function attemptOf(fields: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    index: 0,
    reason: 'first',
    provider: 'openai',
    model: 'gpt-5',
    dialect: 'openai-chat',
    startedAt: 1000,
    durationMs: 900,
    firstByteMs: 100,
    outcome: 'answered',
    status: 200,
    usage: { input: { total: 100, cacheRead: 40 }, output: { total: 21, reasoning: 5 } },
    cost: { status: 'priced', nanoDollars: 2_000_000_000 },
    ...fields,
  };
}

export function finishedCall(fields: Partial<CallRecord> = {}): CallRecord {
  return {
    id: 'call-1',
    startedAt: 1000,
    endpoint: 'chat',
    dialect: 'openai-chat',
    workspace: 'w1',
    requestedModel: 'fast',
    alias: 'fast',
    tags: {},
    isStream: true,
    outcome: 'answered',
    status: 200,
    lane: 'pass-through',
    provider: 'openai',
    model: 'gpt-5',
    cost: { status: 'priced', nanoDollars: 2_000_000_000 },
    durationMs: 950,
    firstByteMs: 120,
    overheadMs: 0.7,
    losses: [],
    attempts: [attemptOf()],
    ...fields,
  };
}
