// Hostile and huge texts end in a result or a refusal, in bounded time.
import { describe, expect, test } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import { maxJsonDepth, maxRepairLength } from './bounds.ts';
import { repairJson } from './repair-json.ts';

function outcomeOf(text: string): 'value' | KeelsonError {
  try {
    repairJson(text);
    return 'value';
  } catch (error) {
    if (KeelsonError.is(error)) return error;
    throw error;
  }
}

const units = [
  '[',
  '{',
  '"',
  "'",
  '“',
  '`',
  '```',
  '{"',
  '["',
  '{"a":',
  "{'a':",
  '[1,',
  '[x',
  '{x',
  '","',
  '":"',
  '\\',
  '\\"',
  '/*"',
  '"//',
  '# "',
  '" ',
  '"\n',
  '"}',
  '"]',
  '{"a":"',
  '{"a":"{"b":"',
  '{"a" "b"',
  '["a"',
  '[["x":',
  '{{',
  '}}',
  '{,',
  '-',
  '1',
  'true',
  '[1] ',
  "{'a':1}",
  '\ud83d',
  '\u00e9',
  ' ',
  '\n',
  ',',
];
const heads = ['', '{"a":"', '["', '{"a":['];

describe('repairJson under load', () => {
  test.each(units)('%j over and over takes time in proportion to its length', (unit) => {
    for (const head of heads) {
      const started = performance.now();
      outcomeOf(head + unit.repeat(Math.ceil(150_000 / unit.length)));
      // Measured below 200 ms; a quadratic reading takes minutes.
      expect(performance.now() - started).toBeLessThan(4_000);
    }
  });

  test('strings of 10 MB', () => {
    expect(outcomeOf(`{"a": '${'x'.repeat(10_000_000)}',}`)).toBe('value');
    expect(outcomeOf(`{"a": "${'x'.repeat(10_000_000)}`)).toBe('value');
    expect(outcomeOf(`[${'1'.repeat(10_000_000)},]`)).not.toBe('value');
    expect(outcomeOf('x'.repeat(10_000_000))).not.toBe('value');
  });

  test('nesting is bounded on sound, open and damaged documents', () => {
    const depth = maxJsonDepth;
    expect(outcomeOf(`${'['.repeat(depth)}1,${']'.repeat(depth)}`)).toBe('value');
    for (const text of [
      '['.repeat(100_000) + ']'.repeat(100_000),
      '['.repeat(100_000),
      '{a:'.repeat(100_000),
      `${'[1,'.repeat(depth + 1)}]`,
    ]) {
      const error = outcomeOf(text);
      expect(error).toMatchObject({ code: 'invalid_json', details: { limit: depth } });
    }
  });

  test('a text beyond the bound is refused before it is read', () => {
    expect(outcomeOf(' '.repeat(maxRepairLength + 1))).toMatchObject({
      code: 'invalid_json',
      details: { limit: maxRepairLength },
    });
  });

  test('lone surrogates pass through', () => {
    expect(repairJson("{'a': '\ud83d', b: '\\udc00'}").value).toEqual({ a: '\ud83d', b: '\udc00' });
  });
});
