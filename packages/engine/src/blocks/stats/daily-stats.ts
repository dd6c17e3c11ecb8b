/** Statistics by day and key, so that old days can go; what is asked for is all days together. */
import { type BlockAttempt, type BlockStats, GrowingStats } from '@keelson/core';
import { dayMs } from './days-kept.ts';

export type DailyValue = Readonly<Record<string, Readonly<Record<string, BlockStats>>>>;

const dayForm = /^\d{4}-\d\d-\d\d$/;

export class DailyStats {
  readonly #days = new Map<string, Map<string, GrowingStats>>();

  add(attempt: BlockAttempt): void {
    this.#of(dayOf(attempt.at), attempt.key).add(attempt);
  }

  merge(value: DailyValue): void {
    for (const [day, keys] of Object.entries(value)) {
      if (!dayForm.test(day)) continue;
      for (const [key, stats] of Object.entries(keys)) this.#of(day, key).merge(stats);
    }
  }

  /** Forgets days that ended longer ago than that. */
  forget(now: number, keptDays: number): void {
    const oldest = dayOf(now - keptDays * dayMs);
    for (const day of this.#days.keys()) if (day < oldest) this.#days.delete(day);
  }

  get value(): DailyValue {
    const days = [...this.#days].map(([day, keys]) => {
      const values = [...keys].map(([key, stats]) => [key, stats.value] as const);
      return [day, Object.fromEntries(values)] as const;
    });
    return Object.fromEntries(days);
  }

  /** All days of each key together. */
  total(): Map<string, GrowingStats> {
    const totals = new Map<string, GrowingStats>();
    for (const keys of this.#days.values())
      for (const [key, stats] of keys) {
        const total = totals.get(key);
        if (total === undefined) totals.set(key, new GrowingStats(stats.value));
        else total.merge(stats.value);
      }
    return totals;
  }

  #of(day: string, key: string): GrowingStats {
    let keys = this.#days.get(day);
    if (keys === undefined) {
      keys = new Map();
      this.#days.set(day, keys);
    }
    let stats = keys.get(key);
    if (stats === undefined) {
      stats = new GrowingStats();
      keys.set(key, stats);
    }
    return stats;
  }
}

const earliest = Date.UTC(1970, 0, 1);
const latest = Date.UTC(9999, 11, 31);

/** A clock that jumped must not make a day that no date has. */
function dayOf(ms: number): string {
  return new Date(Math.min(latest, Math.max(earliest, ms))).toISOString().slice(0, 10);
}
