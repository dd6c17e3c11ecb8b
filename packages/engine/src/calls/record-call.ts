/** The record of a call, made when it is over from what its steps left behind. */
import { errorTable } from '@keelson/core';
import type { CallRecord } from '../observability/index.ts';
import type { Plan } from '../routing/index.ts';
import { type Attempt, allLosses } from './attempt.ts';
import { type CacheUse, nothingUsed } from './cache-use.ts';
import type { CallState, FlowUse } from './call-state.ts';
import { estimatedCount } from './estimate-count.ts';
import { requestIdOf, type Settlement } from './settle.ts';

/** While it is made: fields that are not known are left out, and spreading them in would cost every call. */
type Unfinished = { -readonly [Field in keyof CallRecord]: CallRecord[Field] };

export function recordCall(state: CallState, settlement: Settlement): CallRecord {
  const { asked, call, plan, winner, firstByteMs } = state;
  const durationMs = state.elapsed();
  const error = state.error ?? winner?.error;
  const outcome = outcomeOf(state);
  const record: Unfinished = {
    id: asked.id,
    startedAt: state.startedAt,
    endpoint: call?.isCount ? 'count-tokens' : endpointOf(asked),
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
    losses: lossesOf(state),
    attempts: settlement.attempts,
  };
  if (asked.traceId !== undefined) record.traceId = asked.traceId;
  if (plan?.alias !== undefined) record.alias = plan.alias;
  if (plan?.lockDigest !== undefined) nameLockfile(plan, record);
  if (error !== undefined) record.error = error.code;
  if (settlement.usage !== undefined) record.usage = settlement.usage;
  if (firstByteMs !== undefined) record.firstByteMs = firstByteMs;
  if (winner !== undefined) nameAnswerer(winner, record);
  if (state.cacheUse !== undefined) recordCacheUse(state.cacheUse, record);
  if (state.flow !== undefined) recordFlow(state.flow, record);
  return record;
}

function lossesOf({ winner, call, isEstimate }: CallState): CallRecord['losses'] {
  if (winner !== undefined) return allLosses(winner);
  return call?.isCount === true && isEstimate === true ? [estimatedCount] : [];
}

function nameLockfile({ profile, lockDigest }: Plan, record: Unfinished): void {
  if (profile !== undefined) record.profile = profile;
  if (lockDigest !== undefined) record.lockDigest = lockDigest;
}

function endpointOf({ endpoint, passed }: CallState['asked']): CallRecord['endpoint'] {
  if (endpoint !== 'passed') return endpoint;
  return passed?.name ?? 'chat';
}

function outcomeOf(state: CallState): CallRecord['outcome'] {
  const { call, winner, caller, attempts, isEstimate, cacheUse, flow } = state;
  if (cacheUse?.isTold || flow?.isTold) return 'answered';
  // A stream that had come to its end, or had failed, was told as that before its caller left.
  const wasTold = call?.isStream === true && winner !== undefined && winner.outcome !== 'cancelled';
  if (caller.hasLeft && !wasTold) return 'aborted';
  if (winner?.outcome === 'answered' || isEstimate) return 'answered';
  return attempts.length === 0 && flow?.hasBegun !== true ? 'refused' : 'failed';
}

function statusOf({ error, errorStatus, winner }: CallState, outcome: CallRecord['outcome']): number {
  if (outcome === 'aborted') return errorTable.cancelled.status;
  // Once an answer has begun, its status is told, however it ends.
  if (winner !== undefined) return winner.status ?? 0;
  return errorStatus ?? error?.row.status ?? 200;
}

/** An answer that was known used nothing, and says what it spared. */
function recordCacheUse({ outcome, answer, isTold }: CacheUse, record: Unfinished): void {
  record.cache = outcome;
  if (answer === undefined) return;
  const { provider, model, servedModel, systemFingerprint, saved } = answer;
  record.lane = 'cached';
  record.provider = provider;
  record.model = model;
  record.usage = nothingUsed;
  if (servedModel !== undefined) record.servedModel = servedModel;
  if (systemFingerprint !== undefined) record.systemFingerprint = systemFingerprint;
  if (isTold) record.saved = saved;
}

/** Under this name of a provider flows stand in records. */
const flowProvider = 'flow';

/** The calls inside have records of their own, so that this one adds nothing to any sum but itself. */
function recordFlow({ name, opened, hasBegun, losses }: FlowUse, record: Unfinished): void {
  record.lane = 'flow';
  record.provider = flowProvider;
  record.model = name;
  record.tags = { ...record.tags, flow: name, execution: record.id };
  record.losses = losses;
  if (!hasBegun) return;
  record.usage = nothingUsed;
  record.cost = { status: 'priced', nanoDollars: 0, priceVersion: 'inner-calls' };
  record.inner = opened.inner();
}

/** Time in which somebody else was waited for. */
function waitedMs({ attempts }: CallState): number {
  return attempts.reduce((longest, { durationMs }) => Math.max(longest, durationMs), 0);
}

function nameAnswerer(winner: Attempt, record: Unfinished): void {
  const { target, reading } = winner;
  const { model: servedModel, systemFingerprint } = reading.facts;
  const providerRequestId = requestIdOf(winner);
  record.provider = target.provider.name;
  if (target.model !== '') record.model = target.model;
  if (servedModel !== undefined) record.servedModel = servedModel;
  if (systemFingerprint !== undefined) record.systemFingerprint = systemFingerprint;
  if (providerRequestId !== undefined) record.providerRequestId = providerRequestId;
}
