/**
 * Records of calls on their way to whoever keeps them: written in batches, beside the calls and never in front of them.
 * The queue is bounded; what does not fit is counted and said, because a full disk must not become a full memory.
 */
import type { CallRecord } from './call-record.ts';
import type { Clock } from './clock.ts';
import { FlushWaiters } from './flush-waiters.ts';
import type { Log } from './log.ts';

export interface RecordQueue<Item = CallRecord> {
  add(record: Item): void;
  /** Records that were thrown away because nobody could keep them in time. */
  readonly dropped: number;
  readonly waiting: number;
  /** Whether all that was added before is kept; false where it cannot be now. */
  flush(): Promise<boolean>;
  /** Writes what is waiting; nothing is taken afterwards. */
  close(): Promise<void>;
}

export interface RecordQueueSettings<Item = CallRecord> {
  readonly clock: Clock;
  readonly log: Log;
  /** Keeps a batch. When it fails, the same batch comes again. */
  write(records: readonly Item[]): void | Promise<void>;
  /** What the log calls them. */
  readonly what?: string;
  readonly maxWaiting?: number;
  /** For what differs much in size, and how much of it may wait. */
  sizeOf?(record: Item): number;
  readonly maxWaitingSize?: number;
  readonly batchSize?: number;
  readonly everyMs?: number;
}

export function createRecordQueue<Item = CallRecord>(settings: RecordQueueSettings<Item>): RecordQueue<Item> {
  return new Queue(settings);
}

class Queue<Item> implements RecordQueue<Item> {
  readonly #settings: RecordQueueSettings<Item>;
  readonly #what: string;
  readonly #maxWaiting: number;
  readonly #batchSize: number;
  readonly #stopTimer: () => void;
  #records: Item[] = [];
  /** How many there were ever; those that do not wait any more are gone. */
  #added = 0;
  #size = 0;
  readonly #waiters = new FlushWaiters();
  #writing: Promise<void> | undefined;
  #isClosed = false;
  #hasFailed = false;
  dropped = 0;

  constructor(settings: RecordQueueSettings<Item>) {
    const { clock, maxWaiting = 20_000, batchSize = 512, everyMs = 200 } = settings;
    this.#settings = settings;
    this.#what = settings.what ?? 'Records of calls';
    this.#maxWaiting = maxWaiting;
    this.#batchSize = batchSize;
    this.#stopTimer = clock.every(everyMs, () => void this.flush());
  }

  get waiting(): number {
    return this.#records.length;
  }

  add(record: Item): void {
    if (this.#isClosed || this.#records.length >= this.#maxWaiting || !this.#fits(record)) this.#drop();
    else this.#push(record);
    // Between two beats of the clock only when so much has come that waiting would make the batch slow.
    if (this.#records.length >= this.#batchSize && this.#writing === undefined && !this.#hasFailed)
      void this.flush();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopTimer();
    await this.#writing;
    // A keeper that is away for good must not hold up the end.
    for (let tries = 0; this.#records.length > 0 && tries < 3; ) {
      const before = this.#records.length;
      await this.flush();
      if (this.#records.length === before) tries += 1;
    }
    if (this.#records.length === 0) return;
    this.dropped += this.#records.length;
    this.#settings.log.error(`${this.#what} were lost at the end.`, { count: this.#records.length });
  }

  #push(record: Item): void {
    this.#records.push(record);
    this.#added += 1;
  }

  get #gone(): number {
    return this.#added - this.#records.length;
  }

  #fits(record: Item): boolean {
    const { sizeOf, maxWaitingSize = Number.POSITIVE_INFINITY } = this.#settings;
    if (sizeOf === undefined) return true;
    const size = this.#size + sizeOf(record);
    if (size > maxWaitingSize) return false;
    this.#size = size;
    return true;
  }

  #drop(): void {
    this.dropped += 1;
    // Once at the first and then seldom: the log must not drown as well.
    if (this.dropped === 1 || this.dropped % 10_000 === 0) {
      this.#settings.log.error(`${this.#what} are being lost: nobody keeps them in time.`, {
        dropped: this.dropped,
      });
    }
  }

  /** What is added while it waits is not waited for: under load there would be no end. */
  flush(): Promise<boolean> {
    const until = this.#added;
    if (this.#gone >= until) return Promise.resolve(true);
    this.#writing ??= this.#writeAll();
    return this.#waiters.wait(until);
  }

  async #writeAll(): Promise<void> {
    // Whoever adds while a batch is written would otherwise begin another writing within this one.
    await undefined;
    try {
      while (this.#records.length > 0) {
        await this.#writeBatch();
        this.#waiters.reached(this.#gone);
      }
    } catch (error) {
      if (!this.#hasFailed)
        this.#settings.log.error(`${this.#what} cannot be kept; trying again.`, { error });
      this.#hasFailed = true;
      this.#waiters.failed();
    } finally {
      this.#writing = undefined;
    }
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#records.slice(0, this.#batchSize);
    await this.#settings.write(batch);
    this.#hasFailed = false;
    this.#records = this.#records.slice(batch.length);
    const { sizeOf } = this.#settings;
    if (sizeOf !== undefined) for (const record of batch) this.#size -= sizeOf(record);
  }
}
