/**
 * Keeps this process's slices of all budgets in step with the database: fetches what calls need, a little ahead of them, and
 * brings back what they have spent and what nobody uses. One batch is under way at a time, and is repeated until it is known
 * what became of it.
 */
import { KeelsonError } from '@keelson/core';
import type { Clock, Log } from '../observability/index.ts';
import type {
  BudgetAlert,
  LeaseAnswer,
  LeaseBatch,
  LeaseOrder,
  LeaseResult,
  Leases,
} from '../storage/index.ts';
import type { Slice } from './account.ts';
import type { Journal } from './journal.ts';

export interface KeeperDeps {
  readonly leases: Pick<Leases, 'send' | 'beat' | 'wantedSince'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly onAlert: (alert: BudgetAlert, slice: Slice) => void;
}

/** Between two looks at what has to be brought back. */
export const tickMs = 250;
/** The transaction of a batch holds up everything else in an embedded database, so it stays short. */
const ordersPerBatch = 48;
/** Nobody has used a slice for so long: it goes back. */
const idleMs = 2000;
/** What was spent is told after so long at the latest, or when it is a noticeable part of the budget. */
const tellMs = 1000;
const noticeable = 200;
const aheadTimes = 4;
const shareOfRoom = 8;

interface Frozen {
  readonly batch: LeaseBatch;
  readonly slices: readonly Slice[];
}

export class LeaseKeeper {
  /** Since when the database has not answered; undefined while it does. */
  awaySince: number | undefined;
  /** Somebody has settled the estate of this process, which still lives. */
  isDisowned = false;

  readonly #deps: KeeperDeps;
  readonly #owner: string;
  readonly #journal: Journal;
  /** All that hold something, or have something under way. */
  readonly #slices = new Set<Slice>();
  #urgent: Slice[] = [];
  #frozen: Frozen | undefined;
  #number = 0;
  #chain: Promise<void> = Promise.resolve();
  #pending: Promise<void> | undefined;
  #lastSentAt = 0;

  constructor(owner: string, journal: Journal, deps: KeeperDeps) {
    this.#owner = owner;
    this.#journal = journal;
    this.#deps = deps;
    this.#lastSentAt = deps.clock.now();
  }

  get slices(): ReadonlySet<Slice> {
    return this.#slices;
  }

  /** Its needs are part of the next batch. */
  want(slice: Slice): void {
    this.#slices.add(slice);
    if (slice.isUrgent) return;
    slice.isUrgent = true;
    this.#urgent.push(slice);
  }

  /** In the background, before anybody has to wait. */
  refillAhead(slice: Slice): void {
    if (slice.isUrgent || this.awaySince !== undefined) return;
    if (this.#deps.clock.now() < slice.noExtraUntil) return;
    this.want(slice);
    this.sync().catch(() => {});
  }

  /** Resolves when a batch with all that is wanted by now was carried out. */
  sync(): Promise<void> {
    if (this.#pending === undefined) {
      const run = this.#chain.then(() => {
        this.#pending = undefined;
        return this.#sendAll();
      });
      this.#pending = run;
      this.#chain = run.catch(() => {});
    }
    return this.#pending;
  }

  /** Looks at every slice: what has to be told, what goes back, what somebody else waits for. */
  async tick(): Promise<void> {
    const { leases, clock } = this.#deps;
    const now = clock.now();
    try {
      if (this.#slices.size > 0) {
        for (const { budgetId, startsAt } of await leases.wantedSince(now - 2 * tickMs - idleMs))
          this.#giveUp(budgetId, startsAt);
      }
      this.#choose(now);
      if (this.#urgent.length > 0 || this.#frozen !== undefined) await this.sync();
      else if (now - this.#lastSentAt >= 5000) await this.#beat(now);
    } catch (error) {
      this.#noteAway(error);
    }
  }

  /** Tells all that was spent by now. */
  async flush(): Promise<void> {
    for (const slice of this.#slices) if (slice.settled > 0) this.want(slice);
    while (this.#urgent.length > 0 || this.#frozen !== undefined) await this.sync();
  }

  /** Brings back everything, at the end. Whether nothing is under way any more. */
  async close(): Promise<boolean> {
    for (const slice of this.#slices) slice.mustReturn = true;
    let isClean = true;
    // Until all is told: each batch takes only so many.
    for (let round = 0; round < 10_000; round += 1) {
      this.#urgent = [];
      for (const slice of this.#slices) {
        slice.isUrgent = false;
        slice.mustReturn = true;
        if (slice.free !== 0 || slice.settled !== 0) this.want(slice);
      }
      if (this.#urgent.length === 0 && this.#frozen === undefined) break;
      await this.sync();
    }
    for (const slice of this.#slices) if (slice.outstanding > 0) isClean = false;
    return isClean;
  }

  #giveUp(budgetId: string, startsAt: number): void {
    for (const slice of this.#slices) {
      if (slice.startsAt !== startsAt || slice.account.budget.id !== budgetId) continue;
      if (slice.free > 0 && slice.needs === 0) slice.mustReturn = true;
    }
  }

  #choose(now: number): void {
    let chosen = 0;
    for (const slice of [...this.#slices]) {
      slice.usualDemand = Math.ceil(Math.max(slice.demand, slice.usualDemand / 2));
      if (slice.usualDemand <= 1) slice.usualDemand = slice.demand;
      slice.demand = 0;
      if (chosen >= ordersPerBatch || !this.#hasNews(slice, now)) continue;
      // At the end of the list, so that all have their turn.
      this.#slices.delete(slice);
      this.want(slice);
      chosen += 1;
    }
  }

  #hasNews(slice: Slice, now: number): boolean {
    const { settled, free, account, mustReturn } = slice;
    const isOver = this.#isOver(slice, now);
    if ((isOver || now - slice.lastUsedAt > idleMs) && slice.isSpent) {
      this.#slices.delete(slice);
      return false;
    }
    if (free < 0 || ((mustReturn || isOver) && (settled > 0 || free > 0))) return true;
    if (settled > 0 && (now - slice.toldAt >= tellMs || settled * noticeable > account.budget.limit))
      return true;
    return free > this.#mostFree(slice, now) || free < account.budget.outageAllowance;
  }

  #isOver(slice: Slice, now: number): boolean {
    return slice.account.isRemoved || now >= slice.endsAt;
  }

  /** What it may keep without any call that needs it. */
  #mostFree(slice: Slice, now: number): number {
    const { seen, account, usualDemand, demand } = slice;
    if (slice.mustReturn || this.#isOver(slice, now)) return 0;
    const { outageAllowance } = account.budget;
    const isIdle = now - slice.lastUsedAt >= idleMs;
    if (isIdle || seen === undefined) return outageAllowance;
    const room = seen.amount - seen.carried - seen.settled - seen.leased + Math.max(0, slice.free);
    const ahead = aheadTimes * Math.max(usualDemand, demand);
    const most = account.budget.policy === 'warn' ? ahead : Math.min(ahead, Math.floor(room / shareOfRoom));
    return Math.max(outageAllowance, most, 0);
  }

  async #sendAll(): Promise<void> {
    // What is not known to have arrived comes first, and says nothing about what is wanted now.
    if (this.#frozen !== undefined) await this.#send(this.#frozen);
    if (this.isDisowned) return;
    const frozen = this.#freeze();
    if (frozen !== undefined) await this.#send(frozen);
    if (this.#urgent.length > 0 && !this.isDisowned) this.sync().catch(() => {});
  }

  #freeze(): Frozen | undefined {
    const now = this.#deps.clock.now();
    // What the windows know must stand in the journal, or it would be charged once more after a crash.
    this.#journal.flush();
    const slices: Slice[] = [];
    const orders: LeaseOrder[] = [];
    const urgent = this.#urgent.splice(0, ordersPerBatch);
    for (const slice of urgent) {
      slice.isUrgent = false;
      if (slice.isLost) continue;
      const order = this.#orderOf(slice, now);
      if (order === undefined) continue;
      slices.push(slice);
      orders.push(order);
    }
    if (orders.length === 0) return undefined;
    this.#number += 1;
    const batch = {
      owner: this.#owner,
      number: this.#number,
      journalled: this.#journal.last,
      at: now,
      orders,
    };
    this.#frozen = { batch, slices };
    return this.#frozen;
  }

  /** From here on the slice is as if this order had been carried out. */
  #orderOf(slice: Slice, now: number): LeaseOrder | undefined {
    const { settled, overshoot, free, account } = slice;
    const { budget } = account;
    const isOver = this.#isOver(slice, now);
    const most = this.#mostFree(slice, now);
    const kept = Math.max(0, slice.needs > 0 && !slice.mustReturn ? free : Math.min(free, most));
    const missing = isOver || slice.mustReturn ? 0 : Math.max(0, budget.outageAllowance - kept);
    const waiting = Math.max(0, slice.needs - kept);
    const needs = waiting + missing;
    const least = waiting > 0 ? Math.max(1, slice.least - kept) : 1;
    const ahead = aheadTimes * Math.max(slice.usualDemand, slice.demand, slice.needs);
    const mayAskMore = !isOver && !slice.mustReturn && now >= slice.noExtraUntil;
    const extra = mayAskMore ? Math.max(0, ahead - kept) : 0;
    if (settled === 0 && kept === free && needs === 0 && extra === 0) return undefined;
    slice.settled = 0;
    slice.overshoot = 0;
    slice.free = kept;
    slice.needs = 0;
    slice.least = Number.MAX_SAFE_INTEGER;
    slice.mustReturn = false;
    slice.toldAt = now;
    slice.isSent = true;
    return {
      budgetId: budget.id,
      startsAt: slice.startsAt,
      endsAt: slice.endsAt,
      keeps: slice.outstanding + kept,
      settled,
      overshoot,
      needs,
      least,
      extra,
      isForced: budget.policy === 'warn',
    };
  }

  async #send(frozen: Frozen): Promise<void> {
    const { leases, clock } = this.#deps;
    let result: LeaseResult | undefined;
    try {
      result = await leases.send(frozen.batch);
    } catch (error) {
      this.#noteAway(error);
      throw error;
    }
    this.#frozen = undefined;
    this.awaySince = undefined;
    this.#lastSentAt = clock.now();
    if (result === undefined) {
      this.#disown();
      return;
    }
    for (const [index, answer] of result.answers.entries())
      this.#take(frozen.slices[index] as Slice, frozen.batch.orders[index] as LeaseOrder, answer);
    for (const alert of result.alerts) {
      const slice = frozen.slices.find(({ account }) => account.budget.id === alert.budgetId);
      if (slice !== undefined) this.#deps.onAlert(alert, slice);
    }
    if (this.#journal.isLong) this.#journal.forget(this.#counted(frozen.batch.journalled));
  }

  /** The last line up to which everything is in the windows. */
  #counted(journalled: number): number {
    let counted = journalled;
    for (const { settled, firstUntold } of this.#slices)
      if (settled > 0) counted = Math.min(counted, firstUntold - 1);
    return counted;
  }

  #take(slice: Slice, order: LeaseOrder, answer: LeaseAnswer | undefined): void {
    slice.isSent = false;
    if (answer === undefined) {
      // The budget is gone from the database, and with it all that was lent.
      slice.account.isRemoved = true;
      return;
    }
    slice.free += answer.granted;
    slice.seen = answer.window;
    if (answer.granted < order.needs + order.extra) slice.noExtraUntil = this.#deps.clock.now() + tickMs;
  }

  #disown(): void {
    this.isDisowned = true;
    for (const slice of this.#slices) slice.isLost = true;
    this.#slices.clear();
    this.#urgent = [];
  }

  async #beat(now: number): Promise<void> {
    const isKnown = await this.#deps.leases.beat(this.#owner, now);
    this.awaySince = undefined;
    this.#lastSentAt = now;
    if (!isKnown) this.#disown();
  }

  #noteAway(error: unknown): void {
    // A journal that cannot be written says so itself, and says nothing about the database.
    if (this.awaySince !== undefined || (KeelsonError.is(error) && error.code === 'budget_unavailable'))
      return;
    this.awaySince = this.#deps.clock.now();
    this.#deps.log.warn('The database does not answer; budgets go on with what was lent.', { error });
  }
}
