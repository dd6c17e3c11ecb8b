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
  // Nearly always the names are in order, and then JavaScript's own text is the canonical one.
  if (JSON.stringify(value) === text && !text.includes('\\ud') && hasSortedNames(value)) return { value };
  const expected = canonicalOf(value);
  if (expected === text) return { value };
  let at = 0;
  while (at < text.length && text[at] === expected[at]) at += 1;
  return { wrongByte: bytesOf(text.slice(0, at)) };
}

function canonicalOf(value: Json): string {
  try {
    return canonicalJson(value);
  } catch {
    return '';
  }
}

function hasSortedNames(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (!hasSortedNames(item)) return false;
    return true;
  }
  let before = '';
  const fields = value as Record<string, Json>;
  for (const name in fields) {
    if (before > name) return false;
    before = name;
    const field = fields[name] as Json;
    if (typeof field === 'object' && field !== null && !hasSortedNames(field)) return false;
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
