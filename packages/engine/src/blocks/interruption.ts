/** Why an attempt is ended from outside, and how: signals that carry their reason, deadlines that keep no process alive. */
import { type Failure, type Reason, reasonTable } from '@keelson/core';
import type { BlockClock } from './environment.ts';

/** The reason of a signal of ours; anything else means that somebody cancelled. */
class Interruption {
  readonly reason: Reason;
  constructor(reason: Reason) {
    this.reason = reason;
  }
}

const deadlineReached = new Interruption('deadline_exceeded');
export const raceLost = new Interruption('race_lost');

/** `hasBegun`: whether the code of the block had been entered. */
export function interruptionFailure(signal: AbortSignal, hasBegun: boolean): Failure {
  const reason = signal.reason instanceof Interruption ? signal.reason.reason : 'cancelled';
  const { errorType } = reasonTable[reason];
  return { reason, errorType, details: {}, effect: hasBegun ? 'unknown' : 'not_started' };
}

export interface Deadline {
  readonly signal: AbortSignal;
  stop(): void;
}

/** A signal that fires after a time, or with another. */
export function openDeadline(clock: BlockClock, ms: number, above: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const rest = new AbortController();
  const left = Math.max(0, ms);
  const rung = clock.alarm?.(left, rest.signal) ?? clock.sleep(left, rest.signal);
  rung.then(
    () => controller.abort(deadlineReached),
    () => {},
  );
  const signals = above === undefined ? [controller.signal] : [above, controller.signal];
  return { signal: AbortSignal.any(signals), stop: () => rest.abort() };
}

/** Settles with the work, or as soon as the signal fires: code that does not listen is left behind. */
export function untilAborted<Value>(work: PromiseLike<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const settle = (): void => signal.removeEventListener('abort', stop);
    work.then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
  });
}
