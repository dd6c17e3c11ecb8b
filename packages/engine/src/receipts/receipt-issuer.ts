/**
 * Issues receipts: collects their texts, and every tenth of a second, or when there are enough, closes a batch: root, head,
 * signature, and into storage. One batch is under way at a time, because each names the one before it. What storage does
 * not take waits, up to a bound, and the same batch is handed over again; storage tells whether it had it already.
 */
import {
  type BatchSeal,
  KeelsonError,
  mostReceiptsPerBatch,
  type ReceiptHead,
  type ReceiptId,
  type SealedBatch,
  sealBatch,
  signedHeadText,
} from '@keelson/core';
import type { CallRecord, Clock, Log } from '../observability/index.ts';
import type { Receipts } from '../storage/index.ts';
import type { KeyHolder } from './key-holder.ts';
import { isOwnerGone, nameOwner } from './log-owner.ts';
import { nodeCrypto } from './node-crypto.ts';
import { type ReceiptExtras, receiptIdOf, renderCallReceipt } from './render-receipt.ts';

export interface ReceiptIssuer {
  /**
   * The same call a second time is issued no second receipt. Undefined where the call used nothing, or where too many
   * receipts are waiting.
   */
  issue(record: CallRecord, extras?: ReceiptExtras): ReceiptId | undefined;
  /** Any receipt, as canonical text. */
  add(receipt: { readonly id: ReceiptId; readonly workspace: string; readonly text: string }): boolean;
  readonly waiting: number;
  /** Receipts that could not be kept waiting. */
  readonly dropped: number;
  /** Closes the batch and waits until it is stored, or cannot be. */
  flush(): Promise<void>;
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

class Issuer implements ReceiptIssuer {
  readonly #settings: IssuerSettings;
  readonly #owner: string;
  readonly #maxWaiting: number;
  readonly #stop: readonly (() => void)[];
  /** By their places: texts, and twice as many ids and workspaces in turn. */
  #texts: string[] = [];
  #ids: string[] = [];
  #openedAt = 0;
  #log: OwnLog | undefined;
  /** Handed over and not answered yet. */
  #sealed: SealedBatch | undefined;
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
    if (record.usage === undefined) return undefined;
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
    this.#ids.push(id, workspace);
    if (this.#texts.length >= mostReceiptsPerBatch && this.#writing === undefined && !this.#hasFailed)
      void this.flush();
    return true;
  }

  flush(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
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
    while (this.#texts.length > 0) {
      try {
        await this.#writeBatch();
        this.#hasFailed = false;
      } catch (error) {
        if (!this.#hasFailed) this.#settings.log.error('Receipts cannot be stored; trying again.', { error });
        this.#hasFailed = true;
        return;
      }
    }
  }

  async #writeBatch(): Promise<void> {
    const { storage, clock } = this.#settings;
    this.#log ??= await this.#claim();
    const own = this.#log;
    this.#sealed ??= this.#sealNext(own);
    const { head, receipts } = this.#sealed;
    const appended = await storage.append({
      log: own.log,
      owner: this.#owner,
      claimedUntil: clock.now() + claimMs,
      seq: head.seq,
      lastAt: head.last_at,
      head: signedHeadText(head),
      receipts: receipts.join('\n'),
      ids: this.#ids.slice(0, receipts.length * 2),
    });
    this.#sealed = undefined;
    if (appended.outcome === 'stored') {
      own.before = head;
      this.#forget(receipts.length);
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

  /** Whoever issues the same receipt again may do so before the first one is stored. */
  #sealNext(own: OwnLog): SealedBatch {
    const ids = new Set<string>();
    for (let at = 0; at < Math.min(this.#texts.length, mostReceiptsPerBatch); at++) {
      const id = this.#ids[2 * at] as string;
      if (ids.has(id)) {
        this.#texts.splice(at, 1);
        this.#ids.splice(2 * at, 2);
        at -= 1;
      } else ids.add(id);
    }
    return this.#seal(own);
  }

  #seal({ log, before }: OwnLog): SealedBatch {
    const { clock, keys } = this.#settings;
    const closedAt = clock.now();
    const { key, validFrom, validTo } = keys.current();
    const seal: BatchSeal = {
      log,
      ...(before !== undefined && { before }),
      openedAt: Math.min(this.#openedAt, closedAt),
      closedAt,
      keyId: key.keyId,
      keyValidFrom: validFrom,
      crypto: nodeCrypto,
      sign: (message) => key.sign(message),
    };
    const sealed = sealBatch(this.#texts.slice(0, mostReceiptsPerBatch), seal);
    if (sealed.head.last_at < (validTo ?? Number.POSITIVE_INFINITY)) return sealed;
    throw new KeelsonError('configuration_invalid', 'The key that receipts are signed with has ended.', {
      hint: 'Rotate the key, or set KEELSON_RECEIPT_KEY to the one that follows it.',
    });
  }

  #forget(count: number): void {
    this.#texts = this.#texts.slice(count);
    this.#ids = this.#ids.slice(count * 2);
    this.#openedAt = this.#settings.clock.now();
  }

  /** Those that are stored already, in a batch of somebody else or of our own before a failure. */
  #remove(known: ReadonlySet<string>): void {
    const texts: string[] = [];
    const ids: string[] = [];
    for (let at = 0; at < this.#texts.length; at++) {
      const id = this.#ids[2 * at] as string;
      if (known.has(id)) continue;
      texts.push(this.#texts[at] as string);
      ids.push(id, this.#ids[2 * at + 1] as string);
    }
    this.#texts = texts;
    this.#ids = ids;
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
