/** How budgets stand, as far as a process knows without asking anybody. */
import type { Account } from './account.ts';
import type { Budget } from './budget.ts';

export interface BudgetStanding {
  readonly budget: Budget;
  /** Of the window that is open, from 0; undefined where this process needed nothing of it yet. */
  readonly spentRatio?: number;
}

export function standingsOf(accounts: Iterable<Account>, now: number): readonly BudgetStanding[] {
  return [...accounts].map((account) => {
    const { spentRatio } = account.sliceAt(now);
    return { budget: account.budget, ...(spentRatio !== undefined && { spentRatio }) };
  });
}
