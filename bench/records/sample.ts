/** Records of calls as a gateway makes them: one attempt, some keys and models, a usage with the vendor's own words. */
import { type CallRecord, createIds, systemClock, systemRandom } from '@keelson/engine';

const newId = createIds(systemClock, systemRandom);

export function sampleRecord(at: number): CallRecord {
  const usage = {
    input: { total: 900 + (at % 50), uncached: 388, cacheRead: 512, audio: 0 },
    output: { total: 200, reasoning: 0, audio: 0 },
    raw: {
      prompt_tokens: 900 + (at % 50),
      completion_tokens: 200,
      prompt_tokens_details: { cached_tokens: 512, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
    },
  };
  const cost = { status: 'priced', nanoDollars: 123_456 + at, priceVersion: '2026-11-01' } as const;
  const answer = {
    provider: 'openai',
    model: `gpt-5-mini-${at % 5}`,
    providerRequestId: `chatcmpl-${newId()}`,
  };
  const startedAt = systemClock.now();
  const attempt = {
    index: 0,
    reason: 'first',
    dialect: 'openai-chat',
    outcome: 'answered',
    status: 200,
  } as const;
  return {
    id: newId(),
    startedAt,
    endpoint: 'chat',
    dialect: 'openai-chat',
    workspace: 'main',
    keyId: `key_${at % 20}`,
    requestedModel: 'fast',
    ...(at % 2 === 0 && { alias: 'fast' }),
    tags: {},
    isStream: at % 2 === 0,
    outcome: at % 50 === 0 ? 'failed' : 'answered',
    status: 200,
    lane: 'translated',
    ...answer,
    servedModel: 'gpt-5-mini-2026-08-07',
    systemFingerprint: 'fp_44709d6fcb',
    usage,
    cost,
    durationMs: 1234.567,
    firstByteMs: 200.25,
    overheadMs: 0.312,
    losses: [],
    attempts: [{ ...attempt, ...answer, startedAt, durationMs: 1233.5, firstByteMs: 199.5, usage, cost }],
  };
}
