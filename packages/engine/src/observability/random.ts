/** The engine's only source of randomness: for ids and secrets from the system, for choices a cheap number. */
import { randomFillSync } from 'node:crypto';

export interface Random {
  /** From 0 up to, but not including, 1; for choices, never for secrets. */
  float(): number;
  /** Unpredictable bytes. */
  bytes(count: number): Uint8Array;
}

/** Drawn in advance, because asking the system for a few bytes costs more than all the rest of making an id. */
const pool = new Uint8Array(4096);
let used = pool.length;

export const systemRandom: Random = {
  float: () => Math.random(),
  bytes: (count) => {
    if (count > pool.length) return randomFillSync(new Uint8Array(count));
    if (used + count > pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += count;
    return pool.slice(used - count, used);
  },
};
