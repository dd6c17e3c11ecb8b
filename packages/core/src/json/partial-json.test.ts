// The meaning of a document that is still arriving.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJsonObject, type Json } from './json.ts';
import { parsePartialJson } from './partial-json.ts';

/** Whether `part` says nothing that `whole` does not say, and in the same order. */
function isPrefix(part: Json | undefined, whole: Json): boolean {
  if (part === undefined) return true;
  if (typeof part === 'string') return typeof whole === 'string' && whole.startsWith(part);
  if (Array.isArray(part)) return Array.isArray(whole) && isListPrefix(part as Json[], whole as Json[]);
  if (!isJsonObject(part)) return part === whole;
  if (!isJsonObject(whole)) return false;
  const names = Object.keys(whole).slice(0, Object.keys(part).length);
  return (
    isListPrefix(Object.keys(part), names) &&
    isListPrefix(
      Object.values(part),
      names.map((name) => whole[name] as Json),
    )
  );
}

function isListPrefix(part: readonly Json[], whole: readonly Json[]): boolean {
  return part.length <= whole.length && part.every((item, index) => isPrefix(item, whole[index] as Json));
}

const documents = fc
  .oneof(
    fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
    fc.array(fc.jsonValue()),
    fc.string({ unit: 'binary' }),
  )
  .map((value) => JSON.parse(JSON.stringify(value)) as Json);

describe('parsePartialJson', () => {
  test('every cut of a valid document is a prefix of its value, and only the whole is complete', () => {
    fc.assert(
      fc.property(documents, fc.constantFrom(0, 2), (whole, indent) => {
        const text = JSON.stringify(whole, null, indent);
        // Every cut of it is read: the rare giant would take as long as all others together.
        fc.pre(text.length < 2000);
        for (let length = 0; length < text.length; length++) {
          const { value, state } = parsePartialJson(text.slice(0, length));
          expect(state).toBe('partial');
          if (!isPrefix(value, whole))
            throw new Error(`${text.slice(0, length)} gave ${state} ${JSON.stringify(value)}`);
        }
        expect(parsePartialJson(text)).toEqual({ value: whole, state: 'complete' });
      }),
      { numRuns: 120 },
    );
  });

  test.each<[string, Json | undefined, string]>([
    ['', undefined, 'partial'],
    ['  ', undefined, 'partial'],
    ['{', {}, 'partial'],
    ['{"ci', {}, 'partial'],
    ['{"city"', {}, 'partial'],
    ['{"city": ', {}, 'partial'],
    ['{"city": "Par', { city: 'Par' }, 'partial'],
    ['{"city": "a\\', { city: 'a' }, 'partial'],
    ['{"city": "a\\u00e', { city: 'a' }, 'partial'],
    ['{"city": "a\\ud83d', { city: 'a' }, 'partial'],
    ['{"city": "a\\ud83d\\ude', { city: 'a' }, 'partial'],
    ['{"city": "a\ud83d', { city: 'a' }, 'partial'],
    ['{"n": 12', {}, 'partial'],
    ['{"n": 12,', { n: 12 }, 'partial'],
    ['{"n": 12 ', { n: 12 }, 'partial'],
    ['[1, -', [1], 'partial'],
    ['[1, 2e+', [1], 'partial'],
    ['[tru', [], 'partial'],
    ['[true', [true], 'partial'],
    ['[[1], [', [[1], []], 'partial'],
    ['12', 12, 'complete'],
    ['{"a": 1} ', { a: 1 }, 'complete'],
    ['{"a": 1} x', { a: 1 }, 'invalid'],
    ['{"a": 1, b', { a: 1 }, 'invalid'],
    ['{"a": "\n', {}, 'invalid'],
    ['[trux', [], 'invalid'],
    ['<html>', undefined, 'invalid'],
  ])('%j', (text, value, state) => {
    expect(parsePartialJson(text)).toEqual({ value, state });
  });

  test('any text gives a result', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) =>
        ['complete', 'partial', 'invalid'].includes(parsePartialJson(text).state),
      ),
    );
  });

  test('deep nesting is invalid, and 10 MB take bounded time', () => {
    const started = performance.now();
    expect(parsePartialJson('['.repeat(100_000)).state).toBe('invalid');
    expect(parsePartialJson(`{"a": "${'\\n'.repeat(5_000_000)}`).state).toBe('partial');
    expect(parsePartialJson(`[${'{"a":1},'.repeat(1_000_000)}`).state).toBe('partial');
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test('__proto__ stays a field', () => {
    const { value } = parsePartialJson('{"__proto__": {"polluted": 1');
    expect(JSON.stringify(value)).toBe('{"__proto__":{}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});
