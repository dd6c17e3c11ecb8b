/** Days in UTC, by their first millisecond, and how many of them statistics are kept. */
export const dayMs = 24 * 3600 * 1000;

/** Today, and as many days before it. */
export const usualKeptDays = 90;

export function startOfDay(ms: number): number {
  return Math.floor(ms / dayMs) * dayMs;
}
