/**
 * Newline-delimited JSON, as Ollama streams it: one document a line, ended by LF or CRLF, blank lines
 * skipped. Whether a line is JSON is for the dialect to find out.
 */
import { framingBounds } from './bounds.ts';
import type { Frame, FrameReader, FrameWriter } from './frame.ts';
import { type FrameSource, guardReader } from './guard-reader.ts';
import { guardWriter } from './guard-writer.ts';
import { LineBuffer, pieceBytes } from './line-buffer.ts';

export function createNdjsonReader(maxFrameBytes: number = framingBounds.maxFrameBytes): FrameReader {
  return guardReader(new NdjsonSource(maxFrameBytes));
}

/** Line breaks in the data become spaces: in JSON text they can only be white space between tokens. */
export function createNdjsonWriter(): FrameWriter {
  return guardWriter({ render: ({ data }) => `${data.replace(/[\r\n]+/g, ' ')}\n`, finish: () => '' });
}

class NdjsonSource implements FrameSource {
  readonly #lines: LineBuffer;
  readonly #pieceBytes: number;

  constructor(maxFrameBytes: number) {
    this.#lines = new LineBuffer({ carriageReturnEndsLine: false, maxLineBytes: maxFrameBytes });
    this.#pieceBytes = Math.min(pieceBytes, maxFrameBytes);
  }

  take(bytes: Uint8Array, frames: Frame[]): void {
    // Without this every read would pay for a view of itself.
    if (bytes.length <= this.#pieceBytes) {
      takeLines(this.#lines.push(bytes), frames);
      return;
    }
    for (let start = 0; start < bytes.length; start += this.#pieceBytes) {
      takeLines(this.#lines.push(bytes.subarray(start, start + this.#pieceBytes)), frames);
    }
  }

  finish(frames: Frame[]): void {
    takeLines(this.#lines.end(), frames);
  }
}

/** Whole lines, of which the last alone may lack its line break. */
function takeLines(text: string, frames: Frame[]): void {
  let start = 0;
  while (start < text.length) {
    const lineFeed = text.indexOf('\n', start);
    const end = lineFeed === -1 ? text.length : lineFeed;
    const data = text.slice(start, end).trim();
    if (data !== '') frames.push({ data });
    start = end + 1;
  }
}
