/**
 * What of a failure may leave a block: facts of our own, capped. It works by what is allowed, not by what looks secret: of a
 * foreign exception only its class is told.
 */
import { isJsonObject, type Json, type JsonObject, setField } from '../json/index.ts';

export const detailCaps = { items: 25, depth: 3, characters: 200 } as const;

const labelForm = /^[A-Za-z][\w.-]{0,79}$/;

/** Whether text is a stable label such as `http_refused`, and not a message. */
export function isLabel(text: unknown): text is string {
  return typeof text === 'string' && labelForm.test(text);
}

/** At most 25 fields or items, three deep, 200 characters a text; what is no JSON, or throws when it is read, is left out. */
export function capDetails(details: unknown): JsonObject {
  const capped = orNothing(() => (isJsonObject(details) ? capValue(details, 0) : undefined));
  return (capped ?? {}) as JsonObject;
}

/** Getters and proxies may throw at any look. */
function orNothing<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function capValue(value: unknown, depth: number): Json | undefined {
  switch (typeof value) {
    case 'string':
      return value.length > detailCaps.characters ? `${value.slice(0, detailCaps.characters - 1)}…` : value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      return depth >= detailCaps.depth ? undefined : orNothing(() => capContainer(value, depth));
    default:
      return undefined;
  }
}

function capContainer(value: object, depth: number): Json | undefined {
  if (Array.isArray(value)) {
    const length = Math.min(detailCaps.items, value.length);
    return Array.from({ length }, (_, at) => orNothing(() => capValue(value[at], depth + 1)) ?? null);
  }
  // What a Date or an Error shows as fields is not what it means.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return undefined;
  const capped: Record<string, Json> = {};
  for (const key of Object.keys(value).slice(0, detailCaps.items)) {
    const kept = orNothing(() => capValue((value as Record<string, unknown>)[key], depth + 1));
    if (kept !== undefined) setField(capped, key.slice(0, detailCaps.characters), kept);
  }
  return capped;
}

/** The class of whatever was thrown, if its name looks like one. */
export function classOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return typeof thrown;
  try {
    const { name } = thrown.constructor;
    return isLabel(name) ? name : 'Error';
  } catch {
    return 'Error';
  }
}
