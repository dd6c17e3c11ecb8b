/**
 * Cuts bytes into text that ends with a line break, for the framings made of lines. Decoding whole lines at
 * once means that no character is ever cut, and spares the streaming mode of `TextDecoder`, which is the
 * slower half of reading SSE on Node. What a line means does not belong here.
 */
import { KeelsonError } from '../errors/index.ts';
import { ByteBuffer } from './byte-buffer.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = '\uFEFF';

/** How much a line framing takes at once. No line inside one piece can pass a bound that is not smaller. */
export const pieceBytes = 64 * 1024;

export interface LineRules {
  /** SSE ends a line with CR, LF or CRLF. In NDJSON a lone CR is white space inside a line. */
  readonly carriageReturnEndsLine: boolean;
  readonly maxLineBytes: number;
}

export class LineBuffer {
  readonly #rules: LineRules;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #waiting = new ByteBuffer();
  #position = 0;
  #atStart = true;
  #skipLineFeed = false;

  constructor(rules: LineRules) {
    this.#rules = rules;
  }

  /** Offset of the first byte that has not been returned yet. */
  get position(): number {
    return this.#position;
  }

  /** How many bytes wait for the end of their line. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** The lines that these bytes complete, or `''`. Pass pieces no longer than the line bound. */
  push(piece: Uint8Array): string {
    if (piece.length === 0) return '';
    const bytes = this.#skipLineFeed ? this.#afterSplitLineBreak(piece) : piece;
    const end = this.#endOfLastLine(bytes);
    // The usual read ends with its event: nothing is copied, and no view is made, which would cost as much as
    // the parsing.
    if (end === bytes.length) {
      this.#skipLineFeed = bytes[end - 1] === carriageReturn;
      return this.#takeLines(bytes);
    }
    const lines = end === 0 ? '' : this.#takeLines(bytes.subarray(0, end));
    this.#wait(bytes.subarray(end));
    return lines;
  }

  /** The last line, when it has no line break. */
  end(): string {
    return this.#takeLines(new Uint8Array(0));
  }

  #takeLines(bytes: Uint8Array): string {
    const { length } = this.#waiting;
    if (length === 0) return this.#decode(bytes);
    if (length + bytes.length > this.#rules.maxLineBytes) this.#checkFirstLine(bytes);
    this.#waiting.append(bytes);
    const lines = this.#decode(this.#waiting.view());
    this.#waiting.clear();
    return lines;
  }

  #decode(bytes: Uint8Array): string {
    this.#position += bytes.length;
    const text = this.#decoder.decode(bytes);
    if (!this.#atStart || bytes.length === 0) return text;
    this.#atStart = false;
    return text.startsWith(byteOrderMark) ? text.slice(1) : text;
  }

  /** A CR that ended the last piece may have been the first half of a CRLF. */
  #afterSplitLineBreak(bytes: Uint8Array): Uint8Array {
    this.#skipLineFeed = false;
    if (bytes[0] !== lineFeed) return bytes;
    this.#position += 1;
    return bytes.subarray(1);
  }

  #endOfLastLine(bytes: Uint8Array): number {
    // The usual read ends with its event; only then is there nothing to search.
    const end = bytes[bytes.length - 1] === lineFeed ? bytes.length : bytes.lastIndexOf(lineFeed) + 1;
    if (end === bytes.length || !this.#rules.carriageReturnEndsLine) return end;
    return end + bytes.subarray(end).lastIndexOf(carriageReturn) + 1;
  }

  #wait(bytes: Uint8Array): void {
    if (this.#waiting.length + bytes.length > this.#rules.maxLineBytes) throw this.#lineTooLong();
    this.#waiting.append(bytes);
  }

  #checkFirstLine(bytes: Uint8Array): void {
    const isEnd = (byte: number) =>
      byte === lineFeed || (byte === carriageReturn && this.#rules.carriageReturnEndsLine);
    const rest = bytes.findIndex(isEnd);
    if (this.#waiting.length + Math.max(rest, 0) > this.#rules.maxLineBytes) throw this.#lineTooLong();
  }

  #lineTooLong(): KeelsonError {
    const limit = this.#rules.maxLineBytes;
    return new KeelsonError(
      'invalid_response',
      `The line that begins at byte ${this.#position} is longer than ${limit} bytes.`,
      { details: { position: this.#position, limit } },
    );
  }
}
