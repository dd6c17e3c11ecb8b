/** Statistics of blocks for as long as the process lives. */
import { type BlockAttempt, type BlockStats, GrowingStats, type StatsReader } from '@keelson/core';

export class MemoryStats implements StatsReader {
  readonly #byKey = new Map<string, GrowingStats>();

  record(attempt: BlockAttempt): void {
    let stats = this.#byKey.get(attempt.key);
    if (stats === undefined) {
      stats = new GrowingStats();
      this.#byKey.set(attempt.key, stats);
    }
    stats.add(attempt);
  }

  merge(key: string, other: BlockStats): void {
    const stats = this.#byKey.get(key);
    if (stats === undefined) this.#byKey.set(key, new GrowingStats(other));
    else stats.merge(other);
  }

  findStats(key: string): BlockStats | undefined {
    return this.#byKey.get(key)?.value;
  }
}
