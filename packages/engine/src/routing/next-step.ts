/**
 * What may be done after a failure: the same target again, another one, or nothing. The error table says what an error
 * allows; here are only the order, the waiting and the end.
 */

import type { FactsOf } from './candidate.ts';
import type { Choosing } from './order-pool.ts';
import type { FailedAttempt, NextStep, Plan, Target } from './plan.ts';

export interface Stepping extends Choosing {
  readonly factsOf: FactsOf;
}

const firstBackoffMs = 250;
const longestBackoffMs = 8_000;
/** Whoever asks us to stay away for longer is not waited for; the caller is told instead. */
const longestWaitMs = 60_000;

export function nextStep(
  plan: Plan,
  failures: readonly FailedAttempt[],
  elapsedMs: number,
  stepping: Stepping,
): NextStep {
  const { deadlineMs, maxAttempts } = plan.policy;
  const last = failures.at(-1);
  if (last === undefined) return firstStep(plan, stepping);
  if (elapsedMs >= deadlineMs) return stop(`The deadline of ${deadlineMs} ms has passed.`);
  if (failures.filter(wasSent).length >= maxAttempts) return stop(`All ${maxAttempts} attempts are used up.`);
  const final = failures.find(
    ({ error }) => error.row.retry === 'never' && escalationOf(plan, error) === undefined,
  );
  if (final !== undefined) return stop(`\`${final.error.code}\` is not tried again.`);
  const options = optionsAfter(plan, failures, stepping);
  const best = options.find(({ afterMs }) => afterMs === 0) ?? soonest(options);
  if (best === undefined) return stop('No target is left.');
  if (best.afterMs > longestWaitMs)
    return stop(`No target takes calls for another ${Math.ceil(best.afterMs)} ms.`);
  if (elapsedMs + best.afterMs >= deadlineMs)
    return stop(`Waiting would pass the deadline of ${deadlineMs} ms.`);
  return pass(best.target, stepping) ? best : stop('No target is left.');
}

type Option = Extract<NextStep, { readonly target: Target }>;

function stop(why: string): NextStep {
  return { kind: 'stop', why };
}

/** Rate limits do not keep anybody from a first attempt: what was said of them may be out of date. */
function firstStep({ targets }: Plan, stepping: Stepping): NextStep {
  const target = targets.find((candidate) => pass(candidate, stepping));
  return target === undefined
    ? stop('All targets keep failing and are left alone for now.')
    : { kind: 'next', target, afterMs: 0 };
}

function pass(target: Target, { memories, clock }: Choosing): boolean {
  return memories.find(target.key)?.circuit.tryPass(clock.elapsed()) ?? true;
}

/** What could not even be said to a target cost nothing. */
function wasSent({ error }: FailedAttempt): boolean {
  return error.code !== 'lossy_translation';
}

function escalationOf(
  { escalations }: Plan,
  { code }: FailedAttempt['error'],
): readonly Target[] | undefined {
  return code === 'context_too_long' || code === 'content_blocked' ? escalations[code] : undefined;
}

/** Targets that were not tried yet before those that were, each in the order of the plan. */
function optionsAfter(plan: Plan, failures: readonly FailedAttempt[], stepping: Stepping): Option[] {
  const last = failures.at(-1) as FailedAttempt;
  const escalated = failures.findLast(({ error }) => escalationOf(plan, error) !== undefined);
  const list = (escalated && escalationOf(plan, escalated.error)) ?? plan.targets;
  const now = stepping.clock.elapsed();
  const fresh: Option[] = [];
  const again: Option[] = [];
  for (const target of list) {
    const key = target.key;
    const memory = stepping.memories.find(key);
    if (memory !== undefined && !memory.circuit.isPassable(now)) continue;
    const limitedMs = memory?.throttle.waitMs(now) ?? 0;
    const tried = failures.filter((failure) => failure.target.key === key);
    if (tried.length === 0) {
      if (!isKnownTooSmall(target, last, stepping)) fresh.push({ kind: 'next', target, afterMs: limitedMs });
    } else if (mayRepeat(tried, plan)) {
      const asked = tried.at(-1) === last ? (last.error.details.retryAfterMs ?? 0) : 0;
      const afterMs = Math.max(limitedMs, asked) + backoff(tried.length, stepping);
      again.push({ kind: 'again', target, afterMs });
    }
  }
  if (last.error.row.retry !== 'same-target') return [...fresh, ...again];
  return again.filter(({ target }) => target.key === last.target.key);
}

function soonest(options: readonly Option[]): Option | undefined {
  return options.toSorted((a, b) => a.afterMs - b.afterMs)[0];
}

/** After a call that was too long for one, there is no use in a model that is known to hold no more. */
function isKnownTooSmall(
  target: Target,
  { target: failed, error }: FailedAttempt,
  { factsOf }: Stepping,
): boolean {
  if (error.code !== 'context_too_long') return false;
  const window = factsOf(target.provider, target.model)?.contextWindow;
  const tooSmall = factsOf(failed.provider, failed.model)?.contextWindow;
  return window !== undefined && tooSmall !== undefined && window <= tooSmall;
}

/** What is the provider's fault may pass; a wrong key or a request that it refuses will not. */
function mayRepeat(tried: readonly FailedAttempt[], { policy }: Plan): boolean {
  if (tried.length > policy.retries) return false;
  const { row } = (tried.at(-1) as FailedAttempt).error;
  return row.retry === 'same-target' || (row.retry === 'next-target' && row.fault === 'provider');
}

/** Anything up to a bound that doubles, so that those who failed together do not come back together. */
function backoff(failures: number, { random }: Stepping): number {
  return random.float() * Math.min(firstBackoffMs * 2 ** (failures - 1), longestBackoffMs);
}
