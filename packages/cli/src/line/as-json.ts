/** Values of ours as JSON: what is undefined is left out, what is infinite becomes text. */
import type { Json } from '@keelson/core';

export function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value, keep)) as Json;
}

function keep(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (value instanceof Map) return Object.fromEntries(value as ReadonlyMap<string, unknown>);
  return value;
}
