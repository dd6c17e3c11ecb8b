/** Call records for the tests of this room, small or with every field there is. */
import type { Usage } from '@keelson/core';
import { type CallRecord, createIds, systemRandom } from '../../observability/index.ts';

/** Noon of a day in UTC; tests count hours and days from it. */
export const noon = Date.UTC(2026, 10, 20, 12);

const makers = new Map<number, () => string>();

/** An id made at this time, after all others that were; a maker serves one time, because a maker's time never goes back. */
export function idAt(ms: number): string {
  const make = makers.get(ms) ?? createIds({ now: () => ms }, systemRandom);
  makers.set(ms, make);
  return make();
}

export function callRecord(fields: Partial<CallRecord> = {}): CallRecord {
  const startedAt = fields.startedAt ?? noon;
  return {
    id: idAt(startedAt),
    startedAt,
    endpoint: 'chat',
    dialect: 'openai-chat',
    workspace: 'main',
    requestedModel: 'fast',
    tags: {},
    isStream: false,
    outcome: 'answered',
    status: 200,
    lane: 'translated',
    cost: { status: 'priced', nanoDollars: 1000 },
    durationMs: 12.5,
    overheadMs: 0.25,
    losses: [],
    attempts: [],
    ...fields,
  };
}

const usage: Usage = {
  input: { total: 120, uncached: 20, cacheRead: 60, cacheWrite: 40, cacheWrite1h: 30, audio: 3, image: 2 },
  output: { total: 50, text: 30, reasoning: 20, audio: 1, image: 4 },
  toolUnits: { web_search_requests: 2 },
  raw: { prompt_tokens: 120 },
};

/** Every field of a call and of an attempt. */
export function fullCallRecord(fields: Partial<CallRecord> = {}): CallRecord {
  const startedAt = fields.startedAt ?? noon;
  return callRecord({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    keyId: 'key_1',
    alias: 'fast',
    tags: { team: 'búho', "quote'": '"' },
    isStream: true,
    outcome: 'failed',
    status: 502,
    error: 'stream_interrupted',
    provider: 'anthropic',
    model: 'claude-x',
    servedModel: 'claude-x-20260101',
    providerRequestId: 'req_1',
    systemFingerprint: 'fp_1',
    usage,
    cost: { status: 'estimated', nanoDollars: 123_456_789, priceVersion: '2026-11-01' },
    durationMs: 1234.567,
    firstByteMs: 200.001,
    overheadMs: 0.312,
    cache: 'hit',
    saved: { nanoDollars: 42, inputTokens: 7, outputTokens: 3 },
    origin: 'batch-job',
    losses: [{ field: 'seed', action: 'dropped', detail: 'No seed in this format.' }],
    attempts: [
      {
        index: 0,
        reason: 'first',
        provider: 'openai',
        model: 'gpt-x',
        dialect: 'openai-chat',
        startedAt,
        durationMs: 100.5,
        outcome: 'failed',
        status: 429,
        error: 'rate_limited',
      },
      {
        index: 1,
        reason: 'fallback',
        provider: 'anthropic',
        model: 'claude-x',
        dialect: 'anthropic-messages',
        startedAt: startedAt + 101,
        durationMs: 1100.25,
        firstByteMs: 99.75,
        outcome: 'failed',
        status: 200,
        error: 'stream_interrupted',
        providerRequestId: 'req_1',
        usage,
        cost: { status: 'estimated', nanoDollars: 123_456_789, priceVersion: '2026-11-01' },
      },
    ],
    ...fields,
  });
}
