/**
 * `application/vnd.amazon.eventstream`, the binary framing of Bedrock:
 * https://smithy.io/2.0/aws/amazon-eventstream.html. A message is total length, header length, CRC of these
 * two, headers, payload, CRC of all before. What a payload holds is a dialect's business.
 */
import { KeelsonError } from '../errors/index.ts';
import { framingBounds } from './bounds.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { crc32 } from './crc32.ts';
import { concatBytes, decodeHeaders, encodeHeaders } from './eventstream-headers.ts';
import type { Frame, FrameReader, FrameWriter } from './frame.ts';
import { type FrameSource, guardReader } from './guard-reader.ts';
import { createFrameBytesWriter } from './guard-writer.ts';

const preludeBytes = 12;
const checksumBytes = 4;
const smallestMessage = preludeBytes + checksumBytes;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

export function createEventstreamReader(maxFrameBytes: number = framingBounds.maxFrameBytes): FrameReader {
  return guardReader(createEventstreamSource(maxFrameBytes));
}

/** The unguarded part of a reader, for framings inside this one. */
export function createEventstreamSource(maxFrameBytes: number): FrameSource {
  return new EventstreamSource(maxFrameBytes);
}

/** A frame whose event name ends in `Exception` is written as an exception, all others as events. */
export function createEventstreamWriter(): FrameWriter {
  return createFrameBytesWriter(
    (frames) => concatBytes(frames.map(encodeMessage)),
    () => new Uint8Array(0),
  );
}

/** Blocks beyond this are read again each time rather than kept. */
const rememberedHeaderBytes = 1024;

interface ReadHeaders {
  readonly block: Uint8Array;
  readonly headers: ReadonlyMap<string, string>;
}

class EventstreamSource implements FrameSource {
  readonly #maxFrameBytes: number;
  readonly #waiting = new ByteBuffer();
  /** Where in the stream the current message begins. */
  #position = 0;
  /** The length of the message of which a part is waiting; 0 until its prelude is complete. */
  #expected = 0;
  #lastHeaders: ReadHeaders = { block: new Uint8Array(0), headers: new Map() };

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  take(bytes: Uint8Array, frames: Frame[]): void {
    let offset = this.#completeWaiting(bytes, frames);
    while (bytes.length - offset >= preludeBytes) {
      const length = this.#checkPrelude(bytes, offset);
      this.#expected = length;
      if (bytes.length - offset < length) break;
      this.#takeMessage(bytes, offset, frames);
      offset += length;
    }
    // The usual read ends with its message.
    if (offset < bytes.length) this.#waiting.append(bytes.subarray(offset));
  }

  finish(): void {
    if (this.#waiting.length === 0) return;
    const position = this.#position + this.#waiting.length;
    throw new KeelsonError(
      'stream_interrupted',
      `The stream ended at byte ${position}, inside the event-stream message that begins at byte ${this.#position}.`,
      { details: { position } },
    );
  }

  /** Gives the waiting message what it lacks and returns how many of the bytes that took. */
  #completeWaiting(bytes: Uint8Array, frames: Frame[]): number {
    if (this.#waiting.length === 0) return 0;
    let taken = 0;
    if (this.#expected === 0) {
      taken = this.#fillWaiting(bytes, preludeBytes);
      if (this.#waiting.length < preludeBytes) return taken;
      this.#expected = this.#checkPrelude(this.#waiting.view(), 0);
    }
    taken += this.#fillWaiting(bytes.subarray(taken), this.#expected);
    if (this.#waiting.length < this.#expected) return taken;
    const message = this.#waiting.view();
    this.#waiting.clear();
    this.#takeMessage(message, 0, frames);
    return taken;
  }

  #fillWaiting(bytes: Uint8Array, length: number): number {
    const part = bytes.subarray(0, length - this.#waiting.length);
    this.#waiting.append(part);
    return part.length;
  }

  /** The length of the whole message that begins at `start`. */
  #checkPrelude(bytes: Uint8Array, start: number): number {
    if (crc32(bytes, { start, end: start + 8 }) !== readUint32(bytes, start + 8))
      throw this.#invalid('has a wrong prelude checksum');
    const length = readUint32(bytes, start);
    const headerLength = readUint32(bytes, start + 4);
    if (length < smallestMessage) throw this.#invalid(`claims to be ${length} bytes long`);
    if (length > this.#maxFrameBytes) throw this.#tooLong(length, this.#maxFrameBytes);
    if (headerLength > length - smallestMessage) throw this.#invalid('claims headers longer than itself');
    if (headerLength > framingBounds.maxHeaderBytes)
      throw this.#tooLong(headerLength, framingBounds.maxHeaderBytes);
    return length;
  }

  /** The message that begins at `start`, of which the prelude has been checked and all is there. */
  #takeMessage(bytes: Uint8Array, start: number, frames: Frame[]): void {
    const length = this.#expected;
    const end = start + length - checksumBytes;
    // The first eight bytes have been summed with the prelude.
    const before = readUint32(bytes, start + 8);
    if (crc32(bytes, { start: start + 8, end, before }) !== readUint32(bytes, end))
      throw this.#invalid('has a wrong checksum');
    const headersStart = start + preludeBytes;
    const payloadStart = headersStart + readUint32(bytes, start + 4);
    const headers = this.#readHeaders(bytes, headersStart, payloadStart);
    const payload = decoder.decode(bytes.subarray(payloadStart, end));
    frames.push(this.#toFrame(headers, payload));
    this.#position += length;
    this.#expected = 0;
  }

  /** Nearly every message of a stream has the headers of the one before, byte for byte: these are read once. */
  #readHeaders(bytes: Uint8Array, start: number, end: number): ReadonlyMap<string, string> {
    const { block, headers: before } = this.#lastHeaders;
    if (isSameBlock(block, bytes, start, end)) return before;
    const read = bytes.slice(start, end);
    const headers = decodeHeaders(read, this.#position + preludeBytes);
    if (read.length <= rememberedHeaderBytes) this.#lastHeaders = { block: read, headers };
    return headers;
  }

  #toFrame(headers: ReadonlyMap<string, string>, payload: string): Frame {
    const kind = headers.get(':message-type') ?? 'event';
    switch (kind) {
      case 'event': {
        const event = headers.get(':event-type');
        return event === undefined ? { data: payload } : { event, data: payload };
      }
      case 'exception':
        return { event: headers.get(':exception-type') ?? 'Exception', data: payload };
      case 'error':
        return { event: 'error', data: renderErrorMessage(headers) };
      default:
        throw this.#invalid('has an unknown `:message-type`');
    }
  }

  #invalid(problem: string, limit?: number): KeelsonError {
    const details = { position: this.#position, ...(limit === undefined ? {} : { limit }) };
    const text = `The event-stream message that begins at byte ${this.#position} ${problem}.`;
    return new KeelsonError('invalid_response', text, { details });
  }

  #tooLong(length: number, limit: number): KeelsonError {
    return this.#invalid(`claims ${length} bytes where ${limit} are allowed`, limit);
  }
}

/** A message of the type `error` has no payload: all it says stands in two headers. */
function renderErrorMessage(headers: ReadonlyMap<string, string>): string {
  return JSON.stringify({
    code: headers.get(':error-code') ?? '',
    message: headers.get(':error-message') ?? '',
  });
}

function isSameBlock(block: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (block.length !== end - start) return false;
  for (let at = 0; at < block.length; at += 1) if (block[at] !== bytes[start + at]) return false;
  return true;
}

function readUint32(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  const low = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
  return ((high << 16) | low) >>> 0;
}

function encodeMessage(frame: Frame): Uint8Array {
  const headers = encodeHeaders(headersOf(frame));
  const payload = encoder.encode(frame.data);
  const message = new Uint8Array(smallestMessage + headers.length + payload.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, message.length);
  view.setUint32(4, headers.length);
  view.setUint32(8, crc32(message, { end: 8 }));
  message.set(headers, preludeBytes);
  message.set(payload, preludeBytes + headers.length);
  const end = message.length - checksumBytes;
  view.setUint32(end, crc32(message, { end }));
  return message;
}

function headersOf({ event }: Frame): [name: string, value: string][] {
  const contentType: [string, string] = [':content-type', 'application/json'];
  if (event === undefined) return [contentType, [':message-type', 'event']];
  if (event.endsWith('Exception')) {
    return [[':exception-type', event], contentType, [':message-type', 'exception']];
  }
  return [[':event-type', event], contentType, [':message-type', 'event']];
}
