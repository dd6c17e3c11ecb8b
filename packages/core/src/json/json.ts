/**
 * The JSON value types, their guard, and the one safe way to set a field whose name came from outside. Reading text
 * is `parse-json.ts`; comparing is `json-equal.ts`.
 */

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether a value is an object with named fields: neither `null` nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Sets an own field under any name. Plain assignment to `__proto__` would replace the prototype instead, and the field
 * would be lost.
 */
export function setField<Value>(target: Record<string, Value>, key: string, value: Value): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}
