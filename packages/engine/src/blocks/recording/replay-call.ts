/** Answers a call by its recording: after as much time, by the recorded clock, as it took, in the same pieces, or with the same failure. */
import { KeelsonError } from '@keelson/core';
import type { Clock } from '../../observability/index.ts';
import { type RecordedCall, throwAgain } from './recorded-call.ts';

export interface ReplayedCall {
  readonly call: RecordedCall;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onText?: ((delta: string) => void) | undefined;
  /** Nobody waited for the answer when it was recorded, and now somebody does; it throws. */
  readonly onUnanswered?: () => void;
}

export async function replayCall<Answer>(replayed: ReplayedCall): Promise<Answer> {
  const { call, clock, signal, onText, onUnanswered } = replayed;
  const isLeft = await clock.sleep(call.ms, signal).then(
    () => false,
    () => true,
  );
  if (isLeft && !call.isLeft) return leave(call) as Answer;
  if (!isLeft && call.isLeft) onUnanswered?.();
  return tellOutcome<Answer>(call, onText);
}

/** A request that was sent may have been done. */
function leave({ kind }: RecordedCall): unknown {
  if (kind === 'http') return { outcome: 'interrupted' };
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
