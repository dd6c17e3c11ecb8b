/**
 * The life of a call, from its first reading to its record. Six steps, each in a file of its own; a call that fails at any
 * of them is answered in its caller's format and recorded like every other.
 */
import { toKeelsonError } from '@keelson/core';
import type { CallRecord } from '../observability/index.ts';
import type { Plan, Target } from '../routing/index.ts';
import { answerError } from './answer-error.ts';
import { answerHeaders, nameLosses, ownHeaders } from './answer-headers.ts';
import { applyPlan } from './apply-plan.ts';
import { askFlow, asksForFlow } from './ask-flow.ts';
import type { AskedCall, Caller } from './asked-call.ts';
import type { Attempt } from './attempt.ts';
import type { CallState } from './call-state.ts';
import { DigestingCaller } from './digesting-caller.ts';
import type { EngineParts } from './engine-parts.ts';
import { answerEstimate, canCount, estimatedCount } from './estimate-count.ts';
import { finishCacheUse } from './finish-cache-use.ts';
import { addLimitHeaders } from './limit-headers.ts';
import { lookUp } from './look-up.ts';
import { openCall, type ReadCall } from './open-call.ts';
import { answerList, keepThings, locateThings } from './passed-things.ts';
import { anyContextWindow } from './passed-worst-case.ts';
import { planCall } from './plan-call.ts';
import { writeReceipt } from './receipt.ts';
import { recordCall } from './record-call.ts';
import { reserve, settleReserved } from './reserve.ts';
import { settle } from './settle.ts';
import { settleBatch } from './settle-batch.ts';
import { sendShadow } from './shadow.ts';
import { continueStored, keepAnswer } from './stored-answers.ts';
import { tryTargets } from './try-targets.ts';

/** Never rejects: whatever happens has been told to the caller and stands in the record. */
export async function handleCall(asked: AskedCall, caller: Caller, parts: EngineParts): Promise<CallRecord> {
  const state = openState(asked, caller, parts);
  try {
    const opened = openCall(asked, () => parts.clock.now());
    state.asked = opened.asked;
    state.call = await (opened.passed === undefined
      ? continueStored(opened, parts)
      : locateThings(opened, parts));
    if (asksForFlow(state.call)) {
      await askFlow(state); //                              whose own calls come this way, one by one
    } else {
      state.plan = planCall(state.call, parts); //          1. which targets, in which order, and why
      state.call = applyPlan(state.call, state.plan);
      const waiting = reserve(state); //                    2. the worst case, before anything is sent
      if (waiting !== undefined) await waiting;
      if (!(await lookUp(state))) await attempt(state); //  3. and 4. an answer that is known, or a new one
    }
  } catch (thrown) {
    state.error = toKeelsonError(thrown);
    const headers: Record<string, string> = {};
    addLimitHeaders(headers, state);
    const refused = { id: asked.id, dialect: asked.dialect, path: asked.wire.path, headers };
    const status = answerError(state.error, refused, state.caller);
    if (status !== undefined) state.errorStatus = status;
  }
  const settlement = settle(state.attempts, state.startedAt, parts); // 5. what it used and cost
  settleReserved(state, settlement);
  if (state.cacheUse !== undefined) finishCacheUse(state, state.cacheUse, settlement);
  const record = recordCall(state, settlement);
  writeReceipt(record, state); //                         6. what anybody can verify later
  parts.onRecord(record);
  if (state.seenBatch !== undefined)
    await settleBatch(state.seenBatch, (state.plan as Plan).targets[0] as Target, parts);
  return record;
}

function openState(asked: AskedCall, caller: Caller, parts: EngineParts): CallState {
  const { clock } = parts;
  const start = clock.elapsed();
  const digesting = parts.receipts === undefined ? undefined : new DigestingCaller(caller);
  return {
    asked,
    caller: digesting ?? caller,
    digesting,
    receivedBody: asked.bytes ?? asked.wire.body,
    parts,
    startedAt: clock.now(),
    elapsed: () => clock.elapsed() - start,
    attempts: [],
  };
}

/** What was set aside covers two of the longest answers: after one, there must be room for another. */
function boundSession({ parts, reservation }: CallState, winner: Attempt): void {
  const counted = reservation?.touches.some(({ account }) => /money|tokens/.test(account.budget.measure));
  if (counted !== true) return;
  const { contextWindow, maxOutput } = parts.worstPrices?.boundsOf(winner.target) ?? {};
  const said = reservation?.touches.map(
    ({ account }) => account.budget.maxOutput ?? Number.POSITIVE_INFINITY,
  );
  winner.limitTokens({
    input: contextWindow ?? anyContextWindow,
    output: maxOutput ?? Math.min(...(said ?? [])),
  });
}

/** Step four: from here on the caller is being answered, and nobody else may answer. */
async function attempt(state: CallState): Promise<void> {
  const { asked, caller, parts, attempts } = state;
  const call = state.call as ReadCall;
  const plan = state.plan as Plan;
  if (call.isCount && !canCount(plan.targets[0] as Target)) {
    state.isEstimate = true;
    answerEstimate(state, {
      ...ownHeaders(asked.id, plan.targets[0] as Target),
      ...nameLosses([estimatedCount]),
    });
    return;
  }
  if (call.passed?.way.thing === 'list') {
    await answerList(state, { 'x-keelson-call-id': asked.id });
    state.isEstimate = true;
    return;
  }
  sendShadow(asked, plan, parts, handleCall);
  const winner = await tryTargets({
    call,
    plan,
    parts,
    attempts,
    caller,
    elapsed: () => state.elapsed(),
  });
  state.winner = winner;
  state.firstByteMs = state.elapsed();
  if (state.reservation !== undefined && call.passed?.endpoint.isSocket === true) boundSession(state, winner);
  // A whole answer is kept first, so that its caller can go on with it at once.
  if (!call.isStream) await (call.passed === undefined ? keepAnswer(state) : keepThings(state));
  await winner.deliver(caller, answerHeaders(state, winner));
  if (call.isStream) await keepAnswer(state);
}
