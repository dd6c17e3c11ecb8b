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
  // Nearly always it is what it should be: JavaScript writes all but the order of names and half characters as the standard does.
  const isUsual = JSON.stringify(value) === text && !text.includes('\\ud') && isWellFormed(text);
  if (isUsual && isInOrder(value)) return { value };
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

/** Whether the names of every object stand in the order of the standard, which is that of their UTF-16 codes. */
function isInOrder(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  const fields = value as Readonly<Record<string, Json>>;
  let before = '';
  for (const name in fields) {
    if (before > name) return false;
    before = name;
    const field = fields[name] as Json;
    if (typeof field === 'object' && !isInOrder(field)) return false;
  }
  return true;
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
