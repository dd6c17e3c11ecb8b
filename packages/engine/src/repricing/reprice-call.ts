/**
 * What one call costs by other prices: each attempt by its own tokens, the call by the sum of its attempts. A call keeps its
 * cost as a whole where any part in question cannot be priced anew for certain.
 */
import { isSamePrice, type PriceRefusal, priceAgain, priceVersionOf, type Usage } from '@keelson/core';
import { sumCosts } from '../calls/index.ts';
import type { RecordedCost } from '../observability/index.ts';
import type { CostChange, CostedAttempt, CostedCall } from '../storage/index.ts';
import type { PriceOf } from './price-source.ts';

/**
 * Why a call keeps its cost although it is in question.
 *
 * - `interrupted`: its process died, so that what it used is not known
 * - `attempts_unknown`: its process died behind it, and only the sum over its attempts is known
 * - `no_usage`: it has a cost, and no tokens
 * - `provider_unknown`: no provider of that name is configured
 * - `no_prices`, `uncovered`, `long_context`: the prices do not cover it
 * - `not_planned`: it came after the plan, to a model that no call of the plan went to
 * - `unexplained`: its cost is not that of its attempts
 */
export type KeptReason =
  | PriceRefusal
  | 'interrupted'
  | 'attempts_unknown'
  | 'no_usage'
  | 'provider_unknown'
  | 'not_planned'
  | 'unexplained';

export interface Kept {
  readonly reason: KeptReason;
  /** What was asked for, where a target is known. */
  readonly provider: string;
  readonly model: string;
  /** What no price covers. */
  readonly details: readonly string[];
}

export interface ChangedAttempt {
  readonly provider: string;
  readonly model: string;
  readonly before: RecordedCost | undefined;
  readonly after: RecordedCost;
}

/** `outside`: nothing of it is asked about. `same`: it was charged by these prices. */
export type Verdict =
  | { readonly kind: 'outside' | 'same' }
  | { readonly kind: 'kept'; readonly kept: readonly Kept[] }
  | { readonly kind: 'changed'; readonly change: CostChange; readonly attempts: readonly ChangedAttempt[] };

export interface CallQuestion {
  readonly provider?: string;
  readonly model?: string;
}

type PricedAnew = RecordedCost | Kept | 'outside' | 'same';

export function repriceCall(call: CostedCall, question: CallQuestion, priceOf: PriceOf): Verdict {
  if (call.attempts.length === 0) return judgeWithoutAttempts(call, question, priceOf);
  const kept: Kept[] = [];
  const costs = new Map<CostedAttempt, RecordedCost>();
  let isAsked = false;
  for (const attempt of call.attempts) {
    const priced = isAskedAbout(attempt, question) ? priceAttempt(attempt, priceOf) : 'outside';
    if (priced === 'outside') continue;
    isAsked = true;
    if (priced === 'same') continue;
    if ('reason' in priced) kept.push(priced);
    else costs.set(attempt, priced);
  }
  if (kept.length > 0) return { kind: 'kept', kept };
  if (costs.size === 0) return { kind: isAsked ? 'same' : 'outside' };
  if (!isSum(call)) return keep('unexplained', call);
  const after = call.attempts.map((attempt) => ({ ...attempt, cost: costs.get(attempt) ?? attempt.cost }));
  const attempts = [...costs].map(([{ index }, cost]) => ({ index, cost }));
  return {
    kind: 'changed',
    change: { id: call.id, cost: sumCosts(after.filter(hasCost)), attempts },
    attempts: [...costs].map(([{ provider, model, cost: before }, cost]) => ({
      provider,
      model,
      before,
      after: cost,
    })),
  };
}

function isAskedAbout(
  target: { readonly provider?: string; readonly model?: string },
  { provider, model }: CallQuestion,
): boolean {
  return (
    (provider === undefined || provider === target.provider) &&
    (model === undefined || model === target.model)
  );
}

function hasCost<Attempt extends { readonly cost: RecordedCost | undefined }>(
  attempt: Attempt,
): attempt is Attempt & { readonly cost: RecordedCost } {
  return attempt.cost !== undefined;
}

function priceAttempt(attempt: CostedAttempt, priceOf: PriceOf): PricedAnew {
  const { provider, model, usage, cost } = attempt;
  // What failed before it used anything costs nothing by any price.
  if (usage === undefined && cost === undefined) return 'outside';
  const price = priceOf(provider, model);
  if (price === 'outside') return 'outside';
  const keepIt = (reason: KeptReason, details: readonly string[] = []): Kept => ({
    reason,
    provider,
    model,
    details,
  });
  if (price === 'free') {
    if (cost?.priceVersion === freeVersion) return 'same';
    return usage === undefined
      ? keepIt('no_usage')
      : { status: statusOf(attempt, usage), nanoDollars: 0, priceVersion: freeVersion };
  }
  if (typeof price === 'string') return keepIt(price);
  const priceVersion = priceVersionOf(price);
  if (cost?.priceVersion !== undefined && isSamePrice(cost.priceVersion, priceVersion)) return 'same';
  if (usage === undefined) return keepIt('no_usage');
  const anew = priceAgain(usage, price.prices);
  if ('refusal' in anew) return keepIt(anew.refusal, anew.unpriced);
  return { status: statusOf(attempt, usage), nanoDollars: anew.nanoDollars, priceVersion };
}

/** As it is recorded for providers that charge nothing. */
const freeVersion = 'local';

/** What had no price says no longer whether it was counted; only the vendor's own words of a whole answer show that. */
function statusOf({ cost, outcome }: CostedAttempt, usage: Usage): 'priced' | 'estimated' {
  if (cost !== undefined && cost.status !== 'unpriced') return cost.status;
  return outcome === 'answered' && usage.raw !== undefined ? 'priced' : 'estimated';
}

/** Otherwise the sum of new costs would take something away, or add it, that no price has changed. */
function isSum({ attempts, cost }: CostedCall): boolean {
  const sum = sumCosts(attempts);
  return sum.status === cost.status && sum.nanoDollars === cost.nanoDollars;
}

/** Refused calls, answers that were known, and what a process that died left behind. */
function judgeWithoutAttempts(call: CostedCall, question: CallQuestion, priceOf: PriceOf): Verdict {
  const { provider = '', model = '', cost, error, usage } = call;
  // To which target it went is not known either, so that it may be in any question.
  if (error === 'call_interrupted' && usage === undefined) return keep('interrupted', call);
  const isNothing = cost.nanoDollars === 0 || (usage === undefined && cost.nanoDollars === undefined);
  if (isNothing || !isAskedAbout(call, question)) return { kind: 'outside' };
  const price = priceOf(provider, model);
  if (price === 'outside') return { kind: 'outside' };
  if (typeof price === 'string') return keep(price === 'free' ? 'attempts_unknown' : price, call);
  const isSame = cost.priceVersion !== undefined && isSamePrice(cost.priceVersion, priceVersionOf(price));
  return isSame ? { kind: 'same' } : keep('attempts_unknown', call);
}

function keep(reason: KeptReason, { provider = '', model = '' }: CostedCall): Verdict {
  return { kind: 'kept', kept: [{ reason, provider, model, details: [] }] };
}
