/** What a re-pricing says of itself: the sums before and after, by model and by day, and what kept its cost and why. */
import type { ReceiptId } from '@keelson/core';
import type { CallScope } from '../storage/index.ts';
import type { BudgetDifference } from './budget-windows.ts';
import type { KeptReason } from './reprice-call.ts';
import type { PriceGroup, RepricingTally, Sums } from './tally.ts';

/** All money in nano-dollars. */
interface Difference {
  /** Calls that were looked at, and those of them whose cost changes. */
  readonly calls: number;
  readonly changed: number;
  readonly before: bigint;
  readonly after: bigint;
  readonly difference: bigint;
  /** Calls without any price, which add nothing to the sums. */
  readonly unpricedBefore: number;
  readonly unpricedAfter: number;
}

export interface RepricingReport extends Difference {
  /** `planned`: nothing was written. */
  readonly state: 'planned' | 'applied';
  /** Where something was written. */
  readonly id?: string;
  readonly scope: CallScope;
  /** What went to each model and changes, whoever gave the call's answer in the end. */
  readonly models: readonly ModelDifference[];
  /** By the first millisecond of each day, in UTC. */
  readonly days: readonly (Difference & { readonly startsAt: number })[];
  /** Calls that keep their cost although they were asked about. */
  readonly kept: readonly KeptCalls[];
  /** What budgets would have counted. They keep what they have. */
  readonly windows: readonly BudgetDifference[];
  /** Budgets of money of which that cannot be told. */
  readonly budgetsUnknown: readonly string[];
  readonly receipts: readonly ReceiptId[];
}

interface ModelDifference {
  readonly provider: string;
  readonly model: string;
  /** Calls of which something changes here. */
  readonly calls: number;
  readonly before: bigint;
  readonly after: bigint;
  readonly difference: bigint;
  /** Without those that had no price. */
  readonly versionsBefore: readonly string[];
  readonly version: string;
}

interface KeptCalls {
  readonly reason: KeptReason;
  readonly provider: string;
  readonly model: string;
  readonly calls: number;
  /** What no price covers; at most twenty. */
  readonly details: readonly string[];
}

type Rest = Pick<RepricingReport, 'state' | 'scope' | 'windows' | 'budgetsUnknown' | 'receipts'> & {
  readonly id?: string;
};

export function toReport({ total, days, groups, kept }: RepricingTally, rest: Rest): RepricingReport {
  return {
    ...rest,
    ...differenceOf(total),
    models: byModel(groups.values()),
    days: [...days]
      .toSorted(([one], [other]) => one - other)
      .map(([startsAt, sums]) => ({ startsAt, ...differenceOf(sums) })),
    kept: [...kept.values()],
  };
}

function differenceOf(sums: Sums): Difference {
  return { ...sums, difference: sums.after - sums.before };
}

function byModel(groups: Iterable<PriceGroup>): ModelDifference[] {
  const models = new Map<string, ModelDifference>();
  for (const { provider, model, calls, before, after, versionBefore, version } of groups) {
    const name = `${provider}:${model}`;
    const sum = models.get(name);
    const versions = new Set(sum?.versionsBefore);
    if (versionBefore !== undefined) versions.add(versionBefore);
    const sums = { before: (sum?.before ?? 0n) + before, after: (sum?.after ?? 0n) + after };
    models.set(name, {
      ...{ provider, model, version, ...sums },
      calls: (sum?.calls ?? 0) + calls,
      difference: sums.after - sums.before,
      versionsBefore: [...versions],
    });
  }
  return [...models.entries()].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, model]) => model);
}
