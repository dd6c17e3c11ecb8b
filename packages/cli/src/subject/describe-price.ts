/** Prices and sizes as short text for tables. What is not known is told as such, never as nothing. */
import type { Json, JsonObject, ModelCard, PoolEntry } from '@keelson/core';

export const unknown = '?';

export const dollars = (value: Json | undefined): string =>
  typeof value === 'number' ? `$${value}` : unknown;

/** Of a card's row or of a pin, which have the same fields. */
export const priceOf = (row: JsonObject | undefined, side: 'input' | 'output'): Json | undefined =>
  row?.[`dollars_per_million_tokens_${side}`];

export function tokens(count: number | undefined): string {
  if (count === undefined) return unknown;
  if (count >= 1_000_000 && count % 10_000 === 0) return `${count / 1_000_000}M`;
  return count >= 1000 && count % 100 === 0 ? `${count / 1000}k` : String(count);
}

export function stateOf({ lifeCycle }: ModelCard): string {
  if (!lifeCycle.isActive) return 'retired';
  return lifeCycle.isDeprecated ? 'deprecated' : 'active';
}

export function entryText(entry: PoolEntry): string {
  if (typeof entry === 'string') return entry;
  return entry.locked === undefined ? entry.match : `${entry.locked} (for ${entry.match})`;
}
