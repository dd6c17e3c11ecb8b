// Budgets and rate limits, kept by leases that cannot be overrun. Prices do not belong here: what a call may cost at most
// is told from above.
export { Account } from './account.ts';
export type { Touch } from './account-table.ts';
export {
  type Budget,
  type BudgetDefinition,
  type BudgetProblem,
  budgetShape,
  problemsWithBudgets,
  readBudget,
  readBudgetFile,
} from './budget.ts';
export type { KeptBudget } from './budget-book.ts';
export { windowAt } from './calendar.ts';
export { type AlertEvent, Limits, type LimitsSettings } from './limits.ts';
export type { RecoveredCall } from './recover.ts';
export { Refusal } from './refusal.ts';
export type { Reservation } from './reservation.ts';
