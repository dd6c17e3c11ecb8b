/** Finds what the caller itself called a field that has another name in each format, so that a refusal can name it. */
import { isJsonObject, type Json } from '@keelson/core';

const spellings = {
  dimensions: ['dimensions', 'output_dimension', 'outputDimensionality', 'output_dimensionality'],
  encodings: ['embedding_types', 'encoding_format', 'output_dtype', 'embedding_type'],
  topN: ['top_n', 'top_k'],
} as const;

export type NamedField = keyof typeof spellings;

/** Where such fields stand in a request at most: `requests[0].outputDimensionality`. */
const deepest = 3;

/** The path of the field that was sent, of several the one with this value. */
export function sentField(body: unknown, field: NamedField, value?: Json): string {
  const sent = [...findFields(body as Json, new Set(spellings[field]), '', deepest)];
  const same = sent.find(([, found]) => found === value || (Array.isArray(found) && found.includes(value)));
  return (same ?? sent[0])?.[0] ?? field;
}

function* findFields(
  value: Json,
  names: ReadonlySet<string>,
  path: string,
  depth: number,
): Iterable<readonly [path: string, value: Json]> {
  if (depth === 0 || value === null || typeof value !== 'object') return;
  const isObject = isJsonObject(value);
  for (const [key, inner] of Object.entries(value) as [string, Json][]) {
    const dotted = path === '' ? key : `${path}.${key}`;
    const at = isObject ? dotted : `${path}[${key}]`;
    if (names.has(key)) yield [at, inner];
    else yield* findFields(inner, names, at, depth - 1);
  }
}
