/**
 * One JSON array that arrives over time, each element a frame: how Gemini streams without `alt=sse`. A body
 * that is a single object, as errors are, is one frame. Only the outline is checked here; whether an element
 * is valid JSON is for the dialect to find out.
 */
import { KeelsonError } from '../errors/index.ts';
import { framingBounds } from './bounds.ts';
import { ByteBuffer } from './byte-buffer.ts';
import type { Frame, FrameReader, FrameWriter } from './frame.ts';
import { type FrameSource, guardReader } from './guard-reader.ts';
import { guardWriter } from './guard-writer.ts';
import { isJsonSpace, JsonValueScanner } from './json-value-scanner.ts';

export function createJsonArrayReader(maxFrameBytes: number = framingBounds.maxFrameBytes): FrameReader {
  return guardReader(new JsonArraySource(maxFrameBytes));
}

export function createJsonArrayWriter(): FrameWriter {
  let separator = '[';
  return guardWriter({
    render({ data }) {
      const text = `${separator}${data}`;
      separator = ',\n';
      return text;
    },
    finish: () => (separator === '[' ? '[]' : ']'),
  });
}

const byteOrderMark = [0xef, 0xbb, 0xbf];
const valueStart = /[{["\-0-9tfn]/;

/** What the next byte may be. */
type State = 'document' | 'first-element' | 'element' | 'separator' | 'nothing';

const expectations: Record<State, string> = {
  document: '`[` or `{`',
  'first-element': 'a JSON value or `]`',
  element: 'a JSON value',
  separator: '`,` or `]`',
  nothing: 'the end of the body',
};

class JsonArraySource implements FrameSource {
  readonly #maxFrameBytes: number;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #waiting = new ByteBuffer();
  readonly #scanner = new JsonValueScanner();
  #state: State = 'document';
  #inValue = false;
  /** Where in the stream the bytes in hand begin. */
  #position = 0;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  take(bytes: Uint8Array, frames: Frame[]): void {
    let offset = 0;
    while (offset < bytes.length) {
      if (this.#inValue) offset = this.#takeValue(bytes, offset, frames);
      else offset = this.#takeOutside(bytes, offset);
    }
    this.#position += bytes.length;
  }

  finish(): void {
    if (this.#state === 'nothing' && !this.#inValue) return;
    const expected = this.#inValue ? 'the rest of a JSON value' : expectations[this.#state];
    throw new KeelsonError(
      'stream_interrupted',
      `The stream ended at byte ${this.#position}, where ${expected} was expected.`,
      { details: { position: this.#position, expected } },
    );
  }

  #takeValue(bytes: Uint8Array, start: number, frames: Frame[]): number {
    const end = this.#scanner.findEnd(bytes, start);
    const part = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (this.#waiting.length + part.length > this.#maxFrameBytes) throw this.#tooLong(start);
    if (end === -1) {
      this.#waiting.append(part);
      return bytes.length;
    }
    frames.push({ data: this.#decodeValue(part) });
    this.#inValue = false;
    return end;
  }

  #decodeValue(lastPart: Uint8Array): string {
    if (this.#waiting.length === 0) return this.#decoder.decode(lastPart);
    this.#waiting.append(lastPart);
    const data = this.#decoder.decode(this.#waiting.view());
    this.#waiting.clear();
    return data;
  }

  /** One byte between values; returns where to go on. */
  #takeOutside(bytes: Uint8Array, offset: number): number {
    const byte = bytes[offset] as number;
    if (isJsonSpace(byte) || byteOrderMark[this.#position + offset] === byte) return offset + 1;
    const next = stateAfter(this.#state, String.fromCharCode(byte));
    if (next === undefined) throw this.#unexpected(offset);
    this.#state = next.state;
    this.#inValue = next.beginsValue;
    return next.beginsValue ? offset : offset + 1;
  }

  #unexpected(offset: number): KeelsonError {
    const position = this.#position + offset;
    const expected = expectations[this.#state];
    return new KeelsonError(
      'invalid_response',
      `Expected ${expected} at byte ${position} of the JSON array.`,
      {
        details: { position, expected },
      },
    );
  }

  #tooLong(offset: number): KeelsonError {
    const limit = this.#maxFrameBytes;
    const position = this.#position + offset - this.#waiting.length;
    return new KeelsonError(
      'invalid_response',
      `The array element that begins at byte ${position} is longer than ${limit} bytes.`,
      { details: { position, limit } },
    );
  }
}

interface Step {
  /** The state after the byte, or after the value that the byte begins. */
  readonly state: State;
  readonly beginsValue: boolean;
}

function stateAfter(state: State, character: string): Step | undefined {
  switch (state) {
    case 'document':
      if (character === '[') return { state: 'first-element', beginsValue: false };
      return character === '{' ? { state: 'nothing', beginsValue: true } : undefined;
    case 'first-element':
      if (character === ']') return { state: 'nothing', beginsValue: false };
      return stateAfter('element', character);
    case 'element':
      return valueStart.test(character) ? { state: 'separator', beginsValue: true } : undefined;
    case 'separator':
      if (character === ',') return { state: 'element', beginsValue: false };
      return character === ']' ? { state: 'nothing', beginsValue: false } : undefined;
    case 'nothing':
      return undefined;
  }
}
