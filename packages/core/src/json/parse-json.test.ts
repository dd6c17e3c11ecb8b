// Strict parsing: agreement with the engine, positions, bounds.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import { maxJsonDepth } from './bounds.ts';
import { parseJson } from './parse-json.ts';
import { readPrefix } from './read-prefix.ts';

function failureOf(text: string): KeelsonError {
  try {
    parseJson(text, 'request body');
  } catch (error) {
    if (KeelsonError.is(error)) return error;
    throw error;
  }
  throw new Error(`expected a refusal of ${text}`);
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('parseJson', () => {
  test('agrees with the engine on what is JSON, whatever the text', () => {
    const fragment = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '\\',
      '\\u00',
      'e',
      '1',
      '-',
      '.',
      '0',
      'true',
      'nul',
      ' ',
      '\n',
      '\u0000',
    );
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (source) => {
        let expected: unknown;
        try {
          expected = JSON.parse(source);
        } catch {
          const error = failureOf(source);
          const { position } = error.details;
          return (
            error.code === 'invalid_json' &&
            position !== undefined &&
            position >= 0 &&
            position <= source.length
          );
        }
        expect(parseJson(source)).toEqual(expected);
        expect(readPrefix(source)).toMatchObject({ state: 'complete', value: expected });
        return true;
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['', 0, 'line 1, column 1', 'the text ends'],
    ['{"a": 1,}', 8, 'line 1, column 9', 'expected a key in double quotes, but found `}`'],
    ['[1,\n  2', 7, 'line 2, column 4', 'expected the rest of the document, but the text ends'],
    ['{"a": "x', 8, 'line 1, column 9', 'expected a closing quote, but the text ends'],
    ['{"a" 1}', 5, 'line 1, column 6', 'expected `:`, but found `1`'],
    ['[01]', 2, 'line 1, column 3', 'expected `,` or `]`'],
    ['[1.]', 3, 'line 1, column 4', 'expected a digit'],
    ['["a\nb"]', 3, 'line 1, column 4', 'an escaped control character, but found U+000A'],
    ['["\\x"]', 2, 'line 1, column 3', 'a valid escape'],
    ['[1e999]', 1, 'line 1, column 2', 'a number within the range of a double'],
    ['{} {}', 3, 'line 1, column 4', 'expected the end of the text'],
    ['\uFEFF{}', 0, 'line 1, column 1', 'found U+FEFF'],
    ['[NaN]', 1, 'line 1, column 2', 'found `N`'],
  ])('%j stops being JSON at position %i', (text, position, place, reason) => {
    const error = failureOf(text);
    expect(error.code).toBe('invalid_json');
    expect(error.details.position).toBe(position);
    expect(error.message).toContain(`The request body is not valid JSON at ${place}`);
    expect(error.message).toContain(reason);
  });

  test('the cause is kept and the text is not repeated', () => {
    const error = failureOf('{"secret": "sk-12345" oops}');
    expect(error.cause).toBeInstanceOf(SyntaxError);
    expect(error.message).not.toContain('sk-12345');
  });

  test('nesting is bounded, on closed and on open documents', () => {
    expect(parseJson(nested(maxJsonDepth))).toBeInstanceOf(Array);
    for (const text of [
      nested(maxJsonDepth + 1),
      nested(100_000),
      '['.repeat(100_000),
      '{"a":'.repeat(100_000),
    ]) {
      const error = failureOf(text);
      expect(error.message).toContain(`nested deeper than ${maxJsonDepth} levels`);
      expect(error.details.limit).toBe(maxJsonDepth);
    }
  });

  test('integers beyond 2^53 are read as the engine reads them', () => {
    expect(parseJson('9007199254740993')).toBe(9007199254740992);
  });

  test('__proto__ stays a field', () => {
    const value = parseJson('{"__proto__":{"polluted":1}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('10 MB are read in bounded time', () => {
    const started = performance.now();
    expect(parseJson(JSON.stringify({ text: 'x'.repeat(10_000_000) }))).toBeTypeOf('object');
    failureOf(`{"text": "${'x'.repeat(10_000_000)}`);
    failureOf(`[${'1'.repeat(10_000_000)}]`);
    failureOf(`${'\n'.repeat(10_000_000)}x`);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
