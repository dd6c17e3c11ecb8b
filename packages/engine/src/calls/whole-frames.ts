/**
 * Cuts passing bytes where a frame ends, so that a stream which breaks never leaves its caller with half a frame in front
 * of the error. Nothing is decoded; the usual read ends with a frame and is passed on as it is.
 */
import type { FramingName } from '@keelson/core';

/** The others are always read and written anew. */
export type RelayedFraming = Extract<FramingName, 'sse' | 'ndjson' | 'eventstream'>;

export class WholeFrames {
  readonly #framing: RelayedFraming;
  /** Of a frame that has not ended. Joined only when it may have: otherwise a long one would be copied at every read. */
  #rest: Buffer[] = [];
  #length = 0;

  constructor(framing: RelayedFraming) {
    this.#framing = framing;
  }

  /** What is complete; undefined while nothing is. */
  push(bytes: Uint8Array): Buffer | undefined {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#length > 0 && !this.#mayEndIn(buffer)) {
      this.#keep(buffer);
      return undefined;
    }
    const all = this.#length === 0 ? buffer : Buffer.concat([...this.#rest, buffer]);
    const end = ends[this.#framing](all);
    this.#rest = [];
    this.#length = 0;
    if (end < all.length) this.#keep(all.subarray(end));
    if (end === 0) return undefined;
    return end === all.length ? all : all.subarray(0, end);
  }

  /** What is left when the stream ended well: some hosts leave out the end of the last frame. */
  takeRest(): Buffer | undefined {
    if (this.#length === 0) return undefined;
    const rest = Buffer.concat(this.#rest);
    this.#rest = [];
    this.#length = 0;
    return rest;
  }

  #keep(piece: Buffer): void {
    this.#rest.push(piece);
    this.#length += piece.length;
  }

  #mayEndIn(buffer: Buffer): boolean {
    const first = this.#rest[0] as Buffer;
    if (this.#framing === 'eventstream') {
      return first.length < 4 || this.#length + buffer.length >= first.readUInt32BE(0);
    }
    // The end of a frame is at most four bytes long, and may be cut between reads of single bytes.
    const last = this.#rest.at(-1) as Buffer;
    if (last.length < 3) return true;
    return ends[this.#framing](Buffer.concat([last.subarray(-3), buffer])) > 0;
  }
}

const lineFeed = 0x0a;

const ends: Readonly<Record<RelayedFraming, (bytes: Buffer) => number>> = {
  sse: endOfEvents,
  ndjson: (bytes) => bytes.lastIndexOf(lineFeed) + 1,
  eventstream: endOfMessages,
};

/** Behind the last blank line. */
function endOfEvents(bytes: Buffer): number {
  const { length } = bytes;
  if (bytes[length - 1] === lineFeed && bytes[length - 2] === lineFeed) return length;
  return Math.max(endAfter(bytes, '\n\n'), endAfter(bytes, '\r\n\r\n'), endAfter(bytes, '\r\r'));
}

function endAfter(bytes: Buffer, end: string): number {
  const at = bytes.lastIndexOf(end);
  return at === -1 ? 0 : at + end.length;
}

/** Each begins with its length. */
function endOfMessages(bytes: Buffer): number {
  let at = 0;
  while (at + 4 <= bytes.length) {
    const next = at + bytes.readUInt32BE(at);
    if (next > bytes.length || next === at) return at;
    at = next;
  }
  return at;
}
