/** Adds up what a re-pricing changes, by model, by day and by budget; it is kept between the steps as JSON. */
import type { Json } from '@keelson/core';
import type { CostedCall } from '../storage/index.ts';
import type { ChangedAttempt, Kept, Verdict } from './reprice-call.ts';

/** Sums in nano-dollars; what has no price adds nothing to them, and is counted in `unpriced`. */
export interface Sums {
  calls: number;
  changed: number;
  before: bigint;
  after: bigint;
  unpricedBefore: number;
  unpricedAfter: number;
}

/** What was charged by one price and is charged by another: one receipt. */
export interface PriceGroup {
  readonly workspace: string;
  readonly provider: string;
  readonly model: string;
  readonly versionBefore: string | undefined;
  readonly version: string;
  calls: number;
  before: bigint;
  after: bigint;
  unpricedBefore: number;
}

export interface KeptGroup extends Kept {
  readonly details: string[];
  calls: number;
}

/** The windows that a changed call counts in, and by how much each would differ. */
export type WindowsOf = (
  call: CostedCall,
  difference: bigint,
  attempts: readonly ChangedAttempt[],
) => Iterable<readonly [budgetId: string, startsAt: number, difference: bigint]>;

const dayMs = 86_400_000;
/** Enough to see what is missing. */
const mostDetails = 20;

const noSums = (): Sums => ({
  calls: 0,
  changed: 0,
  before: 0n,
  after: 0n,
  unpricedBefore: 0,
  unpricedAfter: 0,
});

export class RepricingTally {
  readonly total: Sums = noSums();
  /** By the first millisecond of the day. */
  readonly days = new Map<number, Sums>();
  readonly groups = new Map<string, PriceGroup>();
  readonly kept = new Map<string, KeptGroup>();
  readonly windows = new Map<string, bigint>();

  add(call: CostedCall, verdict: Verdict, windowsOf: WindowsOf): void {
    if (verdict.kind === 'outside') return;
    const day = Math.floor(call.startedAt / dayMs) * dayMs;
    const sums = this.days.get(day) ?? noSums();
    this.days.set(day, sums);
    const before = call.cost.nanoDollars;
    const after = verdict.kind === 'changed' ? verdict.change.cost.nanoDollars : before;
    for (const sum of [this.total, sums]) {
      sum.calls += 1;
      if (verdict.kind === 'changed') sum.changed += 1;
      if (before === undefined) sum.unpricedBefore += 1;
      if (after === undefined) sum.unpricedAfter += 1;
      sum.before += BigInt(before ?? 0);
      sum.after += BigInt(after ?? 0);
    }
    if (verdict.kind === 'kept') this.#keep(verdict.kept);
    if (verdict.kind !== 'changed') return;
    this.#group(call, verdict.attempts);
    const difference = BigInt(after ?? 0) - BigInt(before ?? 0);
    for (const [id, startsAt, by] of windowsOf(call, difference, verdict.attempts)) {
      const name = `${startsAt} ${id}`;
      this.windows.set(name, (this.windows.get(name) ?? 0n) + by);
    }
  }

  #keep(all: readonly Kept[]): void {
    const counted = new Set<KeptGroup>();
    for (const { reason, provider, model, details } of all) {
      const name = JSON.stringify([reason, provider, model]);
      const group = this.kept.get(name) ?? { reason, provider, model, details: [], calls: 0 };
      this.kept.set(name, group);
      if (!counted.has(group)) group.calls += 1;
      counted.add(group);
      for (const detail of details) {
        if (group.details.length < mostDetails && !group.details.includes(detail)) group.details.push(detail);
      }
    }
  }

  #group({ workspace }: CostedCall, attempts: readonly ChangedAttempt[]): void {
    const counted = new Set<PriceGroup>();
    for (const { provider, model, before, after } of attempts) {
      const versionBefore = before?.priceVersion;
      const version = after.priceVersion ?? '';
      const name = JSON.stringify([workspace, provider, model, versionBefore ?? null, version]);
      const group = this.groups.get(name) ?? {
        ...{ workspace, provider, model, versionBefore, version },
        ...{ calls: 0, before: 0n, after: 0n, unpricedBefore: 0 },
      };
      this.groups.set(name, group);
      group.before += BigInt(before?.nanoDollars ?? 0);
      group.after += BigInt(after.nanoDollars ?? 0);
      if (counted.has(group)) continue;
      counted.add(group);
      group.calls += 1;
      if (before?.nanoDollars === undefined) group.unpricedBefore += 1;
    }
  }

  toJson(): Json {
    const { total, days, groups, kept, windows } = this;
    const all = { total, days: [...days], groups: [...groups], kept: [...kept], windows: [...windows] };
    return JSON.parse(
      JSON.stringify(all, (_, value: unknown) =>
        typeof value === 'bigint' ? { [bigMark]: String(value) } : value,
      ),
    ) as Json;
  }

  static fromJson(json: Json): RepricingTally {
    const read = JSON.parse(JSON.stringify(json), (_, value: unknown) =>
      isBig(value) ? BigInt(value[bigMark]) : value,
    ) as {
      readonly total: Sums;
      readonly days: readonly (readonly [number, Sums])[];
      readonly groups: readonly (readonly [string, PriceGroup])[];
      readonly kept: readonly (readonly [string, KeptGroup])[];
      readonly windows: readonly (readonly [string, bigint])[];
    };
    const tally = new RepricingTally();
    Object.assign(tally.total, read.total);
    for (const [day, sums] of read.days) tally.days.set(day, sums);
    for (const [name, group] of read.groups) tally.groups.set(name, group);
    for (const [name, group] of read.kept) tally.kept.set(name, group);
    for (const [name, difference] of read.windows) tally.windows.set(name, difference);
    return tally;
  }
}

/** JSON has no whole numbers of this size. */
const bigMark = 'nano_dollars';

function isBig(value: unknown): value is { readonly [bigMark]: string } {
  return typeof value === 'object' && value !== null && bigMark in value;
}
