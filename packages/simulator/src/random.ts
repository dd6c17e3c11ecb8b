/**
 * Randomness that repeats: every number comes from a seed, so that a run which found a fault can be run again. The
 * generator is mulberry32, which is small and good enough for choosing faults and words, and for nothing secret.
 */

/** A number from 0 up to, but not including, 1. */
export type Random = () => number;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A 32-bit FNV-1a hash of a text: the same number for the same text on every machine. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** The hash as eight characters, for ids. */
export function shortHash(text: string): string {
  return hashText(text).toString(16).padStart(8, '0');
}
