// The receipt of a call is canonical JSON whatever the call was, and says what its record says.
import { canonicalJson } from '@keelson/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallRecord } from '../observability/index.ts';
import { call } from './__fixtures__/receipt-kit.ts';
import { receiptIdOf, renderCallReceipt } from './render-receipt.ts';

const word = fc.string({ unit: 'binary', maxLength: 12 });
const count = fc.option(fc.oneof(fc.nat(), fc.constant(Number.NaN), fc.double()), { nil: undefined });
const usage = fc.record({
  input: fc.record({ total: count, uncached: count, cacheRead: count, audioSeconds: count }),
  output: fc.record({ total: count, reasoning: count }),
});
const someCall = fc.record(
  {
    requestedModel: word,
    alias: word,
    tags: fc.dictionary(word, word),
    provider: word,
    usage: fc.oneof(
      usage,
      usage.map((known) => ({ ...known, toolUnits: { 10: 1, 9: 2, b: 3 } })),
    ),
    cost: fc.record(
      { status: fc.constant('priced'), nanoDollars: fc.double(), priceVersion: word },
      { requiredKeys: ['status'] },
    ),
    losses: fc.array(fc.record({ field: word, action: fc.constant('dropped'), detail: word }), {
      maxLength: 2,
    }),
    systemFingerprint: word,
  },
  { requiredKeys: [] },
);

describe('the text of a receipt', () => {
  test('is canonical JSON, whatever the call was', () => {
    fc.assert(
      fc.property(someCall, (fields) => {
        const text = renderCallReceipt(call(fields as Partial<CallRecord>));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test('says what the record says', () => {
    const attempt = { index: 0, model: 'm', dialect: 'd', startedAt: 0, durationMs: 1 };
    const first = { input: { total: 5 }, output: {} };
    const record = call({
      traceId: 'a'.repeat(32),
      tags: { team: 'search' },
      attempts: [
        {
          ...attempt,
          reason: 'first',
          provider: 'p',
          outcome: 'failed',
          status: 500,
          error: 'provider_error',
          usage: first,
          cost: { status: 'unpriced' },
        },
        { ...attempt, index: 1, reason: 'fallback', provider: 'q', outcome: 'answered', status: 200 },
      ],
      losses: [{ field: 'seed', action: 'dropped', detail: 'It has none.' }],
    });
    const receipt = JSON.parse(
      renderCallReceipt(record, { requestSha256: 'ab', responseSha256: 'cd', interrupted: true }),
    );
    expect(receipt).toEqual({
      version: 1,
      kind: 'call',
      receipt_id: receiptIdOf(record.id),
      call_id: record.id,
      timestamp: '2026-11-21T00:00:00.000Z',
      workspace: 'main',
      key_id: 'key_1',
      trace_id: 'a'.repeat(32),
      tags: { team: 'search' },
      endpoint: 'chat',
      dialect: 'openai-chat',
      stream: false,
      alias: 'fast',
      requested_model: 'fast',
      provider: 'openai',
      model: 'gpt-5-mini',
      outcome: 'answered',
      status: 200,
      interrupted: true,
      usage: { input: { total: 120, uncached: 120 }, output: { total: 30 } },
      cost: { amount: '0.00009', currency: 'USD', price_version: 'sha256:1', status: 'priced' },
      attempts: [
        {
          provider: 'p',
          model: 'm',
          reason: 'first',
          outcome: 'failed',
          status: 500,
          error: 'provider_error',
          usage: { input: { total: 5 }, output: {} },
          cost: { currency: 'USD', status: 'unpriced' },
        },
        { provider: 'q', model: 'm', reason: 'fallback', outcome: 'answered', status: 200 },
      ],
      losses: [{ field: 'seed', action: 'dropped', detail: 'It has none.' }],
      request_sha256: 'ab',
      response_sha256: 'cd',
    });
  });

  test('leaves out an amount that nobody knows, and never says zero for it', () => {
    const receipt = JSON.parse(renderCallReceipt(call({ cost: { status: 'unpriced' } })));
    expect(receipt.cost).toEqual({ currency: 'USD', status: 'unpriced' });
  });
});
