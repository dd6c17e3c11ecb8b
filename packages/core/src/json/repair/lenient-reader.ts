/**
 * Reads one damaged object or list: a recursive-descent parser that goes on where the grammar has been broken and only
 * one reading makes sense, and otherwise fails. It knows nothing of prose around the document or of schemas.
 */
import { maxJsonDepth } from '../bounds.ts';
import { type Json, setField } from '../json.ts';
import { closeList, closeObject } from './close-bracket.ts';
import { LenientCursor, type LenientOptions } from './lenient-cursor.ts';
import { type LenientScalar, readLenientNumber, readWord } from './lenient-scalar.ts';
import { readLenientString } from './lenient-string.ts';
import { endOfWord, isQuote, nextNonSpace } from './lookahead.ts';
import { shownName } from './repair-notes.ts';
import type { StringPlace } from './string-end.ts';

export type LenientRead =
  | { readonly state: 'read'; readonly value: Json; readonly end: number; readonly isCut: boolean }
  | {
      readonly state: 'failed';
      readonly position: number;
      readonly expected: string;
      /** How far the text was read before that was decided. */
      readonly reach: number;
      /** Enough was understood to be sure that this was meant as JSON, so its inner parts are not documents. */
      readonly isCommitted: boolean;
      readonly isTooDeep: boolean;
    };

const absent = Symbol('absent');
const failed = Symbol('failed');
type Read = Json | typeof absent | typeof failed;

/** Reads the value that starts at `start`. */
export function readLenient(text: string, start: number, options: LenientOptions): LenientRead {
  return readDocument(new LenientCursor(text, start, options));
}

function readDocument(cursor: LenientCursor): LenientRead {
  const value = readValue(cursor, 'lone');
  if (typeof value === 'symbol') {
    const { position, expected } = cursor.failure ?? { position: cursor.at, expected: 'a value' };
    const reach = Math.max(cursor.at, cursor.reach);
    const isCommitted = cursor.isCommitted;
    return { state: 'failed', position, expected, reach, isCommitted, isTooDeep: cursor.isTooDeep };
  }
  return { state: 'read', value, end: cursor.at, isCut: cursor.isCut };
}

function fail(cursor: LenientCursor, expected: string, position?: number): typeof failed {
  cursor.fail(expected, position);
  return failed;
}

function readValue(cursor: LenientCursor, role: StringPlace['role']): Read {
  const char = cursor.char;
  if (char === '{' || char === '[') return readContainer(cursor, char);
  if (isQuote(char)) return readText(cursor, role);
  if (/[\d.+-]/.test(char)) return readScalar(cursor, readLenientNumber(cursor.text, cursor.at));
  return readScalar(cursor, readWord(cursor.text, cursor.at));
}

function readContainer(cursor: LenientCursor, opener: string): Read {
  if (cursor.objects + cursor.lists >= maxJsonDepth) {
    cursor.isTooDeep = true;
    return fail(cursor, `at most ${maxJsonDepth} levels of nesting`);
  }
  cursor.at++;
  return opener === '{' ? readObject(cursor) : readList(cursor);
}

function readScalar(cursor: LenientCursor, scalar: LenientScalar): Read {
  switch (scalar.state) {
    case 'unknown':
      return fail(cursor, 'a value');
    case 'cut':
      cursor.at = cursor.text.length;
      return absent;
    case 'no-value':
      cursor.at = scalar.end;
      return absent;
    case 'value':
      cursor.at = scalar.end;
      if (scalar.isRespelled) cursor.notes.add('respelled a literal');
      return scalar.value;
  }
}

function readText(cursor: LenientCursor, role: StringPlace['role']): Read {
  const place: StringPlace = {
    role,
    objects: cursor.objects,
    lists: cursor.lists,
    trustsQuotes: cursor.trustsQuotes,
    hasInnerQuotes: false,
  };
  const token = readLenientString(cursor.text, cursor.at, { place, notes: cursor.notes });
  if (token.state === 'ambiguous') {
    cursor.reach = cursor.text.length;
    return fail(cursor, 'an escaped quote', token.position);
  }
  if (token.state === 'closed') {
    cursor.at = token.end;
    return token.value;
  }
  cursor.at = cursor.text.length;
  // An unfinished name means nothing, and a lone string without an end is more likely to be a sentence.
  if (role === 'lone') return fail(cursor, 'a closing quote');
  return role === 'key' ? absent : token.value;
}

function readObject(cursor: LenientCursor): Read {
  const isDoubled = cursor.char === '{';
  if (isDoubled) {
    cursor.at++;
    cursor.notes.add('read doubled braces as single ones');
  }
  cursor.objects++;
  const fields: Record<string, Json> = {};
  for (let isFirst = true; ; ) {
    const commas = cursor.skipCommas();
    const closing = closeObject(cursor, isDoubled);
    if (closing === 'failed') return failed;
    if (closing === 'again') continue;
    if (closing === 'closed') {
      if (commas > 0) cursor.notes.add('removed trailing commas');
      cursor.objects--;
      return fields;
    }
    if (!cursor.separates(commas, isFirst) || !readField(cursor, fields)) return failed;
    isFirst = false;
  }
}

/** Reads `name: value` into the object. False when that is impossible. */
function readField(cursor: LenientCursor, fields: Record<string, Json>): boolean {
  const isQuoted = isQuote(cursor.char);
  const name = isQuoted ? readText(cursor, 'key') : readBareName(cursor);
  if (name === failed) return false;
  if (name === absent || cursor.skip()) {
    cursor.notes.add('left out an unfinished field');
    return true;
  }
  if (cursor.char !== ':') {
    fail(cursor, '`:`');
    return false;
  }
  cursor.at++;
  if (isQuoted) cursor.isCommitted = true;
  const value = readFieldValue(cursor);
  if (value === failed) return false;
  if (value === absent) cursor.notes.add(`left out ${shownName(String(name))}, which has no value`);
  else setField(fields, String(name), value);
  cursor.isCommitted = true;
  return true;
}

function readFieldValue(cursor: LenientCursor): Read {
  if (cursor.skip() || ',}]'.includes(cursor.char)) return absent;
  return readValue(cursor, 'field');
}

function readBareName(cursor: LenientCursor): string | typeof absent | typeof failed {
  const end = endOfWord(cursor.text, cursor.at);
  if (end === cursor.at) return fail(cursor, 'a key');
  const name = cursor.text.slice(cursor.at, end);
  cursor.at = end;
  if (end === cursor.text.length) return absent;
  cursor.notes.add('quoted bare names');
  return name;
}

function readList(cursor: LenientCursor): Read {
  cursor.lists++;
  const items: Json[] = [];
  for (;;) {
    const commas = cursor.skipCommas();
    if (closeList(cursor, commas === 0 && items.length === 0) === 'closed') {
      if (commas > 0) cursor.notes.add('removed trailing commas');
      cursor.lists--;
      return items;
    }
    if (!cursor.separates(commas, items.length === 0)) return failed;
    if (commas > 0 && items.length > 0) cursor.isCommitted = true;
    if (!readItem(cursor, items)) return failed;
  }
}

function readItem(cursor: LenientCursor, items: Json[]): boolean {
  const start = cursor.at;
  const value = readValue(cursor, 'item');
  if (value === failed) return false;
  if (value === absent) {
    // Leaving a word like NaN out of a list would move the items after it.
    const isLast = cursor.skip();
    if (!isLast) fail(cursor, 'a value', start);
    return isLast;
  }
  if (typeof value === 'string' && isOuterName(cursor)) {
    if (cursor.nameAt === start) {
      fail(cursor, 'a value', start);
      return false;
    }
    cursor.nameAt = start;
    cursor.at = start;
    return true;
  }
  items.push(value);
  // A lone number in brackets may be a footnote of the prose; anything else was meant as a list.
  if (typeof value !== 'number') cursor.isCommitted = true;
  return true;
}

/** `"a", "name": 1`: the string is a name of the object around this list, whose bracket is missing. */
function isOuterName(cursor: LenientCursor): boolean {
  return cursor.objects > 0 && cursor.text[nextNonSpace(cursor.text, cursor.at)] === ':';
}
