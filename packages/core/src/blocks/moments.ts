/**
 * Count, mean, spread and skew of a stream of numbers in four fields, without keeping the numbers; those of two processes join
 * exactly. Welford's update, Chan's merge.
 */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  /** Sums of the second and third powers of the distances from the mean. */
  readonly m2: number;
  readonly m3: number;
}

export const noMoments: Moments = Object.freeze({ n: 0, mean: 0, m2: 0, m3: 0 });

export function addToMoments(before: Moments, value: number): Moments {
  const n = before.n + 1;
  const distance = value - before.mean;
  const part = distance / n;
  const mean = before.mean + part;
  const m3 = before.m3 + distance * part * part * before.n * (n - 2) - 3 * part * before.m2;
  return { n, mean, m2: before.m2 + distance * (value - mean), m3 };
}

export function mergeMoments(one: Moments, other: Moments): Moments {
  if (other.n === 0) return one;
  if (one.n === 0) return other;
  const n = one.n + other.n;
  const distance = other.mean - one.mean;
  const both = one.n * other.n;
  return {
    n,
    mean: one.mean + (distance * other.n) / n,
    m2: one.m2 + other.m2 + (distance * distance * both) / n,
    m3:
      one.m3 +
      other.m3 +
      (distance ** 3 * both * (one.n - other.n)) / (n * n) +
      (3 * distance * (one.n * other.m2 - other.n * one.m2)) / n,
  };
}

/** Of the sample. One value says nothing about how others differ from it, so below two it is not known. */
export function varianceOf({ n, m2 }: Moments): number | null {
  return n < 2 ? null : m2 / (n - 1);
}

export function stdOf(moments: Moments): number | null {
  const variance = varianceOf(moments);
  return variance === null ? null : Math.sqrt(variance);
}

/** The third central moment; 0 where the sample is too small to lean to a side. */
export function thirdOf({ n, m3 }: Moments): number {
  return n < 3 ? 0 : m3 / n;
}
