/**
 * What all writers share: one frame or many, text to bytes, and the order of calls. How a frame looks on the
 * wire belongs to each framing.
 */
import type { Frame, FrameWriter } from './frame.ts';
import { usedAfterEnd } from './guard-reader.ts';

/** One framing's own part of a writer, as text. */
export interface FrameText {
  render(frame: Frame): string;
  /** What closes the framing. */
  finish(): string;
}

const encoder = new TextEncoder();

export function guardWriter(text: FrameText): FrameWriter {
  return createFrameBytesWriter(
    (frames) => encoder.encode(frames.map((frame) => text.render(frame)).join('')),
    () => encoder.encode(text.finish()),
  );
}

/** For a framing that is not text. */
export function createFrameBytesWriter(
  encode: (frames: readonly Frame[]) => Uint8Array,
  finish: () => Uint8Array,
): FrameWriter {
  let ended = false;

  function assertOpen(): void {
    if (ended) throw usedAfterEnd('writer');
  }

  return {
    push(frames) {
      assertOpen();
      return encode('data' in frames ? [frames] : frames);
    },
    end() {
      assertOpen();
      ended = true;
      return finish();
    },
  };
}
