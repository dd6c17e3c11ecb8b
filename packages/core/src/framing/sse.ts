/**
 * Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html, as language-model hosts
 * speak it. What `data` holds, and which event names exist, is a dialect's business.
 *
 * Our own reader rather than `eventsource-parser`, which takes text and not bytes, drops a body that is no
 * SSE at all, and cannot say at which byte a bound was passed: docs/decisions/0005-own-sse-reader.md.
 */
import { KeelsonError } from '../errors/index.ts';
import { framingBounds } from './bounds.ts';
import type { Frame, FrameReader, FrameWriter } from './frame.ts';
import { type FrameSource, guardReader } from './guard-reader.ts';
import { guardWriter } from './guard-writer.ts';
import { LineBuffer, pieceBytes } from './line-buffer.ts';
import { StrayText } from './stray-text.ts';

export function createSseReader(maxFrameBytes: number = framingBounds.maxFrameBytes): FrameReader {
  return guardReader(new SseSource(maxFrameBytes));
}

/**
 * SSE has no way to say CR inside data: CR and CRLF come out as a line break and are read back as LF. JSON
 * text never holds a raw one.
 */
export function createSseWriter(): FrameWriter {
  return guardWriter({ render: renderEvent, finish: () => '' });
}

class SseSource implements FrameSource {
  readonly #maxFrameBytes: number;
  readonly #lines: LineBuffer;
  readonly #stray = new StrayText();
  #fieldSeen = false;
  #lineStart = 0;
  #event = '';
  /** The first data line of the event that is being read, and the rarer others. */
  #data: string | undefined;
  #moreData: string[] = [];
  #dataLength = 0;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
    this.#lines = new LineBuffer({ carriageReturnEndsLine: true, maxLineBytes: maxFrameBytes });
  }

  take(bytes: Uint8Array, frames: Frame[]): void {
    const size = Math.min(pieceBytes, this.#maxFrameBytes);
    // Without this every read would pay for a view of itself.
    if (bytes.length <= size) {
      this.#takePiece(bytes, frames);
      return;
    }
    for (let start = 0; start < bytes.length; start += size) {
      this.#takePiece(bytes.subarray(start, start + size), frames);
    }
  }

  finish(frames: Frame[]): void {
    // Many hosts end the connection without the blank line that should close the last event.
    this.#takeLines(`${this.#lines.end()}\n\n`, frames);
    const json = this.#fieldSeen ? undefined : this.#stray.toJsonText();
    if (json !== undefined) frames.push({ data: json });
  }

  #takePiece(piece: Uint8Array, frames: Frame[]): void {
    const held = this.#dataLength + this.#lines.waiting;
    if (held + piece.length <= this.#maxFrameBytes) {
      this.#takeLines(this.#lines.push(piece), frames);
      return;
    }
    // The bound may be passed within this piece: line by line, so that the error can name the line.
    for (const line of eachLine(piece)) {
      this.#lineStart = this.#lines.position;
      this.#takeLines(this.#lines.push(line), frames);
    }
  }

  #takeLines(text: string, frames: Frame[]): void {
    if (text.includes('\r')) {
      this.#takeMixedLines(text, frames);
      return;
    }
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      if (start === end) this.#endEvent(frames);
      else this.#takeLine(text, start, end);
      start = end + 1;
    }
  }

  /** Kept apart from `#takeLines`: looking for CR too makes the usual LF stream a third slower. */
  #takeMixedLines(text: string, frames: Frame[]): void {
    let start = 0;
    let lineFeed = text.indexOf('\n');
    let carriageReturn = text.indexOf('\r');
    while (lineFeed !== -1 || carriageReturn !== -1) {
      const end = firstOf(lineFeed, carriageReturn);
      if (start === end) this.#endEvent(frames);
      else this.#takeLine(text, start, end);
      start = end === carriageReturn && lineFeed === end + 1 ? end + 2 : end + 1;
      if (lineFeed !== -1 && lineFeed < start) lineFeed = text.indexOf('\n', start);
      if (carriageReturn !== -1 && carriageReturn < start) carriageReturn = text.indexOf('\r', start);
    }
  }

  #takeLine(text: string, start: number, end: number): void {
    if (text.startsWith('data:', start)) this.#addData(fieldValue(text, start + 5, end));
    else if (text.startsWith('event:', start)) this.#setEvent(fieldValue(text, start + 6, end));
    else this.#takeRareLine(text.slice(start, end));
  }

  #takeRareLine(line: string): void {
    if (line.startsWith(':')) return;
    if (line === 'data') this.#addData('');
    else if (line === 'event') this.#setEvent('');
    else if (/^(?:id|retry)(?::|$)/.test(line)) this.#seeField();
    else if (!this.#fieldSeen) this.#stray.add(line);
  }

  #addData(value: string): void {
    this.#seeField();
    this.#dataLength += value.length + 1;
    if (this.#dataLength > this.#maxFrameBytes) throw this.#eventTooLarge();
    if (this.#data === undefined) this.#data = value;
    else this.#moreData.push(value);
  }

  #setEvent(name: string): void {
    this.#seeField();
    this.#event = name;
  }

  #seeField(): void {
    if (this.#fieldSeen) return;
    this.#fieldSeen = true;
    this.#stray.clear();
  }

  #endEvent(frames: Frame[]): void {
    if (this.#data !== undefined) frames.push(this.#takeFrame(this.#data));
    this.#event = '';
  }

  #takeFrame(firstLine: string): Frame {
    let data = firstLine;
    if (this.#moreData.length > 0) {
      data = `${firstLine}\n${this.#moreData.join('\n')}`;
      this.#moreData = [];
    }
    this.#data = undefined;
    this.#dataLength = 0;
    return this.#event === '' ? { data } : { event: this.#event, data };
  }

  #eventTooLarge(): KeelsonError {
    const limit = this.#maxFrameBytes;
    return new KeelsonError(
      'invalid_response',
      `The event grows past ${limit} bytes with the line that begins at byte ${this.#lineStart}.`,
      { details: { position: this.#lineStart, limit } },
    );
  }
}

/** Of two results of `indexOf`, the lower that was found. */
function firstOf(one: number, other: number): number {
  if (one === -1) return other;
  return other === -1 || one < other ? one : other;
}

function fieldValue(lines: string, start: number, end: number): string {
  return lines.slice(lines.charCodeAt(start) === 0x20 ? start + 1 : start, end);
}

function* eachLine(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  for (const [index, byte] of bytes.entries()) {
    if (byte !== 0x0a && byte !== 0x0d) continue;
    yield bytes.subarray(start, index + 1);
    start = index + 1;
  }
  yield bytes.subarray(start);
}

const lineBreak = /\r\n|\r|\n/;

function renderEvent({ event, data }: Frame): string {
  const name = event === undefined || event === '' ? '' : `event: ${checkEventName(event)}\n`;
  if (!lineBreak.test(data)) return `${name}data: ${data}\n\n`;
  return `${name}data: ${data.split(lineBreak).join('\ndata: ')}\n\n`;
}

function checkEventName(event: string): string {
  if (!lineBreak.test(event)) return event;
  throw new KeelsonError('internal_error', 'An SSE event name holds a line break.', {
    details: { field: 'event', expected: 'a name on one line' },
  });
}
