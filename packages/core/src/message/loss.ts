/** What a rendering could not say. Every renderer reports here instead of dropping anything in silence. */

export type LossAction =
  /** Left out. */
  | 'dropped'
  /** Brought inside the range the format allows. */
  | 'clamped'
  /** Said in another way that means nearly the same, or filled in because the format demands it. */
  | 'emulated'
  /** Written under another name. */
  | 'renamed';

export interface Loss {
  /** Path in the canonical request or message: `turns[2].parts[0].isError`. */
  readonly field: string;
  readonly action: LossAction;
  readonly detail: string;
}

export interface Rendered<Value> {
  readonly value: Value;
  readonly losses: Loss[];
}

/** Reports at the first time only what several events of a stream would report again. */
export function reportOnce(losses: Loss[], loss: Loss): void {
  if (!losses.some(({ field }) => field === loss.field)) losses.push(loss);
}

/** Adds what was found of fields about which nothing has been said yet. */
export function reportNews(losses: Loss[], found: readonly Loss[]): void {
  const told = new Set(losses.map(({ field }) => field));
  losses.push(...found.filter(({ field }) => !told.has(field)));
}
