// Canonical text is read and everything else is refused, whatever the values are.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type Json } from '../json/index.ts';
import { readCanonical } from './canonical-text.ts';

const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }) as fc.Arbitrary<Json>;

test('the canonical text of any value is read', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalJson(value);
      const reading = readCanonical(text);
      expect(reading).toEqual({ value: JSON.parse(text) });
    }),
    { numRuns: 1000 },
  );
});

test('any other text of the same value is refused', () => {
  fc.assert(
    fc.property(json, fc.nat(), (value, at) => {
      for (const text of [
        JSON.stringify(value),
        JSON.stringify(value, null, 1),
        inserted(canonicalJson(value), at),
      ]) {
        // A space within a word is another word.
        if (isCanonical(text)) continue;
        expect(readCanonical(text)).toHaveProperty('wrongByte');
      }
    }),
    { numRuns: 1000 },
  );
});

function isCanonical(text: string): boolean {
  try {
    return canonicalJson(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

function inserted(text: string, at: number): string {
  const place = at % (text.length + 1);
  return `${text.slice(0, place)} ${text.slice(place)}`;
}

test.each([
  ['names out of order', '{"b":1,"a":2}', 2],
  ['a name twice', '{"a":1,"a":1}', 6],
  ['a number in another form', '{"a":1.0}', 6],
  ['a needless escape', '["\\u0061"]', 2],
  ['half of a pair', '["\\ud800"]', 0],
  ['a space', '[1, 2]', 3],
  ['minus nothing', '[-0]', 1],
  ['names that look like numbers', '{"10":1,"9":2}', undefined],
  ['names that look like numbers, in their order as such', '{"9":2,"10":1}', 2],
  ['characters of several bytes', '{"a":"ü", "b":2}', 10],
  ['no JSON', '{"ü":', 6],
])('%s', (_, text, wrongByte) => {
  const expected = wrongByte === undefined ? { value: JSON.parse(text) } : { wrongByte };
  expect(readCanonical(text)).toEqual(expected);
});
