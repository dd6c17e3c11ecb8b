/**
 * Budgets that cannot be overrun: every call sets its worst case aside on all accounts above it, in memory, out of what this
 * process was lent of them, and settles to what it really used.
 */
import { mkdirSync } from 'node:fs';
import { KeelsonError } from '@keelson/core';
import type { Clock, Log } from '../observability/index.ts';
import type {
  AlertListing,
  BudgetAlert,
  BudgetWindow,
  LeaseOwner,
  Storage,
  StoredBudget,
} from '../storage/index.ts';
import { Account, type Slice } from './account.ts';
import { AccountTable, type BudgetSubject, type Touch } from './account-table.ts';
import type { Budget, BudgetDefinition } from './budget.ts';
import { BudgetBook, type KeptBudget, readStored } from './budget-book.ts';
import { type BudgetStanding, standingsOf } from './budget-standing.ts';
import { Journal, type JournalFiles, type Piece } from './journal.ts';
import { LeaseKeeper, tickMs } from './lease-keeper.ts';
import { type RecoveredCall, recoverDead } from './recover.ts';
import { type Refusal, refuse, refuseAway } from './refusal.ts';
import { giveAllBack, Reservation, takeAll } from './reservation.ts';

export interface LimitsSettings {
  readonly storage: Pick<Storage, 'budgets' | 'leases'>;
  readonly clock: Clock;
  readonly log: Log;
  newId(): string;
  /** Told to others who look for this process. */
  readonly host: string;
  readonly journal: {
    readonly folder: string;
    readonly sync?: 'each' | number;
    /** `accounts`, when left out: calls without any budget above them are not written. */
    readonly of?: 'accounts' | 'all';
    readonly pieceBytes?: number;
    readonly files?: JournalFiles;
  };
  /** Budgets that come from a file, as they are from the start. */
  readonly defined?: readonly BudgetDefinition[];
  /** How long calls go on with what was lent while the database is away. */
  readonly outageMs?: number;
  onAlert?(event: AlertEvent): void;
  /** Rejects where they could not be kept; they come again then. */
  onRecovered?(calls: readonly RecoveredCall[]): Promise<void>;
  /** Keeps what is known of all calls that are over, before the journal forgets them. Whether it could. */
  keepAll?(): Promise<boolean>;
  /** What else is wrong with a budget, known only above; undefined when nothing is. */
  problemWith?(budget: Budget): string | undefined;
}

export interface AlertEvent extends BudgetAlert {
  readonly budget: Budget;
}

export interface Asking {
  readonly callId: string;
  readonly touches: readonly Touch[];
  /** For each touch, the most that the call can use. */
  readonly amounts: readonly number[];
  /** What a record and a receipt need, as the text of a JSON object. */
  readonly facts: string;
}

const usualOutageMs = 60_000;
const pollMs = 1000;
const recoverEveryMs = 10_000;
const sweepEveryMs = 3_600_000;
/** Others give back what they do not need within a tick or two. */
const patience = 3;
const waitForOthersMs = tickMs + 50;
/** A refusal stands for so long before the database is asked again. */
const refusalMs = 250;

export class Limits {
  /** Resolves when budgets are known and the dead have been reckoned with. */
  readonly ready: Promise<void>;
  readonly #settings: LimitsSettings;
  readonly #book: BudgetBook;
  readonly #table = new AccountTable();
  /** Removed ones included: what is lent of them is still under way, and they may come again. */
  readonly #known = new Map<string, Account>();
  readonly #refusals = new Map<Budget['scope'], number>();
  readonly #stops: (() => void)[] = [];
  #owner = '';
  #journal!: Journal;
  #keeper!: LeaseKeeper;
  #isReady = false;
  #isClosed = false;
  #version = 0;
  #working: Promise<void> = Promise.resolve();

  constructor(settings: LimitsSettings) {
    this.#settings = settings;
    this.#book = new BudgetBook(settings);
    this.ready = this.#start();
    this.ready.catch(() => {});
  }

  /** Whether there is nothing to ask: no budget at all, and no journal of everything. */
  get isIdle(): boolean {
    return this.#isReady && this.#table.size === 0 && this.#settings.journal.of !== 'all';
  }

  get journalsAll(): boolean {
    return this.#settings.journal.of === 'all';
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** The name under which this process holds what it was lent. */
  get owner(): string {
    return this.#owner;
  }

  get budgets(): readonly Budget[] {
    return [...this.#table.accounts].map(({ budget }) => budget);
  }

  /** Calls that were refused, by the scope of the budget that did it. */
  get refusals(): ReadonlyMap<Budget['scope'], number> {
    return this.#refusals;
  }

  /** Whoever asks for a reservation says when a refusal was the end of it: there may have been a cheaper way. */
  countRefusal({ scope }: Budget): void {
    this.#refusals.set(scope, (this.#refusals.get(scope) ?? 0) + 1);
  }

  standings(): readonly BudgetStanding[] {
    return standingsOf(this.#table.accounts, this.#settings.clock.now());
  }

  touchedBy(
    subject: BudgetSubject,
    tags: Readonly<Record<string, string>>,
    names: () => { alias: string | undefined; targets: readonly string[] },
  ): readonly Touch[] {
    return this.#table.touchedBy(subject, tags, names);
  }

  /** At once where memory suffices. Throws only when nothing can be promised at all. */
  reserve(asking: Asking): Reservation | Refusal | Promise<Reservation | Refusal> {
    const now = this.#settings.clock.now();
    const slices: Slice[] = new Array(asking.touches.length);
    for (let index = 0; index < slices.length; index += 1)
      slices[index] = (asking.touches[index] as Touch).account.sliceAt(now);
    const away = this.#refuseWhileAway(slices, now);
    if (away !== undefined) return away;
    const lacking = takeAll(slices, asking.amounts, now);
    if (lacking === -1) return this.#written(asking, slices, now);
    const slice = slices[lacking] as Slice;
    const amount = asking.amounts[lacking] as number;
    if (now < slice.refusedUntil && amount >= slice.refusedFrom && amount > slice.remaining)
      return refuse(slice, amount, now);
    return this.#reserveSlowly(asking);
  }

  /** In the order of their ids, removed ones included. */
  list(): Promise<readonly KeptBudget[]> {
    return this.#book.list();
  }

  /** Also when it is removed. */
  find(id: string): Promise<KeptBudget | undefined> {
    return this.#book.find(id);
  }

  /** Throws when the definition is wrong or the id is taken. */
  async create(definition: BudgetDefinition): Promise<Budget> {
    const budget = await this.#book.create(definition);
    await this.refresh();
    return budget;
  }

  async update(definition: BudgetDefinition): Promise<Budget> {
    const budget = await this.#book.update(definition);
    await this.refresh();
    return budget;
  }

  /** What was spent on it stays. False when there is none. */
  async remove(id: string): Promise<boolean> {
    const wasThere = await this.#book.remove(id);
    await this.refresh();
    return wasThere;
  }

  /** Makes the budgets that came from a file those of this list, and leaves all others alone. */
  async apply(definitions: readonly BudgetDefinition[]): Promise<void> {
    await this.ready;
    await this.#book.apply(definitions);
    await this.refresh();
  }

  /** Why a budget that is right by itself cannot be made: one with its id counts something else. */
  problemWithKind(definition: BudgetDefinition): Promise<string | undefined> {
    return this.#book.problemWithKind(definition);
  }

  /** What is used of a budget in its newest windows, as the database knows. */
  windows(id: string, limit = 10, before?: number): Promise<readonly BudgetWindow[]> {
    return this.#settings.storage.budgets.windows(id, limit, before);
  }

  alerts(id: string): Promise<readonly BudgetAlert[]> {
    return this.#settings.storage.budgets.alerts(id);
  }

  /** Of several budgets, the newest first. */
  alertsOf(listing: AlertListing): Promise<readonly BudgetAlert[]> {
    return this.#settings.storage.budgets.alertsOf(listing);
  }

  /** Every process that holds something, this one included. */
  owners(): Promise<readonly LeaseOwner[]> {
    return this.#settings.storage.leases.owners();
  }

  /**
   * By hand, for a process on a machine that will not come back: all that it held is charged, because nobody can tell how
   * much of it was spent. Throws `conflict` while it still shows signs of life.
   */
  writeOff(owner: string): Promise<void> {
    return this.#book.writeOff(owner);
  }

  /** Looks for processes that died beside this one. How many there were. */
  async recover(): Promise<number> {
    const { storage, clock, log, newId, journal, onRecovered } = this.#settings;
    return recoverDead({
      folder: journal.folder,
      owner: this.#owner,
      leases: storage.leases,
      clock,
      log,
      newId,
      onRecovered: onRecovered ?? (async () => {}),
    });
  }

  /** Takes over changes that this or another process made. */
  async refresh(): Promise<void> {
    const changes = await this.#settings.storage.budgets.changedSince(this.#version);
    for (const change of changes) this.#change(change);
  }

  /** All that was spent by now is in the database when it resolves. */
  async flush(): Promise<void> {
    await this.#tick();
    await this.#keeper.flush();
  }

  /** Where not all is kept that is known of its calls, the journal stays for whoever comes next. */
  async close(isKept = true): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const stop of this.#stops) stop();
    await this.ready.catch(() => {});
    await this.#working;
    if (!this.#isReady) return;
    try {
      const isClean = (await this.#keeper.close()) && isKept;
      if (isClean && !this.#keeper.isDisowned) await this.#settings.storage.leases.resign(this.#owner);
      this.#journal.close(isClean);
    } catch (error) {
      this.#settings.log.warn('Budgets could not be told all; the next start will.', { error });
      this.#journal.close(false);
    }
  }

  async #start(): Promise<void> {
    const { clock, journal } = this.#settings;
    mkdirSync(journal.folder, { recursive: true, mode: 0o700 });
    await this.#register();
    await this.recover();
    if (this.#settings.defined !== undefined) await this.#book.apply(this.#settings.defined);
    await this.refresh();
    this.#isReady = true;
    if (this.#isClosed) return;
    this.#stops.push(
      clock.every(tickMs, () => this.#work(() => this.#tick())),
      clock.every(pollMs, () => this.#work(() => this.refresh())),
      clock.every(sweepEveryMs, () => this.#work(() => this.#settings.storage.budgets.sweep(clock.now()))),
      clock.every(recoverEveryMs, () => this.#work(async () => void (await this.recover()))),
    );
  }

  /** One after the other; a failure is said by whoever works, and comes again. */
  #work(run: () => Promise<void>): void {
    if (this.#isBusy || this.#isClosed) return;
    this.#isBusy = true;
    this.#working = run()
      .catch((error: unknown) => this.#settings.log.debug('Budgets could not be looked after.', { error }))
      .finally(() => {
        this.#isBusy = false;
      });
  }

  #isBusy = false;

  async #tick(): Promise<void> {
    await this.#keeper.tick();
    await this.#renew();
  }

  /** After somebody has settled the estate of this process, which still lives. */
  #renew(): Promise<void> | undefined {
    if (!this.#keeper.isDisowned) return undefined;
    this.#renewing ??= this.#register().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  #renewing: Promise<void> | undefined;

  /** Under a new name each time: whoever was declared dead does not come back as itself. */
  async #register(): Promise<void> {
    const { storage, clock, log, newId, host, journal, onAlert, keepAll } = this.#settings;
    const before = this.#journal as Journal | undefined;
    this.#owner = newId();
    const { sync, pieceBytes, files, folder } = journal;
    this.#journal = new Journal({
      folder,
      owner: this.#owner,
      clock,
      log,
      ...(sync !== undefined && { sync }),
      ...(pieceBytes !== undefined && { pieceBytes }),
      ...(files !== undefined && { files }),
    });
    this.#keeper = new LeaseKeeper(this.#owner, this.#journal, {
      leases: storage.leases,
      clock,
      log,
      onAlert: (alert, { account: { budget } }) => onAlert?.({ ...alert, budget }),
      keepAll,
    });
    before?.close(true);
    const now = clock.now();
    await storage.leases.register({ id: this.#owner, host, startedAt: now, heartbeatAt: now });
  }

  #change({ id, definition, version, removedAt }: StoredBudget): void {
    this.#version = Math.max(this.#version, version);
    const known = this.#known.get(id);
    if (known !== undefined && known.version >= version) return;
    if (known !== undefined && !known.isRemoved) this.#table.remove(known);
    if (removedAt !== undefined) {
      if (known !== undefined) known.isRemoved = true;
      return;
    }
    const budget = readStored(definition);
    const account = known ?? new Account(budget, version, this.#settings.clock.now());
    account.budget = budget;
    account.version = version;
    account.isRemoved = false;
    this.#known.set(id, account);
    this.#table.add(account);
    // What was lent under the old limit goes back, and is fetched again as the new one allows.
    for (const slice of this.#keeper.slices) {
      if (slice.account !== account) continue;
      // A refusal was one of the old limit.
      slice.refusedUntil = 0;
      if (slice.needs === 0) slice.mustReturn = true;
    }
  }

  #refuseWhileAway(slices: readonly Slice[], now: number): Refusal | undefined {
    const { awaySince } = this.#keeper;
    if (awaySince === undefined) return undefined;
    const { outageMs = usualOutageMs } = this.#settings;
    const isOver = now - awaySince > outageMs;
    const stopped = slices.find(({ account }) => isOver || account.budget.outageAllowance === 0);
    return stopped && refuseAway(stopped);
  }

  #written(asking: Asking, slices: readonly Slice[], now: number): Reservation {
    const { callId, touches, amounts, facts } = asking;
    let shares = '';
    for (let index = 0; index < slices.length; index += 1) {
      const slice = slices[index] as Slice;
      if (slice.free < slice.usualDemand && slice.noExtraUntil <= now) this.#keeper.refillAhead(slice);
      if (slice.account.budget.measure === 'concurrency') continue;
      shares += `${shares === '' ? '' : ','}${slice.journalKey}${amounts[index]}`;
    }
    let piece: Piece;
    try {
      piece = this.#journal.reserved({ callId, at: now, shares, facts });
    } catch (error) {
      giveAllBack(slices, amounts);
      throw error;
    }
    return new Reservation(callId, touches, { slices, amounts }, { journal: this.#journal, piece });
  }

  async #reserveSlowly(asking: Asking): Promise<Reservation | Refusal> {
    const { clock } = this.#settings;
    for (let round = 1; ; round += 1) {
      const keeper = this.#keeper;
      const now = clock.now();
      const slices = asking.touches.map(({ account }) => account.sliceAt(now));
      for (const [index, slice] of slices.entries()) {
        const amount = asking.amounts[index] as number;
        if (slice.free >= amount) continue;
        slice.needs += amount;
        slice.least = Math.min(slice.least, amount);
        slice.lastUsedAt = now;
        keeper.want(slice);
      }
      try {
        await keeper.sync();
        if (keeper.isDisowned) {
          await this.#renew();
          continue;
        }
      } catch (error) {
        if (KeelsonError.is(error) && error.code === 'budget_unavailable') throw error;
        return refuseAway(
          slices.find((slice, index) => slice.free < (asking.amounts[index] as number)) ??
            (slices[0] as Slice),
        );
      }
      const after = clock.now();
      const current = asking.touches.map(({ account }) => account.sliceAt(after));
      const lacking = takeAll(current, asking.amounts, after);
      if (lacking === -1) return this.#written(asking, current, after);
      const slice = current[lacking] as Slice;
      const amount = asking.amounts[lacking] as number;
      if (round < patience && slice.heldByOthers > 0 && amount <= slice.account.budget.limit) {
        await clock.sleep(waitForOthersMs);
        continue;
      }
      slice.refusedUntil = clock.now() + refusalMs;
      slice.refusedFrom = amount;
      return refuse(slice, amount, clock.now());
    }
  }
}
