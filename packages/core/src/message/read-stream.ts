/**
 * How every stream is read: frame after frame until its end, and where something fails, what had come is closed and the
 * error told as the last event. What a frame says is the dialect's business.
 */
import { KeelsonError } from '../errors/index.ts';
import type { Frame } from '../framing/index.ts';
import type { StreamParser } from './dialect.ts';
import type { ChatEvent } from './events.ts';

export interface StreamReading<State> {
  readonly dialect: string;
  /** Reads one frame of a stream that has not ended. A `KeelsonError` that it throws ends the stream. */
  readonly read: (state: State, frame: Frame, events: ChatEvent[]) => void;
  /** Ends whatever is open and tells what was counted, because only an error follows. */
  readonly close: (state: State, events: ChatEvent[]) => void;
  /** Ends an answer whose last frame did not come although all else did; false where the answer is not complete. */
  readonly finish?: (state: State, events: ChatEvent[]) => boolean;
}

export function createStreamReader<State extends { isEnded: boolean }>(
  state: State,
  { dialect, read, close, finish }: StreamReading<State>,
): StreamParser {
  const breakOff = (error: KeelsonError, events: ChatEvent[]): void => {
    state.isEnded = true;
    close(state, events);
    events.push({ type: 'error', error });
  };
  return {
    push(frame) {
      const events: ChatEvent[] = [];
      if (state.isEnded) return events;
      try {
        read(state, frame, events);
      } catch (error) {
        // Failures inside a stream are events, told after what had come.
        if (!KeelsonError.is(error)) throw error;
        breakOff(error, events);
      }
      return events;
    },
    end() {
      const events: ChatEvent[] = [];
      if (state.isEnded || finish?.(state, events)) return events;
      const message = 'The stream ended before its answer was complete.';
      breakOff(new KeelsonError('stream_interrupted', message, { details: { dialect } }), events);
      return events;
    },
  };
}
