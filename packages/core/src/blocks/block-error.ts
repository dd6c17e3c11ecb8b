/**
 * How the code inside a block says that it failed: by throwing this. It never leaves the runner, which makes a failure of it.
 * Like `KeelsonError` it is recognised by a brand, because two copies of the package may be loaded.
 */
import { hasBrand } from '../errors/index.ts';
import type { JsonObject } from '../json/index.ts';
import type { EffectState } from './effects.ts';
import type { BlockResponse, Failure } from './envelope.ts';
import type { ErrorType } from './reasons.ts';
import { type Reason, reasonTable } from './reasons.ts';

const brand = Symbol.for('keelson.block-error');

export type ThrownFailure = Omit<Failure, 'effect' | 'details'> & {
  readonly details?: JsonObject;
  /** `unknown` when left out: only who knows that nothing happened may say so. */
  readonly effect?: EffectState;
};

export class BlockError extends Error {
  override readonly name = 'BlockError';
  readonly failure: Failure;

  constructor(failure: ThrownFailure, message: string = failure.reason) {
    super(message);
    this.failure = { ...failure, details: failure.details ?? {}, effect: failure.effect ?? 'unknown' };
    Object.defineProperty(this, brand, { value: true });
  }

  static is(value: unknown): value is BlockError {
    return hasBrand(value, brand);
  }
}

/**
 * `throw fail('tool', 'stock_unknown', { item: 7 })`. The effect counts as unknown unless the last argument says that it was
 * never started, because a failed payment whose answer was lost may have been made.
 */
export function fail(
  errorType: ErrorType,
  reason: string,
  details: JsonObject = {},
  effect: EffectState = 'unknown',
): BlockError {
  return new BlockError({ errorType, reason, details, effect });
}

/** A failure of the runner's own, which happened before anything was begun. */
export function refuse(reason: Reason, details: JsonObject = {}): BlockError {
  const { errorType } = reasonTable[reason];
  return fail(errorType === 'root' ? 'internal' : errorType, reason, details, 'not_started');
}

/** What a child answered; its failure becomes the caller's, whole. */
export function getData<Output>(response: BlockResponse<Output>): Output {
  if (response.success) return response.data;
  throw new BlockError(response.error);
}
