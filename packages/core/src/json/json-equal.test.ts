// Equality by meaning.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from './json.ts';
import { jsonEqual } from './json-equal.ts';

const parsed = (text: string): Json => JSON.parse(text) as Json;

describe('jsonEqual', () => {
  test.each([
    ['{"a":1,"b":[2]}', '{"b":[2],"a":1}', true],
    ['0', '-0', true],
    ['[1,2]', '[2,1]', false],
    ['[]', '{}', false],
    ['{}', '[]', false],
    ['null', '{}', false],
    ['{"a":1}', '{"b":1}', false],
    ['{"a":null}', '{}', false],
    ['"1"', '1', false],
    ['{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}', true],
    ['{"__proto__":{"a":1}}', '{"__proto__":{"a":2}}', false],
    ['{"__proto__":{}}', '{"x":{}}', false],
    ['{"toString":1}', '{"x":1}', false],
  ])('%s and %s: %s', (left, right, expected) => {
    expect(jsonEqual(parsed(left), parsed(right))).toBe(expected);
    expect(jsonEqual(parsed(right), parsed(left))).toBe(expected);
  });

  test('every value equals its copy with reversed keys', () => {
    const reversed = (value: Json): Json => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, field]) => [key, reversed(field)]),
      );
    };
    fc.assert(fc.property(fc.jsonValue(), (value) => jsonEqual(value as Json, reversed(value as Json))));
  });
});
