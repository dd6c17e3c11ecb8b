// What is mended, what is refused, and in which words, without a schema.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import { isJsonObject, type Json } from './json.ts';
import { repairJson } from './repair-json.ts';

function refusalOf(text: string): KeelsonError {
  try {
    repairJson(text);
  } catch (error) {
    if (KeelsonError.is(error)) return error;
    throw error;
  }
  throw new Error(`expected a refusal of ${text}`);
}

const mended: readonly (readonly [string, string, Json])[] = [
  ['a sound document', '{"a": [1, "x", null]}', { a: [1, 'x', null] }],
  ['a code fence', '```json\n{"a": 1}\n```', { a: 1 }],
  ['a fence that never closes', '```json\n{"a": 1}', { a: 1 }],
  ['a scalar in a fence', '```\n"x"\n```', 'x'],
  [
    'a fence inside a string',
    '{"md": "Use:\n```js\nlet x;\n```\nDone"}',
    { md: 'Use:\n```js\nlet x;\n```\nDone' },
  ],
  ['prose around', 'Sure, as in [1]: {"a": {"b": 1}} Hope this helps!', { a: { b: 1 } }],
  ['a log prefix', '[INFO] {"a": 1}', { a: 1 }],
  ['a template before the answer', 'As {"name": <string>}: {"name": "Bob"}', { name: 'Bob' }],
  [
    'the fenced one of two documents',
    'Not {"long": "example, longer"} but\n```json\n{"a": 1}\n```',
    { a: 1 },
  ],
  ['single quotes', "{'a': 'x', 'b': ['y']}", { a: 'x', b: ['y'] }],
  [
    'apostrophes in single quotes',
    "{'a': 'it's', 'b': 'the dogs' bowl'}",
    { a: "it's", b: "the dogs' bowl" },
  ],
  ['mixed quotes as Python writes them', `{'a': "it's", 'b': 'say "hi"'}`, { a: "it's", b: 'say "hi"' }],
  ['curly quotes', '{“a”: “x”}', { a: 'x' }],
  ['curly quotes with bent inner ones', '{“a”: “say \\“hi\\””}', { a: 'say "hi"' }],
  ['backticks', '{`a`: `x`}', { a: 'x' }],
  ['a lone string', "'abc'", 'abc'],
  ['trailing commas', '{"a": [1, 2,], "b": 3,}', { a: [1, 2], b: 3 }],
  [
    'missing commas',
    '{"a": 1 "b": ["x" "y" 2 {"c": 3}]\n"d": 4}',
    { a: 1, b: ['x', 'y', 2, { c: 3 }], d: 4 },
  ],
  ['doubled commas', '[1,, 2]', [1, 2]],
  [
    'bare names',
    '{a: 1, $b: 2, größe: 3, content-type: 4, 5: 6}',
    { a: 1, $b: 2, größe: 3, 'content-type': 4, 5: 6 },
  ],
  ['comments', '{ // one\n "a": 1, # two\n /* three */ "b": "x" // "four"\n}', { a: 1, b: 'x' }],
  [
    'Python literals',
    '{"a": True, "b": False, "c": None, "d": [TRUE]}',
    { a: true, b: false, c: null, d: [true] },
  ],
  ['a lone literal', 'True', true],
  ['a field without a value', '{"a": , "b": 1}', { b: 1 }],
  ['a field that is NaN', '{"a": NaN, "b": undefined, "c": -Infinity, "d": 1}', { d: 1 }],
  ['numbers written otherwise', '[+5, .5, -.5, 5., 1E3]', [5, 0.5, -0.5, 5, 1000]],
  ['raw control characters', '{"a": "one\ntwo\tthree\u0000"}', { a: 'one\ntwo\tthree\u0000' }],
  [
    'inner quotes',
    '{"a": "he said "hi" to me", "b": ["the "x", really"]}',
    { a: 'he said "hi" to me', b: ['the "x", really'] },
  ],
  ['inner quotes around braces', '{"a": "use {"x"} here", "b": 1}', { a: 'use {"x"} here', b: 1 }],
  [
    'a document in a string',
    '{"args": "{"city": "Paris", "n": 1}", "x": 1}',
    { args: '{"city": "Paris", "n": 1}', x: 1 },
  ],
  ['loose backslashes', '{"a": "C:\\dir\\$x", "b": "it\\\'s"}', { a: 'C:\\dir\\$x', b: "it's" }],
  ['a cut string', '{"a": "x", "b": "unfin', { a: 'x', b: 'unfin' }],
  ['a cut escape', '{"a": "x\\ud83d\\u', { a: 'x' }],
  ['a cut number', '{"a": 1, "b": 12', { a: 1 }],
  ['a cut keyword', '[true, fal', [true]],
  ['a cut name', '{"a": 1, "b', { a: 1 }],
  ['a cut after the colon', '{"a": 1, "b":', { a: 1 }],
  ['a whole keyword at the end', '[true, false', [true, false]],
  ['a number that ended', '{"a": 12\n', { a: 12 }],
  ['a missing list end', '{"a": [1, 2, "b": 3}', { a: [1, 2], b: 3 }],
  ['a missing list end before a brace', '{"a": ["x"}', { a: ['x'] }],
  ['a missing object end in a list', '[{"a": 1, {"b": 2}]', [{ a: 1 }, { b: 2 }]],
  ['a missing object end before an item', '[{"a": 1, "x", "y"]', [{ a: 1 }, 'x', 'y']],
  ['the wrong bracket at the end', '{"a": [1]]', { a: [1] }],
  ['the wrong brace at the end', '[1, 2}', [1, 2]],
  ['extra brackets at the end', '{"a": 1}}]', { a: 1 }],
  ['an extra brace in the middle', '{"a": 1}, "b": 2}', { a: 1, b: 2 }],
  ['doubled braces', '{{"a": {{"b": [{{}}]}}}}', { a: { b: [{}] } }],
  ['doubled outer braces', '{{"a": {"b": 1}}}', { a: { b: 1 } }],
  ['a byte order mark', '\uFEFF{"a": 1}', { a: 1 }],
  [
    'strings that look like structure',
    '{"open": "{", "close": "}", "c": ",",}',
    { open: '{', close: '}', c: ',' },
  ],
  ['a very long name', `{"a": "x", "${'n'.repeat(500)}": 'y'}`, { a: 'x', ['n'.repeat(500)]: 'y' }],
];

const refused: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['prose', 'I could not find anything.'],
  ['prose in quotes', '"Hello" he said, "bye"'],
  ['a sentence that begins with a quote', "'Twas the night"],
  ['a bracket that opens nothing', 'Note: use {'],
  ['a bare word as value', '{"a": foo, "b": {"c": 1}}'],
  ['a part of what cannot be read', '[null-0.5, {"c": 1}]'],
  ['NaN in a list', '[1, NaN, 2]'],
  ['a number with a leading zero', '{"zip": 02134}'],
  ['a date without quotes', '{"at": 2024-05-01}'],
  ['a number beyond the range', '{"a": 1e999}'],
  ['a lost closing quote', '{"a": "x, "b": 1}'],
  ['a comma after nothing', '{"a": {, "b": 1}}'],
  ['a set', '{"a", "b"}'],
  ['an elision', '[1, 2, ...]'],
  ['an undefined document', 'undefined'],
];

describe('repairJson', () => {
  test.each(mended)('mends %s', (_, text, value) => {
    expect(repairJson(text).value).toEqual(value);
  });

  test.each(refused)('refuses %s', (_, text) => {
    const error = refusalOf(text);
    expect(error.code).toBe('invalid_json');
    expect(error.details.position).toBeGreaterThanOrEqual(0);
    expect(error.details.position).toBeLessThanOrEqual(text.length);
  });

  test('a sound document needs no repairs, whatever it holds', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(repairJson(text)).toEqual({ value: JSON.parse(text), repairs: [] });
      }),
    );
  });

  test('a sound document survives prose and fences, whatever it holds', () => {
    const container = fc.oneof(
      fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
      fc.array(fc.jsonValue(), { minLength: 1 }),
    );
    fc.assert(
      fc.property(container, (value) => {
        const text = JSON.stringify(value);
        for (const damaged of [
          `The answer is: ${text}\nThat's "it".`,
          `\`\`\`json\n${text}\n\`\`\``,
          `${text.slice(0, -1)},${text.slice(-1)}`,
        ]) {
          expect(repairJson(damaged).value).toEqual(JSON.parse(text));
        }
      }),
    );
  });

  test('says what it did, each thing once', () => {
    expect(repairJson('Sure: {a: 1, b: 2, c: [3,],}').repairs).toEqual([
      'quoted bare names',
      'removed trailing commas',
      'removed the text around the document',
    ]);
    expect(repairJson('{"a": NaN}').repairs).toEqual(['left out `a`, which has no value']);
    const many = Array.from({ length: 500 }, (_, index) => `"f${index}": NaN`).join(',');
    expect(repairJson(`{${many}}`).repairs.length).toBeLessThanOrEqual(50);
  });

  test('the refusal names the place', () => {
    const error = refusalOf('{\n  "a": foo\n}');
    expect(error.message).toBe(
      'No JSON document can be recovered from the text: at line 2, column 8 (position 9) expected a value, but found `f`.',
    );
  });

  test('__proto__ stays a field and pollutes nothing', () => {
    const { value } = repairJson("{'__proto__': {'polluted': True}, 'constructor': {'prototype': {'x': 1}}}");
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true},"constructor":{"prototype":{"x":1}}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

const fragments = fc
  .array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '{{',
      '}}',
      ',',
      ':',
      '"',
      "'",
      '“',
      '”',
      '`',
      'a',
      'b c',
      '"k":',
      "'k':",
      '1',
      '23',
      '-4.5',
      'true',
      'None',
      'NaN',
      'tru',
      ' ',
      '\n',
      '//',
      '/*',
      '*/',
      '#',
      '```',
      '```json\n',
      'Sure: ',
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

/** Every text, name and number of a value. */
function leavesOf(value: Json): readonly string[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(leavesOf);
  if (isJsonObject(value))
    return Object.entries(value).flatMap(([name, field]) => [name, ...leavesOf(field)]);
  return typeof value === 'boolean' || value === null ? [] : [String(value)];
}

describe('repairJson on any text', () => {
  test('gives a value or a refusal', () => {
    const broken = fc.tuple(fc.json(), fc.nat(), fc.nat(3)).map(([text, at, length]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + text.slice(place + length);
    });
    fc.assert(
      fc.property(fc.oneof(fragments, broken, fc.string({ unit: 'binary' }), fc.string()), (text) => {
        try {
          const { value } = repairJson(text);
          expect(repairJson(JSON.stringify(value))).toEqual({
            value: JSON.parse(JSON.stringify(value)),
            repairs: [],
          });
        } catch (error) {
          if (!KeelsonError.is(error)) throw error;
          expect(error.code).toBe('invalid_json');
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test('invents no text, name or number', () => {
    fc.assert(
      fc.property(fragments, (text) => {
        let value: Json;
        try {
          value = repairJson(text).value;
        } catch {
          return;
        }
        for (const leaf of leavesOf(value)) expect(text).toContain(leaf);
      }),
      { numRuns: 5_000 },
    );
  });
});
