/** The record of a call whose process died, from the two lines that its journal kept: less than usual, but never nothing. */
import { isJsonObject, type Usage } from '@keelson/core';
import type { RecoveredCall } from '../limits/index.ts';
import type { CallRecord, RecordedCost } from '../observability/index.ts';

/** A record that was kept already is not replaced by it. */
export function recoveredRecord({ callId, at, call, outcome }: RecoveredCall): CallRecord {
  const text = (name: string): string => (typeof call[name] === 'string' ? (call[name] as string) : '');
  const isInterrupted = outcome === undefined;
  const startedAt = typeof call.at === 'number' ? call.at : at;
  const error = isInterrupted ? 'call_interrupted' : outcome.error;
  const provider = outcome?.provider;
  const model = outcome?.target;
  return {
    id: callId,
    startedAt,
    endpoint: text('endpoint') as CallRecord['endpoint'],
    dialect: text('dialect'),
    workspace: text('workspace'),
    keyId: text('key'),
    requestedModel: text('model'),
    ...(typeof call.alias === 'string' && { alias: call.alias }),
    ...(typeof call.profile === 'string' && { profile: call.profile }),
    ...(typeof call.lock === 'string' && { lockDigest: call.lock }),
    tags: {},
    isStream: call.stream === true,
    outcome: error === undefined ? 'answered' : 'failed',
    status: 0,
    ...(typeof error === 'string' && { error: error as NonNullable<CallRecord['error']> }),
    lane: outcome?.cache === 'hit' ? 'cached' : 'translated',
    ...(outcome?.cache === 'hit' && { cache: 'hit' }),
    ...(typeof provider === 'string' && { provider }),
    ...(typeof model === 'string' && { model }),
    ...(isJsonObject(outcome?.usage ?? null) && { usage: outcome?.usage as unknown as Usage }),
    cost: costOf(call.most, outcome),
    durationMs: 0,
    overheadMs: 0,
    losses: [],
    attempts: [],
  };
}

/** A call that was cut off is charged at what was set aside for it, and its record says the same. */
function costOf(most: unknown, outcome: RecoveredCall['outcome']): RecordedCost {
  if (outcome === undefined)
    return typeof most === 'number' ? { status: 'estimated', nanoDollars: most } : { status: 'unpriced' };
  const { cost, nanoDollars, priceVersion } = outcome;
  if (typeof nanoDollars !== 'number') return { status: 'unpriced' };
  return {
    status: cost === 'priced' ? 'priced' : 'estimated',
    nanoDollars,
    ...(typeof priceVersion === 'string' && { priceVersion }),
  };
}
