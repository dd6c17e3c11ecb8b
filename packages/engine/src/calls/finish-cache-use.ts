/**
 * The end of a call that asked for the cache of answers: whether its answer is kept for others, and what those who wait for it
 * are told.
 */
import type { KeptAnswer } from '../cache/index.ts';
import type { SavedByCache } from '../observability/index.ts';
import type { Plan } from '../routing/index.ts';
import type { Attempt } from './attempt.ts';
import type { CacheUse, Keeping } from './cache-use.ts';
import type { CallState } from './call-state.ts';
import type { ReadCall } from './open-call.ts';
import type { Settlement } from './settle.ts';
import { isChat } from './whole-answer.ts';

/** When the call is over and settled. */
export function finishCacheUse(state: CallState, { keeping }: CacheUse, settlement: Settlement): void {
  if (keeping === undefined) return;
  const { cache, question, flight } = keeping;
  const answer = answerToKeep(state, keeping, settlement);
  if (answer === undefined) {
    flight?.land(state.winner?.outcome === 'answered' && !state.caller.hasLeft ? 'unkept' : 'failed');
    return;
  }
  const kept = Promise.all(cache.sources.map((source) => source.keep(question, answer)));
  flight?.land(answer, kept);
}

/** Undefined for what nobody else should be given. */
function answerToKeep(
  { asked, call, plan, winner, parts, attempts }: CallState,
  { caller, ttlMs }: Keeping,
  settlement: Settlement,
): KeptAnswer | undefined {
  if (winner === undefined || !isWhole(winner, call as ReadCall) || !caller.isComplete) return undefined;
  // The request stands for the target that it was planned for, not for one that stood in.
  if (winner.target !== (plan as Plan).targets[0]) return undefined;
  const body = caller.takeBody();
  if (body === undefined) return undefined;
  const keptAt = parts.clock.now();
  const { model: servedModel, systemFingerprint } = winner.reading.facts;
  return {
    callId: asked.id,
    keptAt,
    expiresAt: keptAt + ttlMs,
    isStream: (call as ReadCall).isStream,
    headers: lastingHeaders(caller.headers),
    provider: winner.target.provider.name,
    model: winner.target.model,
    saved: savedBy(settlement, attempts.indexOf(winner)),
    body,
    ...(servedModel !== undefined && { servedModel }),
    ...(systemFingerprint !== undefined && { systemFingerprint }),
  };
}

/** Ended by the model itself: not cut off at a limit, not stopped by a filter, not refused. */
function isWhole({ outcome, error, reading }: Attempt, { asked }: ReadCall): boolean {
  if (outcome !== 'answered' || error !== undefined) return false;
  if (!isChat(asked.endpoint)) return true;
  return reading.stop !== undefined && !reading.isCutShort;
}

const lasting = ['content-type', 'cache-control', 'x-keelson-target', 'x-keelson-losses'];

/** The others are of the call that they were sent to: its id, its times, the provider's limits at that moment. */
function lastingHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of lasting) {
    const value = headers[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/** Of the attempt that answered: those that failed before it might not fail again. */
function savedBy({ attempts }: Settlement, index: number): SavedByCache {
  const { usage, cost } = attempts[index] ?? {};
  const { nanoDollars } = cost ?? {};
  return {
    ...(nanoDollars !== undefined && { nanoDollars }),
    ...(usage?.input.total !== undefined && { inputTokens: usage.input.total }),
    ...(usage?.output.total !== undefined && { outputTokens: usage.output.total }),
  };
}
