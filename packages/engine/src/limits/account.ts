/** A budget as a process knows it, and what this process holds of each of its windows. All of it is plain numbers in memory. */
import type { BudgetWindow } from '../storage/index.ts';
import type { Budget } from './budget.ts';
import { windowAt } from './calendar.ts';

export class Account {
  budget: Budget;
  /** Of all changes of all budgets. */
  version: number;
  isRemoved = false;
  #slice: Slice;
  /** Of other windows, and still needed: one window has one slice, however clocks may jump. */
  #others: Slice[] = [];

  constructor(budget: Budget, version: number, now: number) {
    this.budget = budget;
    this.version = version;
    this.#slice = this.#open(now);
  }

  /** The slice of the window that is open now. */
  sliceAt(now: number): Slice {
    const slice = this.#slice;
    if (now < slice.endsAt && now >= slice.startsAt && !slice.isLost) return slice;
    this.#slice = this.#change(now);
    return this.#slice;
  }

  #change(now: number): Slice {
    const kept = [...this.#others, this.#slice].filter((slice) => !slice.isLost && !slice.isSpent);
    const found = kept.find(({ startsAt, endsAt }) => now >= startsAt && now < endsAt);
    this.#others = kept.filter((slice) => slice !== found);
    return found ?? this.#open(now);
  }

  #open(now: number): Slice {
    const { startsAt, endsAt } = windowAt(this.budget.window, now);
    return new Slice(this, startsAt, endsAt);
  }
}

export class Slice {
  readonly account: Account;
  readonly startsAt: number;
  readonly endsAt: number;
  /** Below zero where calls used more than was set aside for them. */
  free = 0;
  /** Set aside for calls under way. */
  outstanding = 0;
  /** Spent since the last batch, and the line of the journal that first says so. */
  settled = 0;
  firstUntold = 0;
  overshoot = 0;
  /** Set aside since the last batch, and usually between two. */
  demand = 0;
  usualDemand = 0;
  /** What calls wait for now, and the least that would help one of them. */
  needs = 0;
  least = Number.MAX_SAFE_INTEGER;
  /** Whether the database was asked and gave nothing: until then, nobody asks for as much again. */
  refusedUntil = 0;
  refusedFrom = Number.MAX_SAFE_INTEGER;
  /** The rest goes back with the next batch, because somebody else needs it or it changed. */
  mustReturn = false;
  /** Waits for the next batch. */
  isUrgent = false;
  /** Part of a batch whose answer is not there yet. */
  isSent = false;
  /** No use in asking for more than calls need before this time. */
  noExtraUntil = 0;
  /** Its owner was declared dead, and all that it held has been charged or given back. */
  isLost = false;
  lastUsedAt = 0;
  /** When the database was last told what was spent. */
  toldAt = 0;
  /** As the database said last. */
  seen: BudgetWindow | undefined;
  /** The beginning of its entry in the journal. */
  readonly journalKey: string;

  constructor(account: Account, startsAt: number, endsAt: number) {
    this.account = account;
    this.startsAt = startsAt;
    this.endsAt = endsAt;
    this.journalKey = `${JSON.stringify(account.budget.id)},${startsAt},`;
  }

  /** Lent to this process. */
  get held(): number {
    return this.free + this.outstanding + this.settled;
  }

  /** Nothing is left in it, nothing under way, and nothing asked for. */
  get isSpent(): boolean {
    return (
      this.free === 0 &&
      this.outstanding === 0 &&
      this.settled === 0 &&
      this.needs === 0 &&
      !this.isUrgent &&
      !this.isSent
    );
  }

  /** What others may yet give back. */
  get heldByOthers(): number {
    return this.seen === undefined ? 0 : this.seen.leased - this.held;
  }

  /** As far as this process knows: what nobody holds, and what it holds itself. */
  get remaining(): number {
    const { seen } = this;
    const room = seen === undefined ? 0 : seen.amount - seen.carried - seen.settled - seen.leased;
    return Math.max(0, room) + Math.max(0, this.free);
  }

  /** With what was spent since the database was told; undefined before it said anything. */
  get spentRatio(): number | undefined {
    if (this.seen === undefined) return undefined;
    const { amount, carried, settled } = this.seen;
    return amount === 0 ? 1 : (carried + settled + this.settled) / amount;
  }
}
