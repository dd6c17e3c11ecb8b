/**
 * Recognises the chunks of a stream that only say more text, without parsing them: each is byte for byte like one that was
 * parsed, but for values which were seen to change while nothing but text was said. Whatever is not certain is not
 * recognised, and has to be parsed. What a chunk means does not belong here.
 */
import type { ChatEvent } from './events.ts';

/** A value of the pattern; its bytes are `[start, end)`, without the quotation marks of a string. */
interface Value {
  readonly start: number;
  readonly end: number;
  readonly isString: boolean;
}

/**
 * Some hosts tell in each chunk how much was used so far, which is read and said nothing of until the end: such chunks differ in
 * more than their text. Where the count is null, nothing is told.
 */
const countedName = /"\w*(?:usage|token|count|units)\w*"\s*:\s*(?!null)[^\s]/i;
const decoder = new TextDecoder();

const quote = 0x22;
const backslash = 0x5c;

export class AlikeChunks {
  #pattern: Uint8Array | undefined;
  #values: readonly Value[] = [];
  /** Those of the values that may differ, in order, and the bytes before, between and behind them. */
  #open: readonly Value[] = [];
  #fixed: readonly Uint8Array[] = [];
  #text: Value | undefined;
  /** Characters of text in the chunk that was recognised last. */
  characters = 0;

  /** `chunk` is one whole frame, and said nothing but what `event` says. */
  learn(chunk: Uint8Array, event: ChatEvent): void {
    if (event.type !== 'text-delta' && event.type !== 'reasoning-delta') return;
    if (countedName.test(decoder.decode(chunk))) return;
    const values = findValues(chunk);
    const changed = this.#changedValues(chunk, values);
    if (changed === undefined) this.#begin(chunk, values, event.text);
    else this.#openUp(this.#values.filter((value) => this.#open.includes(value) || changed.includes(value)));
  }

  /** Where the chunk that begins at `start` ends; -1 when it is none that is known. */
  endOf(bytes: Uint8Array, start: number): number {
    const first = this.#fixed[0];
    if (first === undefined) return -1;
    let at = matchEnd(first, bytes, start);
    for (let index = 0; index < this.#open.length && at !== -1; index++) {
      const value = this.#open[index] as Value;
      at = value.isString ? this.#endOfString(bytes, at, value) : endOfNumber(bytes, at);
      if (at !== -1) at = matchEnd(this.#fixed[index + 1] as Uint8Array, bytes, at);
    }
    return at;
  }

  #endOfString(bytes: Uint8Array, start: number, value: Value): number {
    let continued = 0;
    for (let at = start; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === quote) {
        if (value === this.#text) this.characters = at - start - continued;
        return at;
      }
      // What is escaped, or must be, is read by a parser.
      if (byte === backslash || byte < 0x20) return -1;
      if ((byte & 0xc0) === 0x80) continued += 1;
    }
    return -1;
  }

  #begin(chunk: Uint8Array, values: readonly Value[], text: string): void {
    const said = new TextEncoder().encode(JSON.stringify(text).slice(1, -1));
    const matching = values.filter(
      ({ start, end, isString }) =>
        isString && end - start === said.length && matchEnd(said, chunk, start) === end,
    );
    // Where another value happens to be the same word, the text cannot be told from it.
    this.#text = matching.length === 1 ? matching[0] : undefined;
    this.#pattern = this.#text && chunk.slice();
    this.#values = values;
    this.#openUp(this.#text === undefined ? [] : [this.#text]);
  }

  #openUp(open: readonly Value[]): void {
    const pattern = this.#pattern;
    this.#open = open;
    this.#fixed = pattern === undefined ? [] : piecesBetween(pattern, open);
  }

  /** The values of the pattern that are others in this chunk; undefined when it differs elsewhere. */
  #changedValues(chunk: Uint8Array, values: readonly Value[]): readonly Value[] | undefined {
    const pattern = this.#pattern;
    if (pattern === undefined || values.length !== this.#values.length) return undefined;
    if (this.#values.some(({ isString }, index) => values[index]?.isString !== isString)) return undefined;
    const theirs = piecesBetween(chunk, values);
    if (piecesBetween(pattern, this.#values).some((piece, index) => !isSame(piece, theirs[index])))
      return undefined;
    return this.#values.filter((value, index) => {
      const { start, end } = values[index] as Value;
      return !isSame(pattern.subarray(value.start, value.end), chunk.subarray(start, end));
    });
  }
}

function piecesBetween(bytes: Uint8Array, values: readonly Value[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const { start, end } of values) {
    pieces.push(bytes.subarray(from, start));
    from = end;
  }
  pieces.push(bytes.subarray(from));
  return pieces;
}

function isSame(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && one.length === other.length && matchEnd(one, other, 0) === other.length;
}

/** Where `piece` ends in `bytes` when it begins at `start`; -1 when it does not stand there. */
function matchEnd(piece: Uint8Array, bytes: Uint8Array, start: number): number {
  const end = start + piece.length;
  if (end > bytes.length) return -1;
  for (let at = start, there = 0; at < end; at++, there++) if (piece[there] !== bytes[at]) return -1;
  return end;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** A fraction is a number of its own here. One that begins with zeros is left to a parser. */
function endOfNumber(bytes: Uint8Array, start: number): number {
  let end = start;
  while (isDigit(bytes[end])) end += 1;
  return end === start || (bytes[start] === 0x30 && end > start + 1) ? -1 : end;
}

/** All strings and numbers, names of fields among them. */
function findValues(chunk: Uint8Array): Value[] {
  const values: Value[] = [];
  let at = 0;
  while (at < chunk.length) {
    const byte = chunk[at] as number;
    if (byte === quote) {
      const end = endOfQuoted(chunk, at + 1);
      values.push({ start: at + 1, end, isString: true });
      at = end + 1;
    } else if (isDigit(byte)) {
      const start = at;
      while (isDigit(chunk[at])) at += 1;
      values.push({ start, end: at, isString: false });
    } else at += 1;
  }
  return values;
}

function endOfQuoted(chunk: Uint8Array, start: number): number {
  let at = start;
  while (at < chunk.length && chunk[at] !== quote) at += chunk[at] === backslash ? 2 : 1;
  return Math.min(at, chunk.length);
}
