/** The record of a call, made when it is over from what its steps left behind. */
import { errorTable } from '@keelson/core';
import type { CallRecord } from '../observability/index.ts';
import type { CallState } from './call-state.ts';
import { requestIdOf, type Settlement } from './settle.ts';

export function recordCall(state: CallState, settlement: Settlement): CallRecord {
  const { asked, call, plan, winner, firstByteMs } = state;
  const durationMs = state.elapsed();
  const error = state.error ?? winner?.error;
  const outcome = outcomeOf(state);
  return {
    id: asked.id,
    startedAt: state.startedAt,
    endpoint: call?.isCount ? 'count-tokens' : asked.endpoint,
    dialect: asked.dialect.name,
    workspace: asked.identity.workspace,
    keyId: asked.identity.keyId,
    requestedModel: call?.model ?? '',
    tags: asked.controls.tags,
    isStream: call?.isStream ?? false,
    outcome,
    status: statusOf(state, outcome),
    lane: winner?.outgoing.lane ?? 'translated',
    cost: settlement.cost,
    durationMs,
    overheadMs: Math.max(0, durationMs - waitedMs(state)),
    losses: winner === undefined ? [] : [...winner.outgoing.losses, ...winner.losses],
    attempts: settlement.attempts,
    ...(asked.traceId !== undefined && { traceId: asked.traceId }),
    ...(plan?.alias !== undefined && { alias: plan.alias }),
    ...(error !== undefined && { error: error.code }),
    ...(settlement.usage !== undefined && { usage: settlement.usage }),
    ...(firstByteMs !== undefined && { firstByteMs }),
    ...answererOf(state),
  };
}

function outcomeOf({ winner, caller, attempts, isEstimate }: CallState): CallRecord['outcome'] {
  if (caller.hasLeft) return 'aborted';
  if (winner?.outcome === 'answered' || isEstimate) return 'answered';
  return attempts.length === 0 ? 'refused' : 'failed';
}

function statusOf({ error, winner }: CallState, outcome: CallRecord['outcome']): number {
  if (outcome === 'aborted') return errorTable.cancelled.status;
  // Once an answer has begun, its status is told, however it ends.
  if (winner !== undefined) return winner.status ?? 0;
  if (error === undefined) return 200;
  return error?.vendor?.status ?? error?.row.status ?? 0;
}

/** Time in which somebody else was waited for. */
function waitedMs({ attempts }: CallState): number {
  return attempts.reduce((longest, { durationMs }) => Math.max(longest, durationMs), 0);
}

function answererOf({ winner }: CallState): Partial<CallRecord> {
  if (winner === undefined) return {};
  const { target, reading } = winner;
  const { model: servedModel, systemFingerprint } = reading.facts;
  const providerRequestId = requestIdOf(winner);
  return {
    provider: target.provider.name,
    model: target.model,
    ...(servedModel !== undefined && { servedModel }),
    ...(systemFingerprint !== undefined && { systemFingerprint }),
    ...(providerRequestId !== undefined && { providerRequestId }),
  };
}
