/**
 * Step four of a call: attempts at the targets of its plan until one has an answer to give. Retries, fallbacks and second
 * attempts beside a slow first one happen here and only here, and only while the caller has been sent nothing.
 */
import { KeelsonError, toKeelsonError } from '@keelson/core';
import type { FailedAttempt, Plan, Target } from '../routing/index.ts';
import type { Caller } from './asked-call.ts';
import { Attempt, type AttemptReason } from './attempt.ts';
import type { EngineParts } from './engine-parts.ts';
import type { ReadCall } from './open-call.ts';
import { checkLosses, createOutgoing } from './outgoing.ts';

export interface Trying {
  readonly call: ReadCall;
  readonly plan: Plan;
  readonly parts: EngineParts;
  readonly caller: Caller;
  /** Milliseconds since the call began. */
  elapsed(): number;
  /** Every attempt that was begun, in order; filled here, read by whoever settles. */
  readonly attempts: Attempt[];
}

/** The attempt that has an answer. Throws the error that the caller should see. */
export async function tryTargets(trying: Trying): Promise<Attempt> {
  const deadline = watchDeadline(trying);
  try {
    return await tryInTurn(trying, deadline);
  } finally {
    deadline.stop();
  }
}

async function tryInTurn(trying: Trying, deadline: Deadline): Promise<Attempt> {
  const { plan, parts, caller, attempts } = trying;
  const leaving = whenLeft(caller, attempts);
  const failures: FailedAttempt[] = [];
  for (;;) {
    throwIfLeft(caller);
    const step = parts.routing.nextStep(plan, failures, trying.elapsed());
    if (step.kind === 'stop')
      throw failures.at(-1)?.error ?? new KeelsonError('provider_unavailable', step.why);
    if (step.afterMs > 0) await parts.clock.sleep(step.afterMs, leaving()).catch(() => throwIfLeft(caller));
    const reason = failures.length === 0 ? 'first' : reasons[step.kind];
    const attempt = await tryTarget(trying, { target: step.target, reason }, failures);
    deadline.throwIfPassed();
    if (attempt !== undefined) return attempt;
  }
}

interface Deadline {
  stop(): void;
  throwIfPassed(): void;
}

/** A caller may say how long it will wait for an answer to begin. */
function watchDeadline({ call, attempts }: Trying): Deadline {
  const { deadlineMs } = call.asked.controls;
  if (deadlineMs === undefined) return { stop: () => {}, throwIfPassed: () => {} };
  let hasPassed = false;
  const timer = setTimeout(() => {
    hasPassed = true;
    for (const attempt of attempts) attempt.cancel();
  }, deadlineMs);
  return {
    stop: () => clearTimeout(timer),
    throwIfPassed: () => {
      if (hasPassed) throw new KeelsonError('provider_timeout', `No answer began within ${deadlineMs} ms.`);
    },
  };
}

const reasons = { again: 'retry', next: 'fallback' } as const;

/** A caller who leaves ends every attempt, and whatever is waited for: the signal is made only where somebody waits. */
function whenLeft(caller: Caller, attempts: readonly Attempt[]): () => AbortSignal {
  let controller: AbortController | undefined;
  caller.onLeave(() => {
    controller?.abort();
    for (const attempt of attempts) attempt.cancel();
  });
  return () => {
    controller ??= new AbortController();
    return controller.signal;
  };
}

function throwIfLeft(caller: Caller): void {
  if (caller.hasLeft) throw new KeelsonError('cancelled', 'The caller left before the answer.');
}

/** One target, and beside it another when it is slow and the plan allows that. */
async function tryTarget(
  trying: Trying,
  { target, reason }: { target: Target; reason: AttemptReason },
  failures: FailedAttempt[],
): Promise<Attempt | undefined> {
  const first = begin(trying, target, reason, failures);
  if (first === undefined) return undefined;
  const second = await beginBeside(trying, first, failures);
  const racing = second === undefined ? [first] : [first, second];
  const winner = await firstReady(racing);
  for (const attempt of racing) {
    if (attempt === winner) continue;
    if (attempt.error !== undefined) failures.push({ target: attempt.target, error: attempt.error });
    else attempt.cancel();
  }
  return winner;
}

/** Undefined when it could not even be said to the target; the failure is noted. */
function begin(
  { call, plan, parts, attempts, elapsed }: Trying,
  target: Target,
  reason: AttemptReason,
  failures: FailedAttempt[],
): Attempt | undefined {
  try {
    const outgoing = createOutgoing(call, target);
    checkLosses(outgoing.losses, plan.policy.lossPolicy, target);
    const attempt = new Attempt({ call, target, outgoing, reason, elapsed });
    attempts.push(attempt);
    void attempt.ready.then(() => teach(parts, attempt, call.isStream));
    attempt.send();
    return attempt;
  } catch (thrown) {
    failures.push({ target, error: toKeelsonError(thrown) });
    return undefined;
  }
}

/** Whether a stream breaks after its first words shows only later. */
function teach(parts: EngineParts, attempt: Attempt, isStream: boolean): void {
  const isUnderWay = !attempt.isOver;
  learn(parts, attempt, isStream);
  if (!isUnderWay) return;
  void attempt.over.then(() => {
    if (attempt.outcome === 'failed') learn(parts, attempt, isStream);
  });
}

function learn({ routing }: EngineParts, attempt: Attempt, isStream: boolean): void {
  const { target, error, outcome, firstByteMs, headers } = attempt;
  routing.learn({
    target,
    outcome: outcome === 'under way' ? 'answered' : outcome,
    ...(error !== undefined && { error }),
    ...(firstByteMs !== undefined && { firstByteMs }),
    isStream,
    headers,
  });
}

/** Waits as long as nearly all answers of the target take to begin, and only then pays for a second one. */
async function beginBeside(
  trying: Trying,
  first: Attempt,
  failures: FailedAttempt[],
): Promise<Attempt | undefined> {
  const { call, plan, parts, caller } = trying;
  const { mayHedge } = plan.policy;
  const afterMs = mayHedge ? parts.routing.hedgeAfterMs(first.target, call.isStream) : undefined;
  const other = plan.targets[plan.targets.indexOf(first.target) + 1] ?? first.target;
  if (afterMs === undefined || trying.attempts.length >= plan.policy.maxAttempts) return undefined;
  const waiting = new AbortController();
  const isSlow = parts.clock.sleep(afterMs, waiting.signal).then(
    () => true,
    () => false,
  );
  const mustHedge = await Promise.race([isSlow, first.ready.then(() => false)]);
  waiting.abort();
  if (!mustHedge || caller.hasLeft || !parts.routing.mayTry(other)) return undefined;
  return begin(trying, other, 'hedge', failures);
}

/** Undefined when all failed. */
async function firstReady(attempts: readonly Attempt[]): Promise<Attempt | undefined> {
  if (attempts.length === 1) return (await attempts[0]?.ready) === undefined ? attempts[0] : undefined;
  const won = attempts.map(async (attempt) => {
    const error = await attempt.ready;
    if (error !== undefined) throw error;
    return attempt;
  });
  return Promise.any(won).catch(() => undefined);
}
