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
