/**
 * Step three of a call: an answer that is already known, for calls whose alias or caller asks for that; all others pass here
 * at no cost. Identical calls at one moment wait for the first of them.
 */
import { KeelsonError } from '@keelson/core';
import {
  type AnswerCache,
  type AnswerQuestion,
  type Flight,
  type KeptAnswer,
  type Landing,
  longestWaitMs,
} from '../cache/index.ts';
import type { Plan } from '../routing/index.ts';
import type { CacheUse } from './cache-use.ts';
import type { CallState } from './call-state.ts';
import { KeepingCaller } from './keeping-caller.ts';
import { addLimitHeaders } from './limit-headers.ts';
import type { ReadCall } from './open-call.ts';
import { replayAnswer } from './replay-answer.ts';
import { hashRequest } from './request-hash.ts';

/** For callers who ask for the cache without a word on how long. */
const usualTtlMs = 300_000;

/** Whether the caller has been answered. */
export function lookUp(state: CallState): boolean | Promise<boolean> {
  const { asked, plan } = state;
  const { cache: wish } = asked.controls;
  if (wish === undefined && (plan as Plan).policy.cacheTtlMs === undefined) return false;
  return lookUpWanted(state, wish ?? 'use');
}

async function lookUpWanted(state: CallState, wish: 'use' | 'bypass' | 'refresh'): Promise<boolean> {
  const { asked, call, parts, plan } = state;
  const { cache } = parts;
  const { isCount, passed } = call as ReadCall;
  const hash =
    wish === 'bypass' || cache === undefined || isCount || passed !== undefined
      ? undefined
      : hashRequest(call as ReadCall, plan as Plan);
  if (cache === undefined || hash === undefined) {
    state.cacheUse = { outcome: 'bypass' };
    state.caller = new KeepingCaller(state.caller, 'bypass', 0);
    return false;
  }
  const { cacheTtlSeconds } = asked.controls;
  const ttlMs =
    cacheTtlSeconds === undefined ? ((plan as Plan).policy.cacheTtlMs ?? usualTtlMs) : cacheTtlSeconds * 1000;
  const { workspace } = asked.identity;
  const question = { key: { workspace, hash }, maxAgeMs: ttlMs, request: () => (call as ReadCall).request() };
  const looking = { state, cache, question, ttlMs };
  if (wish === 'refresh') return goItself(looking, 'refresh');
  const known = (await findKnown(cache, question)) ?? (await waitForSame(looking));
  if (known === 'nobody') return goItself(looking, 'miss');
  return 'landing' in known ? goItself(looking, 'miss', known) : answerKnown(state, known);
}

interface Looking {
  readonly state: CallState;
  readonly cache: AnswerCache;
  readonly question: AnswerQuestion;
  readonly ttlMs: number;
}

async function findKnown(
  { sources }: AnswerCache,
  question: AnswerQuestion,
): Promise<KeptAnswer | undefined> {
  for (const source of sources) {
    const answer = await source.find(question);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** After so many in a row, waiting for one more would only make everybody late. */
const mostFailures = 3;

/** An answer, or the flight that this call now begins for others; `nobody` where it goes for itself alone. */
async function waitForSame({ state, cache, question }: Looking): Promise<KeptAnswer | Flight | 'nobody'> {
  const { clock } = state.parts;
  const { deadlineMs = longestWaitMs } = state.asked.controls;
  const until = clock.elapsed() + Math.min(deadlineMs, longestWaitMs);
  for (let failures = 0; failures < mostFailures; failures++) {
    const flight = cache.flights.find(question.key);
    if (flight === undefined) return cache.flights.begin(question.key);
    const landing = await waitFor(flight, state, until - clock.elapsed());
    if (typeof landing === 'object') return landing;
    if (landing !== 'failed') break;
  }
  if (state.asked.controls.deadlineMs !== undefined && clock.elapsed() >= until) {
    throw new KeelsonError('provider_timeout', `No answer began within ${deadlineMs} ms.`);
  }
  return 'nobody';
}

/** Throws when the caller leaves: it stops waiting, and the others go on. */
async function waitFor(
  flight: Flight,
  { caller, parts }: CallState,
  ms: number,
): Promise<Landing | 'too late'> {
  const waiting = new AbortController();
  caller.onLeave(() => waiting.abort());
  const over = parts.clock.sleep(Math.max(0, ms), waiting.signal).then(sayTooLate, sayTooLate);
  const landing = caller.hasLeft ? 'too late' : await Promise.race([flight.landing, over]);
  waiting.abort();
  if (caller.hasLeft) throw new KeelsonError('cancelled', 'The caller left before the answer.');
  return landing;
}

const sayTooLate = (): 'too late' => 'too late';

function goItself(
  { state, cache, question, ttlMs }: Looking,
  outcome: 'miss' | 'refresh',
  flight?: Flight,
): false {
  const caller = new KeepingCaller(state.caller, outcome, cache.maxAnswerBytes);
  state.caller = caller;
  const keeping = { cache, question, ttlMs, caller };
  state.cacheUse = { outcome, keeping: flight === undefined ? keeping : { ...keeping, flight } };
  return false;
}

async function answerKnown(state: CallState, answer: KeptAnswer): Promise<true> {
  const { asked, caller, parts } = state;
  const use: CacheUse = { outcome: 'hit', answer };
  state.cacheUse = use;
  state.firstByteMs = state.elapsed();
  const ageSeconds = Math.max(0, Math.floor((parts.clock.now() - answer.keptAt) / 1000));
  const took = state.firstByteMs.toFixed(1);
  const headers: Record<string, string> = {
    ...answer.headers,
    'x-keelson-call-id': asked.id,
    'x-keelson-cache': 'hit',
    'x-keelson-cached-call': answer.callId,
    age: String(ageSeconds),
    'server-timing': `total;dur=${took}, cache;dur=${took}`,
  };
  addLimitHeaders(headers, state);
  use.isTold = await replayAnswer(answer, headers, caller);
  return true;
}
