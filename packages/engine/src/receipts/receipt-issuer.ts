/**
 * Issues receipts: collects their texts, and every tenth of a second, or when there are enough, hands a batch to storage, which
 * seals and writes it, on another thread where it has one. One batch is under way at a time, because each names the one
 * before it. What storage does not take waits, up to a bound, and is handed over again; storage tells whether it had it already.
 */
import { KeelsonError, mostReceiptsPerBatch, type ReceiptHead, type ReceiptId } from '@keelson/core';
import { type CallRecord, type Clock, FlushWaiters, type Log } from '../observability/index.ts';
import type { ReceiptBatch, Receipts } from '../storage/index.ts';
import type { KeyHolder } from './key-holder.ts';
import { isOwnerGone, nameOwner } from './log-owner.ts';
import { type ReceiptExtras, receiptIdOf, renderCallReceipt } from './render-receipt.ts';

export interface ReceiptIssuer {
  /**
   * The same call a second time is issued no second receipt. Undefined where the call used nothing, or where too many
   * receipts are waiting. What an interrupted call used is not known; its receipt says what it was charged.
   */
  issue(record: CallRecord, extras?: ReceiptExtras): ReceiptId | undefined;
  /** Any receipt, as canonical text. */
  add(receipt: { readonly id: ReceiptId; readonly workspace: string; readonly text: string }): boolean;
  readonly waiting: number;
  /** Receipts that could not be kept waiting. */
  readonly dropped: number;
  /** Closes the batch. Whether all that was issued before is stored; false where storage does not take it now. */
  flush(): Promise<boolean>;
  close(): Promise<void>;
}

export interface IssuerSettings {
  readonly storage: Receipts;
  readonly keys: KeyHolder;
  readonly clock: Clock;
  readonly log: Log;
  newId(): string;
  readonly everyMs?: number;
  readonly maxWaiting?: number;
  /** Tests name their own. */
  readonly owner?: string;
}

const claimMs = 30_000;
const renewMs = 10_000;

export function createReceiptIssuer(settings: IssuerSettings): ReceiptIssuer {
  return new Issuer(settings);
}

interface OwnLog {
  readonly log: string;
  before: ReceiptHead | undefined;
}

interface ClosedBatch {
  readonly batch: ReceiptBatch;
  readonly count: number;
}

class Issuer implements ReceiptIssuer {
  readonly #settings: IssuerSettings;
  readonly #owner: string;
  readonly #maxWaiting: number;
  readonly #stop: readonly (() => void)[];
  /** Texts, and by the same places their ids with their workspaces. */
  #texts: string[] = [];
  #ids: string[] = [];
  #openedAt = 0;
  /** How many there were ever; those that do not wait any more are gone. */
  #added = 0;
  #log: OwnLog | undefined;
  /** Handed over and not answered yet. */
  #batch: ClosedBatch | undefined;
  readonly #waiters = new FlushWaiters();
  #writing: Promise<void> | undefined;
  #hasFailed = false;
  #isClosed = false;
  dropped = 0;

  constructor(settings: IssuerSettings) {
    const { clock, newId, everyMs = 100, maxWaiting = 50_000, owner = nameOwner(newId()) } = settings;
    this.#settings = settings;
    this.#owner = owner;
    this.#maxWaiting = maxWaiting;
    this.#stop = [
      clock.every(everyMs, () => {
        if (this.#texts.length > 0) void this.flush();
      }),
      clock.every(renewMs, () => void this.#renew()),
    ];
  }

  get waiting(): number {
    return this.#texts.length;
  }

  issue(record: CallRecord, extras?: ReceiptExtras): ReceiptId | undefined {
    if (record.usage === undefined && extras?.interrupted !== true) return undefined;
    const id = receiptIdOf(record.id);
    const text = renderCallReceipt(record, extras);
    return this.add({ id, workspace: record.workspace, text }) ? id : undefined;
  }

  add({ id, workspace, text }: { id: ReceiptId; workspace: string; text: string }): boolean {
    if (this.#isClosed || this.#texts.length >= this.#maxWaiting) {
      this.#drop();
      return false;
    }
    if (this.#texts.length === 0) this.#openedAt = this.#settings.clock.now();
    this.#texts.push(text);
    this.#added += 1;
    // A line each; a name that holds lines would be several.
    this.#ids.push(`${id} ${workspace.includes('\n') ? workspace.replaceAll('\n', ' ') : workspace}`);
    if (this.#texts.length >= mostReceiptsPerBatch && this.#writing === undefined && !this.#hasFailed)
      void this.flush();
    return true;
  }

  /** What is issued while it waits is not waited for: under load there would be no end. */
  flush(): Promise<boolean> {
    const until = this.#added;
    if (this.#gone >= until) return Promise.resolve(true);
    this.#writing ??= this.#writeAll();
    return this.#waiters.wait(until);
  }

  get #gone(): number {
    return this.#added - this.#texts.length;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const stop of this.#stop) stop();
    await this.#writing;
    // A storage that is away for good must not hold up the end.
    for (let tries = 0; this.#texts.length > 0 && tries < 3; tries += 1) await this.flush();
    const { storage, log } = this.#settings;
    if (this.#texts.length > 0) {
      this.dropped += this.#texts.length;
      log.error('Receipts were lost at the end; they can be issued again from the calls.', {
        count: this.#texts.length,
      });
    }
    if (this.#log !== undefined) await storage.releaseLog(this.#log.log, this.#owner).catch(ignore);
  }

  #drop(): void {
    this.dropped += 1;
    if (this.dropped === 1 || this.dropped % 10_000 === 0) {
      this.#settings.log.error('Receipts are being lost: storage does not keep them in time.', {
        dropped: this.dropped,
      });
    }
  }

  async #writeAll(): Promise<void> {
    // Together with what is issued in this turn of the event loop.
    await undefined;
    try {
      while (this.#texts.length > 0) {
        await this.#writeBatch();
        this.#hasFailed = false;
        this.#waiters.reached(this.#gone);
      }
    } catch (error) {
      if (!this.#hasFailed) this.#settings.log.error('Receipts cannot be stored; trying again.', { error });
      this.#hasFailed = true;
      this.#waiters.failed();
    } finally {
      this.#writing = undefined;
    }
  }

  async #writeBatch(): Promise<void> {
    const { storage, clock } = this.#settings;
    this.#log ??= await this.#claim();
    const own = this.#log;
    this.#batch ??= this.#closeBatch(own);
    const { batch, count } = this.#batch;
    const appended = await storage.append({ ...batch, claimedUntil: clock.now() + claimMs });
    this.#batch = undefined;
    if (appended.outcome === 'stored') {
      own.before = appended.head;
      this.#forget(count);
    } else if (appended.outcome === 'known') this.#remove(new Set(appended.ids));
    else this.#log = undefined;
  }

  async #claim(): Promise<OwnLog> {
    const { storage, clock, newId } = this.#settings;
    const now = clock.now();
    const claim = { newLog: `log_${newId()}`, owner: this.#owner, now, until: now + claimMs };
    const { log, head } = await storage.claimLog({ ...claim, isGone: isOwnerGone });
    return { log, before: head };
  }

  #closeBatch({ log, before }: OwnLog): ClosedBatch {
    const { clock, keys } = this.#settings;
    const now = clock.now();
    const { key, validFrom, validTo = Number.POSITIVE_INFINITY } = keys.current();
    if (Math.max(now, before?.last_at ?? 0) >= validTo) {
      throw new KeelsonError('configuration_invalid', 'The key that receipts are signed with has ended.', {
        hint: 'Rotate the key, or set KEELSON_RECEIPT_KEY to the one that follows it.',
      });
    }
    this.#removeDoubles();
    const count = Math.min(this.#texts.length, mostReceiptsPerBatch);
    const batch: ReceiptBatch = {
      log,
      owner: this.#owner,
      claimedUntil: 0,
      receipts: this.#texts.slice(0, count).join('\n'),
      ids: this.#ids.slice(0, count).join('\n'),
      ...(before !== undefined && { before }),
      openedAt: Math.min(this.#openedAt, now),
      closedAt: now,
      key: key.secret,
      keyId: key.keyId,
      keyValidFrom: validFrom,
    };
    return { batch, count };
  }

  /** Whoever issues the same receipt again may do so before the first one is stored. */
  #removeDoubles(): void {
    const seen = new Set<string>();
    for (let at = 0; at < Math.min(this.#texts.length, mostReceiptsPerBatch); at++) {
      const id = this.#ids[at] as string;
      if (seen.has(id)) {
        this.#texts.splice(at, 1);
        this.#ids.splice(at, 1);
        at -= 1;
      } else seen.add(id);
    }
  }

  #forget(count: number): void {
    this.#texts = this.#texts.slice(count);
    this.#ids = this.#ids.slice(count);
    this.#openedAt = this.#settings.clock.now();
  }

  /** Those that are stored already, in a batch of somebody else or of our own before a failure. */
  #remove(known: ReadonlySet<string>): void {
    const isNew = (line: string): boolean => !known.has(line.slice(0, line.indexOf(' ')));
    this.#texts = this.#texts.filter((_, at) => isNew(this.#ids[at] as string));
    this.#ids = this.#ids.filter(isNew);
  }

  /** Between batches; while there are batches, each of them renews the claim. */
  async #renew(): Promise<void> {
    const { storage, clock, keys } = this.#settings;
    keys.refresh();
    const own = this.#log;
    if (own === undefined || this.#writing !== undefined) return;
    const isOurs = await storage.renewLog(own.log, this.#owner, clock.now() + claimMs).catch(() => true);
    if (!isOurs && this.#log === own && this.#writing === undefined) this.#log = undefined;
  }
}

function ignore(): void {}
