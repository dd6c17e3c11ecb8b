/**
 * Numbers and words of a damaged document: Python's and JavaScript's spellings of JSON's values, and numbers written a
 * little differently. Only spellings with one meaning are read; `007` or `12abc` are refused.
 */
import type { Json } from '../json.ts';
import { readNumber } from '../read-number.ts';
import { endOfWord } from './lookahead.ts';

export type LenientScalar =
  | { readonly state: 'value'; readonly value: Json; readonly end: number; readonly isRespelled: boolean }
  /** A word for a value that JSON does not have, such as NaN. */
  | { readonly state: 'no-value'; readonly word: string; readonly end: number }
  | { readonly state: 'cut' }
  | { readonly state: 'unknown' };

const words: ReadonlyMap<string, Json> = new Map<string, Json>([
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['null', 'Null', 'NULL', 'None'].map((word) => [word, null] as const),
]);
const wordsWithoutValue: readonly string[] = ['NaN', 'nan', 'undefined', 'Infinity', '-Infinity'];
const longestWord = 16;

export function readWord(text: string, start: number): LenientScalar {
  const end = endOfWord(text, start);
  if (end === start || end - start > longestWord) return { state: 'unknown' };
  const word = text.slice(start, end);
  const value = words.get(word);
  if (value !== undefined) return { state: 'value', value, end, isRespelled: word !== String(value) };
  if (wordsWithoutValue.includes(word)) return { state: 'no-value', word, end };
  const isCut =
    end === text.length && [...words.keys(), ...wordsWithoutValue].some((known) => known.startsWith(word));
  return { state: isCut ? 'cut' : 'unknown' };
}

export function readLenientNumber(text: string, start: number): LenientScalar {
  if (text.startsWith('-I', start)) return readWord(text, start);
  const end = endOfNumberToken(text, start);
  const token = text.slice(start, end);
  const plain = plainNumber(token);
  const found = readNumber(plain, 0);
  // A number that touches the end of the text may have lost digits, and a shorter number is a wrong one.
  if (end === text.length && found.state !== 'invalid') return { state: 'cut' };
  if (found.state !== 'number' || found.end !== plain.length) return { state: 'unknown' };
  const value = Number(plain);
  return Number.isFinite(value)
    ? { state: 'value', value, end, isRespelled: plain !== token }
    : { state: 'unknown' };
}

const endOfNumber = /[^\p{L}\p{N}_.+-]/gu;

function endOfNumberToken(text: string, start: number): number {
  endOfNumber.lastIndex = start;
  return endOfNumber.exec(text)?.index ?? text.length;
}

/** `+5`, `.5`, `-.5` and `5.` as JSON writes them. */
function plainNumber(token: string): string {
  const unsigned = token.startsWith('+') ? token.slice(1) : token;
  const whole = unsigned.replace(/^(-?)\./, '$10.');
  return /\d\.$/.test(whole.slice(-2)) ? whole.slice(0, -1) : whole;
}
