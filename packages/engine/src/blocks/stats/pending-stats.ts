/** What was counted and is not written yet, by block and day. However long nothing can be written, it stays within its bound. */
import { type BlockAttempt, type BlockStats, GrowingStats } from '@keelson/core';
import type { BlockDay } from '../../storage/index.ts';
import { startOfDay } from './days-kept.ts';

export class PendingStats {
  readonly #most: number;
  readonly #byKey = new Map<string, Map<number, GrowingStats>>();
  #places = 0;
  #attempts = 0;

  /** At most so many days of blocks. */
  constructor(most: number) {
    this.#most = most;
  }

  get places(): number {
    return this.#places;
  }

  get attempts(): number {
    return this.#attempts;
  }

  /** False where there is no room for another day of a block. */
  add(attempt: BlockAttempt): boolean {
    const day = startOfDay(attempt.at);
    const days = this.#byKey.get(attempt.key);
    let stats = days?.get(day);
    if (stats === undefined) {
      if (this.#places >= this.#most) return false;
      stats = new GrowingStats();
      this.#places += 1;
      if (days === undefined) this.#byKey.set(attempt.key, new Map([[day, stats]]));
      else days.set(day, stats);
    }
    stats.add(attempt);
    this.#attempts += 1;
    return true;
  }

  /** Takes out what has waited longest. */
  take(most: number): readonly BlockDay[] {
    const taken: BlockDay[] = [];
    for (const [key, days] of this.#byKey) {
      for (const [day, stats] of days) {
        if (taken.length === most) return taken;
        days.delete(day);
        this.#places -= 1;
        this.#attempts -= attemptsIn(stats.value);
        taken.push({ key, day, stats: stats.value });
      }
      this.#byKey.delete(key);
    }
    return taken;
  }

  of(key: string): readonly BlockStats[] {
    return [...(this.#byKey.get(key)?.values() ?? [])].map((stats) => stats.value);
  }
}

export function attemptsIn({ ok, failed, stopped }: BlockStats): number {
  return ok.ms.n + failed.ms.n + stopped;
}
