/** How single values go into columns and come out again, alike on both engines. */
import type { Json } from '@keelson/core';

/** PostgreSQL takes no zero character in a text; JSON needs no care, because it escapes them. */
export function toText(value: string): string {
  return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}

export function toOptionalText(value: string | undefined): string | null {
  return value === undefined ? null : toText(value);
}

/** A million dollars in billionths, thirty years in microseconds: no count of a single call is beyond it. */
const mostOfOneCall = 1e15;

/** A count that cannot be true is unknown: it may neither cost us the row nor let the sums run over. */
export function toInteger(value: number | undefined): number | null {
  if (value === undefined || !(Math.abs(value) <= mostOfOneCall)) return null;
  return Math.round(value);
}

export function toMicroseconds(ms: number): number {
  return toInteger(ms * 1000) ?? 0;
}

export function toJsonText(value: unknown): string {
  return JSON.stringify(value);
}

export function fromJsonText<Value = Json>(text: string): Value {
  return JSON.parse(text) as Value;
}

/** Only what is known: a field whose value is null or undefined is left out. */
export function known<Fields extends object>(fields: Fields): Known<Fields> {
  const present = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(present) as Known<Fields>;
}

type Known<Fields> = { readonly [Name in keyof Fields]?: NonNullable<Fields[Name]> };
