// Values that satisfy schemas. Each is checked against the schema by core's own validator as well.
import { type Json, type JsonObject, repairJson } from '@keelson/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inventInstance } from './invent-instance.ts';
import { inventPatternText } from './pattern-text.ts';

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...more,
});

test.each<[string, Json, Json]>([
  ['nothing', {}, 'sample value'],
  ['true', true, 'sample value'],
  ['const', { const: { a: 1 } }, { a: 1 }],
  ['enum', { enum: ['celsius', 'kelvin'] }, 'celsius'],
  ['a text', { type: 'string' }, 'sample value'],
  ['a short text', { type: 'string', maxLength: 3 }, 'lue'],
  ['a long text', { type: 'string', minLength: 15 }, 'sample valuexxx'],
  ['a date', { type: 'string', format: 'date' }, '2026-01-01'],
  ['an address', { type: 'string', format: 'email' }, 'sample1@example.com'],
  ['a pattern', { type: 'string', pattern: '^[A-Z]{3}-\\d{2,4}$' }, 'AAA-00'],
  ['a whole number', { type: 'integer' }, 1],
  ['a number above', { type: 'integer', minimum: 18 }, 18],
  ['a number strictly above', { type: 'integer', exclusiveMinimum: 18 }, 19],
  ['a number below', { type: 'number', maximum: -5 }, -5],
  ['a number strictly between', { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, 0.5],
  ['a multiple', { type: 'number', multipleOf: 0.1, minimum: 0.25 }, 0.3],
  ['true or false', { type: 'boolean' }, true],
  ['null', { type: 'null' }, null],
  ['one of several types', { type: ['number', 'null'] }, 1],
  ['a list', { type: 'array', items: { type: 'integer' } }, [1]],
  [
    'a list of three that differ',
    { type: 'array', items: {}, minItems: 3, uniqueItems: true },
    ['sample value', 'sample value 2', 'sample value 3'],
  ],
  [
    'a tuple',
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false },
    ['sample value', 1],
  ],
  ['an empty list', { type: 'array', maxItems: 0 }, []],
  [
    'an object',
    object({ city: { type: 'string' }, days: { type: 'integer' } }),
    { city: 'sample city', days: 1 },
  ],
  ['a required property without schema', object({}, { required: ['x'] }), { x: 'sample x' }],
  [
    'an object with so many properties',
    { type: 'object', minProperties: 2 },
    { field1: 'sample field1', field2: 'sample field2' },
  ],
  ['a reference', { $ref: '#/$defs/a~1b', $defs: { 'a/b': { const: 7 } } }, 7],
  ['all of', { allOf: [object({ a: { const: 1 } }), object({ b: { const: 2 } })] }, { a: 1, b: 2 }],
  ['any of', { anyOf: [{ type: 'integer' }, { type: 'null' }] }, 1],
  ['one of', { oneOf: [false, object({ kind: { const: 'x' } })] }, { kind: 'x' }],
  [
    'a property called __proto__',
    object(JSON.parse('{"__proto__":{"const":1}}') as JsonObject),
    JSON.parse('{"__proto__":1}') as Json,
  ],
])('%s', (_name, schema, expected) => {
  expect(inventInstance(schema)).toEqual(expected);
});

test.each([
  ['date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
  ['time', /^\d\d:\d\d:\d\dZ$/],
  ['duration', /^PT\d+M$/],
  ['hostname', /^[a-z0-9.]+$/],
  ['ipv4', /^\d+\.\d+\.\d+\.\d+$/],
  ['ipv6', /^[0-9a-f:]+$/],
  ['uri', /^https:/],
  ['url', /^https:/],
  ['uuid', /^[0-9a-f-]{36}$/],
  ['email', /@/],
  ['date', /^\d{4}-\d\d-\d\d$/],
  ['unheard-of', /sample/],
])('texts of the format %s are valid and differ within a list', (format, form) => {
  const texts = inventInstance({ type: 'array', items: { type: 'string', format }, minItems: 3 }) as string[];
  for (const text of texts) expect(text).toMatch(form);
  expect(new Set(texts).size).toBe(3);
});

test('numbers stay inside their bounds when a list runs out of them', () => {
  const items = { type: 'integer', minimum: 1, maximum: 2 };
  expect(inventInstance({ type: 'array', items, minItems: 4 })).toEqual([1, 2, 1, 1]);
  expect(inventInstance({ type: 'integer', multipleOf: 2.5, minimum: 4 })).toBe(5);
});

test('a schema that contains itself comes to an end, and the instance satisfies it', () => {
  const node = object(
    {
      value: { type: 'integer' },
      children: { type: 'array', items: { $ref: '#/$defs/node' } },
      next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
    },
    { required: ['value', 'children', 'next'], additionalProperties: false },
  );
  const schema: JsonObject = { $ref: '#/$defs/node', $defs: { node } };
  const value = inventInstance(schema);
  expect(repairJson(JSON.stringify(value), schema).repairs).toEqual([]);
  expect(JSON.stringify(value)).toContain('"next":null');
});

test.each<[string, JsonObject]>([
  ['not', { not: {} }],
  ['a reference to nowhere', { $ref: '#/$defs/missing' }],
  ['a reference to elsewhere', { $ref: 'https://example.com/schema.json' }],
  ['a reference to itself', { $ref: '#' }],
  ['an endless object', { type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] }],
  ['bounds that cross', { type: 'integer', minimum: 5, maximum: 4 }],
  ['an empty enum', { enum: [] }],
  ['a pattern beyond it', { type: 'string', pattern: '^(a|b)\\1x$' }],
  ['a huge list', { type: 'array', minItems: 1_000_000 }],
])('%s is refused, never answered wrongly', (_name, schema) => {
  expect(() => inventInstance(schema)).toThrow(/simulator|schema/i);
});

test.each([
  '^[a-z]+$',
  '^\\d{4}-\\d{2}-\\d{2}$',
  '^(foo|bar)?baz$',
  '^[^a]$',
  '\\bx\\b',
  '^\\u0041\\x42$',
  '^\\p{L}+$',
  '^[\\]a]$',
  '^(?:ab){2,}c*$',
  '^(?=a)a$',
  '^.\\.$',
])('the pattern %s is met', (pattern) => {
  expect(inventPatternText(pattern)).toMatch(new RegExp(pattern, 'u'));
});

test('any pattern at all gives a text or undefined', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), (pattern) => {
      expect(['string', 'undefined']).toContain(typeof inventPatternText(pattern));
    }),
  );
});

const leaf = fc.constantFrom<Json>(
  { type: 'string' },
  { type: 'integer', minimum: 3 },
  { type: 'number', maximum: 0 },
  { type: 'boolean' },
  { type: 'null' },
  { enum: ['a', 2, null] },
  { type: 'string', format: 'uuid' },
);
const { schema: anySchema } = fc.letrec<{ schema: Json }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.record({ type: fc.constant('array'), items: tie('schema'), minItems: fc.nat(3) }),
    fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(fc.string({ maxLength: 5 }), tie('schema'), { maxKeys: 3 }),
    }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
  ),
}));

test('an instance of any usual schema satisfies it and is the same each time', () => {
  fc.assert(
    fc.property(anySchema, (schema) => {
      const value = inventInstance(schema);
      expect(
        repairJson(JSON.stringify({ value }), { type: 'object', properties: { value: schema } }).repairs,
      ).toEqual([]);
      expect(inventInstance(schema)).toEqual(value);
    }),
  );
});
