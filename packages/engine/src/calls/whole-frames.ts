/**
 * Cuts passing bytes where a frame ends, so that a stream which breaks never leaves its caller with half a frame in front
 * of the error. Nothing is decoded; the usual read ends with a frame and is passed on as it is.
 */
import type { FramingName } from '@keelson/core';

/** The others are always read and written anew. */
export type RelayedFraming = Extract<FramingName, 'sse' | 'ndjson' | 'eventstream'>;

export class WholeFrames {
  readonly #endOf: (bytes: Buffer) => number;
  #rest: Buffer | undefined;

  constructor(framing: RelayedFraming) {
    this.#endOf = ends[framing];
  }

  /** What is complete; undefined while nothing is. */
  push(bytes: Uint8Array): Buffer | undefined {
    const all = this.#join(bytes);
    const end = this.#endOf(all);
    this.#rest = end === all.length ? undefined : all.subarray(end);
    if (end === 0) return undefined;
    return end === all.length ? all : all.subarray(0, end);
  }

  /** What is left when the stream ended well: some hosts leave out the end of the last frame. */
  takeRest(): Buffer | undefined {
    const rest = this.#rest;
    this.#rest = undefined;
    return rest;
  }

  #join(bytes: Uint8Array): Buffer {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.#rest === undefined ? buffer : Buffer.concat([this.#rest, buffer]);
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
