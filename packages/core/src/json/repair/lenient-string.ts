/**
 * Reads a string token of a damaged document: any kind of quotes, raw control characters, quotes that should have been
 * escaped, backslashes that escape nothing. Where the string ends is decided in `string-end.ts`.
 */
import { trimHalfPair } from '../read-string.ts';
import { quoteClosers } from './lookahead.ts';
import type { RepairNotes } from './repair-notes.ts';
import { endsString, type StringPlace } from './string-end.ts';

export type LenientString =
  | { readonly state: 'closed'; readonly value: string; readonly end: number }
  | { readonly state: 'cut'; readonly value: string }
  /** The text ended, but one of the quotes before may have been the real end. */
  | { readonly state: 'ambiguous'; readonly position: number };

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['\n', '\n'],
]);

const specials: ReadonlyMap<string, RegExp> = new Map(
  [...quoteClosers].map(([opener, closers]) => [opener, new RegExp(`[${closers}\\\\]`, 'g')]),
);

/** `start` is the index of the opening quote. */
export function readLenientString(
  text: string,
  start: number,
  { place, notes }: { readonly place: StringPlace; readonly notes: RepairNotes },
): LenientString {
  return new StringReader(text, start, place).read(notes);
}

class StringReader {
  readonly #text: string;
  readonly #start: number;
  readonly #opener: string;
  readonly #place: StringPlace;
  /** How many brackets are open of a document inside the string; a quote cannot end the string before they balance. */
  #embeddedDepth = 0;
  readonly #isEmbedded: boolean;
  #value = '';
  #at: number;
  #doubtfulQuote: number | undefined;
  #hasInnerQuotes = false;
  #hasLooseBackslash = false;

  constructor(text: string, start: number, place: StringPlace) {
    this.#text = text;
    this.#start = start;
    this.#at = start + 1;
    this.#opener = text[start] as string;
    this.#place = place;
    this.#isEmbedded = this.#holdsDocument();
  }

  read(notes: RepairNotes): LenientString {
    const special = specials.get(this.#opener) as RegExp;
    for (;;) {
      special.lastIndex = this.#at;
      const index = special.exec(this.#text)?.index ?? this.#text.length;
      this.#keep(this.#text.slice(this.#at, index));
      this.#at = index;
      if (index >= this.#text.length) return this.#cut(notes);
      if (this.#text[index] === '\\') {
        if (!this.#escape()) return this.#cut(notes);
      } else if (this.#isEnd()) {
        this.#note(notes);
        return { state: 'closed', value: this.#value, end: index + 1 };
      } else {
        this.#keepQuote();
      }
    }
  }

  #isEnd(): boolean {
    if (this.#isEmbedded && this.#embeddedDepth > 0) return false;
    return endsString(this.#text, this.#at + 1, { ...this.#place, hasInnerQuotes: this.#hasInnerQuotes });
  }

  #keep(plain: string): void {
    this.#value += plain;
    if (!this.#isEmbedded) return;
    for (const bracket of plain.match(/[{}[\]]/g) ?? [])
      this.#embeddedDepth += '{['.includes(bracket) ? 1 : -1;
  }

  #keepQuote(): void {
    // A quote before a colon looks like the end of a name: if the string never ends, its own end was probably lost.
    if (/^\s{0,8}:/.test(this.#text.slice(this.#at + 1, this.#at + 10))) this.#doubtfulQuote ??= this.#at;
    this.#hasInnerQuotes = true;
    this.#value += this.#text[this.#at];
    this.#at++;
  }

  #cut(notes: RepairNotes): LenientString {
    if (this.#doubtfulQuote !== undefined) return { state: 'ambiguous', position: this.#doubtfulQuote };
    this.#note(notes);
    return { state: 'cut', value: trimHalfPair(this.#value) };
  }

  /** Consumes one escape. False when the text ends inside it. */
  #escape(): boolean {
    const char = this.#text[this.#at + 1];
    if (char === undefined) return false;
    if (char === 'u') return this.#unicodeEscape();
    this.#value += escapes.get(char) ?? this.#unknownEscape(char);
    this.#at += 2;
    return true;
  }

  #unicodeEscape(): boolean {
    const digits = this.#text.slice(this.#at + 2, this.#at + 6);
    if (/^[0-9a-fA-F]{4}$/.test(digits)) {
      this.#value += String.fromCharCode(Number.parseInt(digits, 16));
      this.#at += 6;
      return true;
    }
    if (this.#at + 2 + digits.length === this.#text.length && /^[0-9a-fA-F]*$/.test(digits)) return false;
    this.#value += this.#unknownEscape('u');
    this.#at += 2;
    return true;
  }

  #unknownEscape(char: string): string {
    if (!quoteClosers.has(char)) {
      this.#hasLooseBackslash = true;
      return `\\${char}`;
    }
    // Nobody escapes a curly quote: autocorrection has bent a straight one.
    return '“”„‟'.includes(char) ? '"' : char;
  }

  /** `"args": "{"city": "Paris"}"`: a document inside the string, whose quotes were never escaped. */
  #holdsDocument(): boolean {
    if (this.#place.role === 'key' || this.#place.trustsQuotes) return false;
    const head = this.#text.slice(this.#at, this.#at + 20);
    const found = /^[{[]\s*(["'])[\p{L}\p{N}_{[]/u.exec(head);
    if (found === null || found[1] !== this.#opener) return false;
    return !endsString(this.#text, this.#at + head.indexOf(this.#opener) + 1, this.#place);
  }

  #note(notes: RepairNotes): void {
    if (this.#opener === "'" || this.#opener === '`') notes.add('read other quotes as double quotes');
    else if (this.#opener !== '"') notes.add('read curly quotes as double quotes');
    if (this.#hasInnerQuotes) notes.add('escaped quotes inside a string');
    if (this.#hasLooseBackslash) notes.add('escaped a backslash inside a string');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: raw control characters are the damage looked for.
    if (/[\u0000-\u001f]/.test(this.#text.slice(this.#start, this.#at)))
      notes.add('escaped control characters');
  }
}
