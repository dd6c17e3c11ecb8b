/** Durations as people write them in a script: `200ms`, `2s`, or a bare number in the unit of the place. */

const pattern = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s)?$/;

/** Longer waits overflow a timer, which then fires at once. */
const longestMs = 24 * 60 * 60 * 1000;

/** Milliseconds, or undefined when the text is no duration of at most a day. */
export function parseDuration(text: string, bareUnit: 'ms' | 's' = 'ms'): number | undefined {
  const [, amount, unit = bareUnit] = pattern.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const ms = Number(amount) * (unit === 's' ? 1000 : 1);
  return ms <= longestMs ? ms : undefined;
}
