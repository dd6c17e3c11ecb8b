/** What a caller is told when a budget does not let its call through. */
import { formatDollars, KeelsonError } from '@keelson/core';
import type { Slice } from './account.ts';
import type { Budget } from './budget.ts';

/** Why a call may not go, and which budget says so: the caller's pipeline may still find a cheaper way. */
export class Refusal {
  readonly budget: Budget;
  readonly error: KeelsonError;

  constructor(budget: Budget, error: KeelsonError) {
    this.budget = budget;
    this.error = error;
  }
}

const words = { requests: 'requests', tokens: 'tokens', concurrency: 'calls at once' } as const;
/** Somebody's call ends at any moment. */
const concurrencyRetryMs = 1000;

export function refuse(slice: Slice, amount: number, now: number): Refusal {
  const { budget } = slice.account;
  const { remaining, endsAt } = slice;
  const isEndless = budget.window === 'total';
  const retryAfterMs = budget.measure === 'concurrency' ? concurrencyRetryMs : endsAt - now;
  const retry = isEndless && budget.measure !== 'concurrency' ? {} : { retryAfterMs };
  const details = { limit: budget.limit, ...retry };
  if (budget.measure === 'money') {
    const told = `${formatDollars(amount)} dollars at most, and ${formatDollars(remaining)} are left`;
    const message = `The budget \`${budget.id}\` (${formatDollars(budget.limit)} dollars, ${spanOf(budget)}) does not cover this call: it may cost ${told}.`;
    return new Refusal(budget, new KeelsonError('budget_exhausted', message, { details }));
  }
  const needs = budget.measure === 'tokens' ? ` This one may use ${amount}, and ${remaining} are left.` : '';
  const message = `The limit \`${budget.id}\` of ${budget.limit} ${words[budget.measure]}${isEndless ? '' : ` a ${budget.window}`} is reached.${needs}`;
  return new Refusal(budget, new KeelsonError('limit_reached', message, { details }));
}

function spanOf({ window }: Budget): string {
  return window === 'total' ? 'in all' : `a ${window}`;
}

export function refuseAway({ account: { budget } }: Slice): Refusal {
  const message = `The budget \`${budget.id}\` cannot be asked: the database does not answer.`;
  return new Refusal(budget, new KeelsonError('budget_unavailable', message));
}
