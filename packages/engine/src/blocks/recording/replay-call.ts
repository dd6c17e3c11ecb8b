/** Answers a call by its recording: after as much time, by the recorded clock, as it took, in the same pieces, or with the same failure. */
import { setImmediate as turn } from 'node:timers/promises';
import { KeelsonError } from '@keelson/core';
import { type CallKind, type RecordedCall, throwAgain } from './recorded-call.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface ReplayedCall {
  readonly call: RecordedCall;
  readonly clock: VirtualClock;
  readonly signal: AbortSignal;
  readonly onText?: ((delta: string) => void) | undefined;
  /** Nobody waited for the answer when it was recorded, and now somebody does; it throws. */
  readonly onUnanswered?: () => void;
}

/** For work beside it that the recorded clock knows nothing of, such as reading a file, and that then ends the call. */
const realGraceMs = 1000;

export async function replayCall<Answer>(replayed: ReplayedCall): Promise<Answer> {
  const { call, clock, signal, onText, onUnanswered } = replayed;
  let isLeft = await wasAborted(clock.sleep(call.ms, signal));
  if (call.isLeft && !isLeft) isLeft = await wasAborted(clock.sleepReally(realGraceMs, signal));
  if (isLeft) return leaveCall<Answer>(call.kind);
  if (call.isLeft) onUnanswered?.();
  return tellOutcome<Answer>(call, onText);
}

function wasAborted(wait: Promise<void>): Promise<boolean> {
  return wait.then(
    () => false,
    () => true,
  );
}

/** What a call comes to that nobody waits for any more; a request may have been done. */
export async function leaveCall<Answer>(kind: CallKind): Promise<Answer> {
  // Only when the one who left has gone: else it would be chance whether this still counts for its cost.
  await turn();
  if (kind === 'http') return { outcome: 'interrupted' } as Answer;
  throw new KeelsonError('cancelled', 'The call was ended.');
}

export function tellOutcome<Answer>(
  { pieces, failure, answer }: RecordedCall,
  onText: ((delta: string) => void) | undefined,
): Answer {
  for (const piece of pieces) onText?.(piece);
  if (failure !== undefined) throwAgain(failure);
  return answer as unknown as Answer;
}
