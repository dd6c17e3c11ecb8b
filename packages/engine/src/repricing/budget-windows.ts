/**
 * What windows of budgets would have been by the new costs. They are only told: what a budget let through or refused is past.
 * Records of calls do not hold organisations, teams and users, so that nothing can be said of their budgets.
 */
import { type Budget, readBudget, windowAt } from '../limits/index.ts';
import type { Budgets, CostedCall } from '../storage/index.ts';
import type { ChangedAttempt } from './reprice-call.ts';
import type { WindowsOf } from './tally.ts';

export interface BudgetDifference {
  readonly budgetId: string;
  /** Milliseconds since 1970; 0 for a budget without end. */
  readonly startsAt: number;
  /** Nano-dollars. */
  readonly difference: bigint;
  /** What is settled in it, and would be; left out when the window is not kept any more. */
  readonly settled?: bigint;
  readonly wouldBe?: bigint;
}

export interface MoneyBudgets {
  readonly windowsOf: WindowsOf;
  /** Of which nothing can be said. */
  readonly unknown: readonly string[];
}

const mostWindows = 1000;

export async function readMoneyBudgets(budgets: Budgets): Promise<MoneyBudgets> {
  const stored = (await budgets.changedSince(0)).filter(({ removedAt }) => removedAt === undefined);
  const money = stored
    .map(({ definition }) => readBudget(definition))
    .filter(({ measure }) => measure === 'money');
  const known = money.filter(({ scope }) => !unrecorded.has(scope));
  return {
    unknown: money.filter(({ scope }) => unrecorded.has(scope)).map(({ id }) => id),
    windowsOf: (call, difference, attempts) =>
      known.flatMap((budget) => {
        const counted = countedIn(budget, call, { difference, attempts });
        if (counted === 0n) return [];
        return [[budget.id, windowAt(budget.window, call.startedAt).startsAt, counted] as const];
      }),
  };
}

const unrecorded: ReadonlySet<string> = new Set(['organisation', 'team', 'user']);

interface Changed {
  readonly difference: bigint;
  readonly attempts: readonly ChangedAttempt[];
}

function countedIn({ scope, subject }: Budget, call: CostedCall, { difference, attempts }: Changed): bigint {
  const { workspace, keyId, tags, alias } = call;
  if (scope === 'workspace') return subject === workspace ? difference : 0n;
  if (scope === 'key') return subject === keyId ? difference : 0n;
  if (scope === 'tag') {
    const isTagged = Object.entries(tags).some(([name, value]) => subject === `${name}=${value}`);
    return isTagged ? difference : 0n;
  }
  if (subject === alias) return difference;
  return attempts
    .filter(({ provider, model }) => subject === `${provider}:${model}`)
    .reduce(
      (sum, { before, after }) => sum + BigInt(after.nanoDollars ?? 0) - BigInt(before?.nanoDollars ?? 0),
      0n,
    );
}

export async function tellWindows(
  differences: ReadonlyMap<string, bigint>,
  budgets: Budgets,
): Promise<readonly BudgetDifference[]> {
  const told: BudgetDifference[] = [];
  const settled = new Map<string, Map<number, bigint>>();
  for (const [name, difference] of differences) {
    const space = name.indexOf(' ');
    const startsAt = Number(name.slice(0, space));
    const budgetId = name.slice(space + 1);
    const windows = settled.get(budgetId) ?? (await readSettled(budgets, budgetId));
    settled.set(budgetId, windows);
    const now = windows.get(startsAt);
    told.push({
      ...{ budgetId, startsAt, difference },
      ...(now !== undefined && { settled: now, wouldBe: now + difference }),
    });
  }
  return told.toSorted((a, b) => (a.budgetId === b.budgetId ? a.startsAt - b.startsAt : byText(a, b)));
}

function byText(a: BudgetDifference, b: BudgetDifference): number {
  return a.budgetId < b.budgetId ? -1 : 1;
}

async function readSettled(budgets: Budgets, budgetId: string): Promise<Map<number, bigint>> {
  const windows = await budgets.windows(budgetId, mostWindows);
  return new Map(windows.map((window) => [window.startsAt, BigInt(window.settled)]));
}
