/**
 * Arithmetic of uncertain amounts: how those of parts become that of a whole. Mean, variance and skew add; the most adds too, and
 * is unknown as soon as one part's is.
 */

export interface Spread {
  /** `null`: nothing is known at all, such as the price of a model without one. */
  readonly mean: number | null;
  readonly variance: number;
  /** The third central moment. */
  readonly third: number;
  /** The most it can be; `null`: nothing bounds it. */
  readonly max: number | null;
  /** False where the variance is an assumption, so that it must not be shown as knowledge. */
  readonly isMeasured: boolean;
}

export const nothingSpread: Spread = Object.freeze({
  mean: 0,
  variance: 0,
  third: 0,
  max: 0,
  isMeasured: true,
});

/** One after the other. */
export function addSpreads(one: Spread, other: Spread): Spread {
  return {
    mean: one.mean === null || other.mean === null ? null : one.mean + other.mean,
    variance: one.variance + other.variance,
    third: one.third + other.third,
    max: one.max === null || other.max === null ? null : one.max + other.max,
    isMeasured: one.isMeasured && other.isMeasured,
  };
}

/** How often something happens. */
export interface Times {
  readonly mean: number;
  readonly variance: number;
  readonly max: number | null;
}

/** So many times, where the number is uncertain too. */
export function repeatSpread(once: Spread, { mean, variance, max }: Times): Spread {
  const each = once.mean ?? 0;
  return {
    mean: once.mean === null ? null : once.mean * mean,
    variance: mean * once.variance + variance * each * each,
    third: mean * once.third + 3 * variance * each * once.variance,
    max: once.max === null || max === null ? null : once.max * max,
    isMeasured: once.isMeasured,
  };
}

/** One of two: `other` in this share of all cases. */
export function mixTwo(one: Spread, other: Spread, share: number): Spread {
  if (one.mean === null || other.mean === null) return unknownMean([{ spread: one }, { spread: other }]);
  const rest = 1 - share;
  const mean = rest * one.mean + share * other.mean;
  const [near, far] = [one.mean - mean, other.mean - mean];
  return {
    mean,
    variance: rest * (one.variance + near * near) + share * (other.variance + far * far),
    third:
      rest * (one.third + 3 * near * one.variance + near ** 3) +
      share * (other.third + 3 * far * other.variance + far ** 3),
    max: one.max === null || other.max === null ? null : Math.max(one.max, other.max),
    isMeasured: one.isMeasured && other.isMeasured,
  };
}

/** One of several, each with its probability. The most is that of the worst. */
export function mixSpreads(parts: readonly { readonly share: number; readonly spread: Spread }[]): Spread {
  if (parts.some(({ spread }) => spread.mean === null)) return unknownMean(parts);
  const meanOf = ({ spread }: { readonly spread: Spread }): number => spread.mean as number;
  const mean = parts.reduce((sum, part) => sum + part.share * meanOf(part), 0);
  let variance = 0;
  let third = 0;
  for (const part of parts) {
    const { share, spread } = part;
    const off = meanOf(part) - mean;
    variance += share * (spread.variance + off * off);
    third += share * (spread.third + 3 * off * spread.variance + off ** 3);
  }
  return { mean, variance, third, max: worstOf(parts), isMeasured: areMeasured(parts) };
}

function unknownMean(parts: readonly { readonly spread: Spread }[]): Spread {
  return { mean: null, variance: 0, third: 0, max: worstOf(parts), isMeasured: false };
}

const areMeasured = (parts: readonly { readonly spread: Spread }[]): boolean =>
  parts.every(({ spread }) => spread.isMeasured);

function worstOf(parts: readonly { readonly spread: Spread }[]): number | null {
  let worst = 0;
  for (const { spread } of parts) {
    if (spread.max === null) return null;
    worst = Math.max(worst, spread.max);
  }
  return worst;
}

/** Side by side: as long as the slowest. The mean is that of the slowest, which is a little too small. */
export function slowestSpread(parts: readonly Spread[]): Spread {
  const worst = worstOf(parts.map((spread) => ({ spread })));
  return parts.reduce<Spread>(
    (slowest, part) => ((part.mean ?? 0) > (slowest.mean ?? 0) ? { ...part, max: worst } : slowest),
    { ...nothingSpread, max: worst },
  );
}

const ninetieth = 1.2816;

/** What it stays below nine times in ten, by mean, variance and skew (Cornish and Fisher); never above the most. */
export function ninetiethOf({ mean, variance, third, max }: Spread): number | null {
  if (mean === null) return null;
  const std = Math.sqrt(Math.max(0, variance));
  const skew = std === 0 ? 0 : Math.min(4, Math.max(-2, third / std ** 3));
  const value = mean + std * (ninetieth + ((ninetieth * ninetieth - 1) * skew) / 6);
  const bounded = Math.max(0, value);
  return max === null ? bounded : Math.min(max, bounded);
}
