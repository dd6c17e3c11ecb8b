/**
 * What all readers share: the order of calls and the moment a failure is told. Frames that were complete
 * before the bad byte are always handed out first, so that the frames a caller sees do not depend on how the
 * bytes were cut.
 */
import { KeelsonError } from '../errors/index.ts';
import type { Frame, FrameReader } from './frame.ts';

/**
 * One framing's own part of a reader: adds the frames it completes to `frames` and throws at the first bad
 * byte.
 */
export interface FrameSource {
  take(bytes: Uint8Array, frames: Frame[]): void;
  finish(frames: Frame[]): void;
}

export function guardReader(source: FrameSource): FrameReader {
  let failure: unknown;
  let failed = false;
  let ended = false;

  function assertUsable(): void {
    if (ended) throw usedAfterEnd('reader');
    if (failed) throw failure;
  }

  return {
    push(bytes) {
      assertUsable();
      const frames: Frame[] = [];
      try {
        source.take(bytes, frames);
      } catch (thrown) {
        failure = thrown;
        failed = true;
        if (frames.length === 0) throw thrown;
      }
      return frames;
    },
    end() {
      assertUsable();
      ended = true;
      const frames: Frame[] = [];
      source.finish(frames);
      return frames;
    },
  };
}

export function usedAfterEnd(what: 'reader' | 'writer'): KeelsonError {
  return new KeelsonError('internal_error', `A frame ${what} was used after \`end()\`.`, {
    hint: `Create a new frame ${what} for each stream and call \`end()\` once, last.`,
  });
}
