/** One attempt of one step: its signal, its time, and what of its result can be recorded. */
import type { Json } from '@keelson/core';
import type { Clock } from '../observability/index.ts';
import type { RunFailure } from '../storage/index.ts';
import type { StepAttempt, StepRequest } from './durable-runs.ts';
import { failures, toRunFailure } from './run-failure.ts';

interface AttemptSettings extends StepAttempt {
  readonly clock: Clock;
  readonly graceMs: number;
}

export type AttemptResult =
  /** The value as it will be read again, and its text. */
  { readonly value: Json; readonly text: string } | { readonly error: RunFailure } | { readonly left: Json };

const mostCharacters = 16_000_000;

/** Nobody reads it; without one, a signal makes an error with its stack, which costs more than the rest of an attempt. */
const ended = 'ended';

/** Throws the reason of the signal when the pass ended before the step did: nobody knows what came of it. */
export async function attemptStep(
  { timeoutMs, isResult }: StepRequest,
  run: (attempt: StepAttempt) => Promise<Json>,
  settings: AttemptSettings,
): Promise<AttemptResult> {
  const { idempotencyKey, interrupted, signal: above, clock, graceMs } = settings;
  above.throwIfAborted();
  const over = new AbortController();
  const late = new AbortController();
  const signal = timeoutMs === undefined ? above : AbortSignal.any([above, late.signal]);
  const leave = leaveAfter(signal, { clock, graceMs, over: over.signal });
  if (timeoutMs !== undefined) {
    clock.sleep(timeoutMs, over.signal).then(
      () => late.abort(),
      () => {},
    );
  }
  try {
    const value = await Promise.race([runSafely(run, { idempotencyKey, interrupted, signal }), leave]);
    if (isResult !== undefined && !isResult(value)) return { left: value };
    return toRecord(value);
  } catch (error) {
    above.throwIfAborted();
    if (late.signal.aborted) return { error: failures.stepTimeout(timeoutMs ?? 0) };
    return { error: toRunFailure(error) };
  } finally {
    over.abort(ended);
  }
}

async function runSafely(run: (attempt: StepAttempt) => Promise<Json>, attempt: StepAttempt): Promise<Json> {
  return run(attempt);
}

/** Rejects a while after the signal fired. */
function leaveAfter(
  signal: AbortSignal,
  { clock, graceMs, over }: { clock: Clock; graceMs: number; over: AbortSignal },
): Promise<never> {
  return new Promise((_resolve, reject) => {
    const leave = (): void => {
      clock.sleep(graceMs, over).then(
        () => reject(signal.reason),
        () => {},
      );
    };
    signal.addEventListener('abort', leave, { once: true });
    over.addEventListener('abort', () => signal.removeEventListener('abort', leave), { once: true });
  });
}

function toRecord(value: Json): AttemptResult {
  let text: string | undefined;
  try {
    text = JSON.stringify(value ?? null);
  } catch {
    return { error: failures.notJson() };
  }
  if (text === undefined) return { error: failures.notJson() };
  if (text.length > mostCharacters) return { error: failures.tooLarge(text.length, mostCharacters) };
  // As it will be read again, so that a first run and a later one see the same.
  return { value: JSON.parse(text) as Json, text };
}
