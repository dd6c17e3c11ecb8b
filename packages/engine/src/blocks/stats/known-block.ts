/**
 * What one process knows of a block: figures of all processes as they were read, and on top of them what it has counted itself.
 * Days that nobody writes to any more are one sum.
 */
import { type BlockAttempt, type BlockStats, GrowingStats } from '@keelson/core';
import type { BlockDay } from '../../storage/index.ts';
import { dayMs } from './days-kept.ts';

export class KnownBlock {
  /** The day on which it was last read as a whole; undefined before. */
  #readOn: number | undefined;
  #past = new GrowingStats();
  #recent = new Map<number, BlockStats>();
  #sum: GrowingStats | undefined;
  /** By a clock that never goes back. */
  usedAt: number;

  constructor(usedAt: number) {
    this.usedAt = usedAt;
  }

  get stats(): BlockStats | undefined {
    return this.#sum?.value;
  }

  get isRead(): boolean {
    return this.#readOn !== undefined;
  }

  /** On another day an old one has to go, which is in the sum of many. */
  isReadOn(today: number): boolean {
    return this.#readOn === today;
  }

  add(attempt: BlockAttempt): void {
    this.#sum ??= new GrowingStats();
    this.#sum.add(attempt);
  }

  /** All days that there are, instead of what was known of them; `pending` is in none of them. */
  read(days: Iterable<BlockDay>, today: number, pending: readonly BlockStats[]): void {
    this.#readOn = today;
    this.#past = new GrowingStats();
    this.#recent = new Map();
    for (const { day, stats } of days) {
      if (this.#isRecent(day)) this.#recent.set(day, stats);
      else this.#past.merge(stats);
    }
    this.#join(pending);
  }

  /** One day as it is now; false where it is in the sum of many, and all have to be read again. */
  put({ day, stats }: BlockDay, pending: readonly BlockStats[]): boolean {
    if (!this.isRead) return true;
    if (!this.#isRecent(day)) return false;
    this.#recent.set(day, stats);
    this.#join(pending);
    return true;
  }

  /** Yesterday too: attempts of its last moments are written today. */
  #isRecent(day: number): boolean {
    return day >= (this.#readOn ?? 0) - dayMs;
  }

  #join(pending: readonly BlockStats[]): void {
    const sum = new GrowingStats(this.#past.value);
    for (const stats of this.#recent.values()) sum.merge(stats);
    for (const stats of pending) sum.merge(stats);
    const { ok, failed, stopped } = sum.value;
    this.#sum = ok.ms.n + failed.ms.n + stopped > 0 ? sum : undefined;
  }
}
