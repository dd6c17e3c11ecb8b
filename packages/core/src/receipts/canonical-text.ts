/** Reads JSON that must stand there exactly as RFC 8785 writes it, and says at which byte it does not. */
import { KeelsonError } from '../errors/index.ts';
import { canonicalJson, type Json, parseJson } from '../json/index.ts';

export type CanonicalReading =
  | { readonly value: Json }
  /** Where it stops being what it should, counted in bytes from 0. */
  | { readonly wrongByte: number };

export function readCanonical(text: string): CanonicalReading {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return { wrongByte: bytesOf(text.slice(0, findUnreadable(text))) };
  }
  // Nearly always it is what it should be, which is seen without writing it anew.
  if (endOf(value, text, 0) === text.length && isWellFormed(text)) return { value };
  const expected = canonicalOf(value);
  if (expected === text) return { value };
  let at = 0;
  while (at < text.length && text[at] === expected[at]) at += 1;
  return { wrongByte: bytesOf(text.slice(0, at)) };
}

/** Half of a character; no UTF-8 holds one. */
const loneSurrogate = /\p{Cs}/u;

/** Every runtime of ours has its own way by now, which looks at texts without such letters at no cost; older ones may not. */
function isWellFormed(text: string & { isWellFormed?(): boolean }): boolean {
  return text.isWellFormed?.() ?? !loneSurrogate.test(text);
}

function canonicalOf(value: Json): string {
  try {
    return canonicalJson(value);
  } catch {
    return '';
  }
}

/**
 * Where this value ends in the text, if it stands at `from` as the standard writes it; otherwise -1, or where not all of it
 * was recognised although it may be right: the names of an object that JavaScript puts in another order.
 */
function endOf(value: Json, text: string, from: number): number {
  if (typeof value === 'string') return endOfString(value, text, from);
  if (typeof value !== 'object' || value === null) {
    const word = String(Object.is(value, -0) ? 0 : value);
    return text.startsWith(word, from) ? from + word.length : -1;
  }
  return Array.isArray(value)
    ? endOfList(value, text, from)
    : endOfObject(value as Record<string, Json>, text, from);
}

function endOfString(value: string, text: string, from: number): number {
  const end = from + 1 + value.length;
  // A character that must be escaped cannot stand for itself, so that what stands there plainly is right.
  if (text.startsWith(value, from + 1) && text.charCodeAt(from) === quote && text.charCodeAt(end) === quote)
    return end + 1;
  const written = JSON.stringify(value);
  return text.startsWith(written, from) && !written.includes('\\ud') ? from + written.length : -1;
}

const quote = 34;

function endOfList(items: readonly Json[], text: string, from: number): number {
  if (text[from] !== '[') return -1;
  let at = from + 1;
  for (let index = 0; index < items.length; index++) {
    if (index > 0 && text[at++] !== ',') return -1;
    at = endOf(items[index] as Json, text, at);
    if (at === -1) return -1;
  }
  return text[at] === ']' ? at + 1 : -1;
}

function endOfObject(fields: Record<string, Json>, text: string, from: number): number {
  if (text[from] !== '{') return -1;
  let at = from + 1;
  let before: string | undefined;
  for (const name in fields) {
    if (before !== undefined && (before > name || text[at++] !== ',')) return -1;
    before = name;
    at = endOfString(name, text, at);
    if (at === -1 || text[at] !== ':') return -1;
    at = endOf(fields[name] as Json, text, at + 1);
    if (at === -1) return -1;
  }
  return text[at] === '}' ? at + 1 : -1;
}

function findUnreadable(text: string): number {
  try {
    parseJson(text);
    return 0;
  } catch (error) {
    const position = KeelsonError.is(error) ? error.details?.position : undefined;
    return typeof position === 'number' ? position : 0;
  }
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
