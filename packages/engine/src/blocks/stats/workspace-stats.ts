/**
 * Statistics of the blocks of one workspace in the database. What is recorded counts here at once; it is written in batches, and
 * what other processes have written is read again now and then. Nobody who runs a block waits for the database.
 */
import { type BlockAttempt, type BlockStats, type Json, readAttempt } from '@keelson/core';
import type { Clock, Log } from '../../observability/index.ts';
import type {
  BlockDay,
  BlockDays,
  BlockStatsBatch,
  BlockStatsChange,
  BlockStatsTable,
} from '../../storage/index.ts';
import type { StatsStore } from '../environment.ts';
import { dayMs, startOfDay } from './days-kept.ts';
import { KnownBlock } from './known-block.ts';
import { attemptsIn, PendingStats } from './pending-stats.ts';
import { RareComplaints } from './rare-complaints.ts';

export interface WorkspaceStatsSettings {
  readonly workspace: string;
  readonly table: BlockStatsTable;
  readonly clock: Clock;
  readonly log: Log;
  /** Of this process, as whoever writes batches. */
  readonly writer: string;
  readonly keptDays: number;
  readonly readEveryMs: number;
  /** How many days of blocks may wait to be written. */
  readonly mostWaiting: number;
}

/** So that no transaction takes long. */
const daysPerBatch = 100;
const daysPerPage = 200;
/** In an embedded file all of it happens in this thread: between two parts, others have their turn. */
const pauseMs = 1;
const keysPerQuestion = 100;
/** Written before its time, so that a kill loses no more. */
const attemptsPerBatch = 2000;
const mostKnown = 20_000;
const unusedMs = 3_600_000;
const pauseAtEndMs = 200;
/** What an index takes, whatever the letters are. */
const longestKey = 512;

export class WorkspaceStats implements StatsStore {
  readonly #settings: WorkspaceStatsSettings;
  readonly #complaints: RareComplaints;
  readonly #known = new Map<string, KnownBlock>();
  /** To be read, because somebody asked for them or because a day of theirs has changed that is in a sum. */
  readonly #wanted = new Set<string>();
  readonly #fresh: PendingStats;
  /** Sent, and not known to be written. It is sent again as it is, so that it counts once. */
  #sending: BlockStatsBatch | undefined;
  #batches = 0;
  /** Up to which changes of others are known. */
  #version: number | undefined;
  #readAt = 0;
  #isUsed = false;
  #isClosed = false;
  #dropped = 0;
  #turn: Promise<void> = Promise.resolve();
  #waitingTurns = 0;

  constructor(settings: WorkspaceStatsSettings) {
    this.#settings = settings;
    this.#fresh = new PendingStats(settings.mostWaiting);
    this.#complaints = new RareComplaints(
      settings.clock,
      settings.log.with({ workspace: settings.workspace }),
    );
  }

  /** Attempts that are counted here and were not written yet. */
  get waiting(): number {
    return this.#fresh.attempts + (this.#sending === undefined ? 0 : countOf(this.#sending.days));
  }

  /** Attempts that were counted here and will never be written. */
  get dropped(): number {
    return this.#dropped;
  }

  /** What is known here and now; a block that was not asked for before is read within moments, by `load` at once. */
  findStats(key: string): BlockStats | undefined {
    const known = this.#use(key);
    if (known === undefined) return undefined;
    if (!known.isRead && canBeWritten(key)) this.#wanted.add(key);
    return known.stats;
  }

  /** Throws for what is no record, or once it is closed. */
  record(attempt: BlockAttempt): void {
    if (this.#isClosed) throw new Error('The statistics are closed.');
    const counted = readAttempt(attempt as unknown as Json);
    if (counted === undefined) throw new Error('The record of an attempt has figures that cannot be true.');
    this.#use(counted.key)?.add(counted);
    if (!canBeWritten(counted.key))
      this.#drop(counted, 'The name of a block is too long or no text to keep.');
    else if (!this.#fresh.add(counted))
      this.#drop(counted, 'Too many statistics of blocks wait to be written.');
    const isMuch = this.#fresh.attempts >= attemptsPerBatch;
    if (isMuch && this.#waitingTurns === 0 && !this.#complaints.isFailing) void this.#sync('write');
  }

  /**
   * Reads what all processes have counted of these blocks, or of all there are. It never rejects: what cannot be read is logged,
   * and estimates are made of what is known.
   */
  load(keys?: readonly string[]): Promise<void> {
    if (keys === undefined) return this.#sync('all');
    // One that was read before is brought up to date by what has changed since.
    for (const key of keys) if (canBeWritten(key) && this.#use(key)?.isRead === false) this.#wanted.add(key);
    return this.#sync('read');
  }

  /** Writes what waits. It never rejects: what cannot be written waits on. */
  flush(): Promise<void> {
    return this.#sync('write');
  }

  /** What is due by now. */
  async work(): Promise<void> {
    const { clock, readEveryMs } = this.#settings;
    const now = clock.elapsed();
    const isDue = now - this.#readAt >= readEveryMs;
    if (isDue) this.#forgetUnused(now);
    if (this.#waitingTurns > 0) return;
    if (this.#wanted.size > 0 || (isDue && this.#isUsed)) await this.#sync('read');
    else if (this.waiting > 0) await this.#sync('write');
  }

  /** Tries until then, by the clock's elapsed time, and once in any case. */
  async close(giveUpAt: number): Promise<void> {
    this.#isClosed = true;
    const { clock, log, workspace, writer } = this.#settings;
    await this.flush();
    while (this.waiting > 0 && clock.elapsed() < giveUpAt) {
      await clock.sleep(pauseAtEndMs);
      await this.flush();
    }
    if (this.waiting === 0) return;
    const fields = { workspace, writer, batch: this.#batches, attempts: this.waiting };
    log.error('Statistics of blocks could not be written before the end, and are lost.', fields);
  }

  #use(key: string): KnownBlock | undefined {
    this.#isUsed = true;
    const known = this.#place(key);
    if (known !== undefined) known.usedAt = this.#settings.clock.elapsed();
    return known;
  }

  #place(key: string): KnownBlock | undefined {
    const known = this.#known.get(key);
    if (known !== undefined || this.#known.size >= mostKnown) return known;
    const made = new KnownBlock(this.#settings.clock.elapsed());
    this.#known.set(key, made);
    return made;
  }

  #drop({ key, traceId, executionId, spanId }: BlockAttempt, reason: string): void {
    this.#dropped += 1;
    const ids = { block: key.slice(0, longestKey), traceId, executionId, spanId };
    this.#complaints.say('Records of attempts are not written.', { reason, ...ids, dropped: this.#dropped });
  }

  /** One after the other, or a batch that is under way would be read as written and counted as waiting. */
  #sync(extent: 'write' | 'read' | 'all'): Promise<void> {
    this.#waitingTurns += 1;
    this.#turn = this.#turn.then(async () => {
      try {
        await this.#write();
        if (extent !== 'write') await this.#read(extent === 'all');
        this.#complaints.settle('Statistics of blocks are kept again.');
      } catch (error) {
        const { writer } = this.#settings;
        const fields = { writer, batch: this.#sending?.number, attempts: this.waiting, error };
        this.#complaints.fail('Statistics of blocks could not be kept; it is tried again.', fields);
      } finally {
        this.#waitingTurns -= 1;
      }
    });
    return this.#turn;
  }

  async #write(): Promise<void> {
    const { workspace, table, clock, writer } = this.#settings;
    // No more than waits now: who records without end would keep others from their turn.
    let left = this.#fresh.places;
    while (this.#sending !== undefined || left > 0) {
      if (this.#sending === undefined) {
        const days = this.#fresh.take(Math.min(left, daysPerBatch));
        left -= days.length;
        this.#batches += 1;
        this.#sending = { workspace, writer, number: this.#batches, at: clock.now(), days };
      }
      const written = await table.add(this.#sending);
      this.#sending = undefined;
      this.#put(written);
      if (left > 0) await clock.sleep(pauseMs);
    }
  }

  async #read(isAll: boolean): Promise<void> {
    const { workspace, table, clock } = this.#settings;
    this.#readAt = clock.elapsed();
    this.#isUsed = false;
    const today = startOfDay(clock.now());
    const version = await table.version(workspace);
    const before = this.#version ?? version;
    // A lower one is that of a database that was restored.
    for (const [key, known] of this.#known)
      if (known.isRead && (version < before || !known.isReadOn(today))) this.#wanted.add(key);
    if (version > before) await this.#readChanges(before);
    this.#version = version;
    if (isAll) await this.#readBlocks(undefined, today);
    const wanted = [...this.#wanted];
    for (let at = 0; at < wanted.length; at += keysPerQuestion)
      await this.#readBlocks(wanted.slice(at, at + keysPerQuestion), today);
  }

  async #readChanges(version: number): Promise<void> {
    const { workspace, table, clock } = this.#settings;
    let after: BlockStatsChange | undefined = { version: version + 1, key: '', day: 0 };
    while (after !== undefined) {
      const page: BlockDays & { readonly next?: BlockStatsChange } = await table.changes({
        workspace,
        after,
        limit: daysPerPage,
      });
      this.#put(page);
      after = page.next;
      if (after !== undefined) await clock.sleep(pauseMs);
    }
  }

  #put({ days, broken }: BlockDays): void {
    this.#tellBroken(broken);
    for (const day of days) {
      const isPut = this.#known.get(day.key)?.put(day, this.#pendingOf(day.key)) ?? true;
      if (!isPut) this.#wanted.add(day.key);
    }
  }

  /** All of their days; of all blocks there are where none are named. */
  async #readBlocks(keys: readonly string[] | undefined, today: number): Promise<void> {
    const { workspace, table, clock, keptDays } = this.#settings;
    const since = today - keptDays * dayMs;
    const read = new Map<string, BlockDay[]>((keys ?? []).map((key) => [key, []]));
    let after: Pick<BlockDay, 'key' | 'day'> | undefined;
    do {
      const place = after === undefined ? {} : { after };
      const named = keys === undefined ? {} : { keys };
      const page = await table.list({ workspace, ...named, since, ...place, limit: daysPerPage });
      this.#tellBroken(page.broken);
      for (const day of page.days) {
        const days = read.get(day.key);
        if (days === undefined) read.set(day.key, [day]);
        else days.push(day);
      }
      after = page.next;
      if (after !== undefined) await clock.sleep(pauseMs);
    } while (after !== undefined);
    for (const [key, days] of read) {
      this.#wanted.delete(key);
      this.#place(key)?.read(days, today, this.#pendingOf(key));
    }
  }

  #pendingOf(key: string): readonly BlockStats[] {
    const sent = this.#sending?.days.filter((day) => day.key === key).map(({ stats }) => stats) ?? [];
    return [...sent, ...this.#fresh.of(key)];
  }

  #tellBroken(broken: BlockDays['broken']): void {
    const [first] = broken;
    if (first === undefined) return;
    const fields = {
      days: broken.length,
      block: first.key,
      day: new Date(first.day).toISOString().slice(0, 10),
    };
    this.#complaints.say('Statistics of blocks cannot be read, and count as nothing.', fields);
  }

  #forgetUnused(now: number): void {
    for (const [key, { usedAt }] of this.#known) {
      if (now - usedAt < unusedMs || this.#pendingOf(key).length > 0) continue;
      this.#known.delete(key);
      this.#wanted.delete(key);
    }
  }
}

function canBeWritten(key: string): boolean {
  return key.length <= longestKey && !/\p{Surrogate}/u.test(key) && !key.includes('\0');
}

function countOf(days: readonly BlockDay[]): number {
  return days.reduce((sum, { stats }) => sum + attemptsIn(stats), 0);
}
