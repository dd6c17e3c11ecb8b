// With a schema: what is converted, what is chosen, what is refused, and that the result never contradicts the schema.
import { type Schema, Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import { damagedDocuments } from './__fixtures__/json-damage.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { jsonEqual } from './json-equal.ts';
import { repairJson } from './repair-json.ts';

function refusalOf(text: string, schema: JsonObject): KeelsonError {
  try {
    repairJson(text, schema);
  } catch (error) {
    if (KeelsonError.is(error)) return error;
    throw error;
  }
  throw new Error(`expected a refusal of ${text}`);
}

const person: JsonObject = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    age: { type: 'integer' },
    admin: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    boss: { anyOf: [{ $ref: '#' }, { type: 'null' }] },
  },
  required: ['name'],
  additionalProperties: false,
};
const field = (schema: JsonObject): JsonObject => ({
  type: 'object',
  properties: { a: schema },
  required: ['a'],
});

const converted: readonly (readonly [string, JsonObject, string, Json])[] = [
  ['a number in quotes', field({ type: 'number' }), '{"a": "5"}', { a: 5 }],
  ['a decimal in quotes', field({ type: 'number' }), '{"a": "-2.50"}', { a: -2.5 }],
  ['an integer in quotes', field({ type: 'integer' }), '{"a": "42"}', { a: 42 }],
  ['a number in quotes where null is allowed', field({ type: ['number', 'null'] }), '{"a": "5"}', { a: 5 }],
  [
    'a number in quotes in an alternative',
    field({ anyOf: [{ type: 'number' }, { type: 'null' }] }),
    '{"a": "5"}',
    { a: 5 },
  ],
  ['a boolean in quotes', field({ type: 'boolean' }), '{"a": "true"}', { a: true }],
  ['a Python boolean in quotes', field({ type: 'boolean' }), '{"a": "False"}', { a: false }],
  ['null in quotes', field({ type: ['integer', 'null'] }), '{"a": "null"}', { a: null }],
  ['an integer where text is wanted', field({ type: 'string' }), '{"a": 5}', { a: '5' }],
  ['a number by its listed values', field({ enum: [1, 2] }), '{"a": "2"}', { a: 2 }],
  ['a single item', field({ type: 'array', items: { type: 'string' } }), '{"a": "x"}', { a: ['x'] }],
  [
    'a single item that needs converting',
    field({ type: 'array', items: { type: 'number' } }),
    '{"a": "5"}',
    { a: [5] },
  ],
  [
    'a single object',
    field({ type: 'array', items: { type: 'object' } }),
    '{"a": {"b": 1}}',
    { a: [{ b: 1 }] },
  ],
  [
    'a list in a string',
    field({ type: 'array', items: { type: 'number' } }),
    '{"a": "[1, 2]"}',
    { a: [1, 2] },
  ],
  ['an object in a string', field({ type: 'object' }), '{"a": "{\\"b\\": 1}"}', { a: { b: 1 } }],
  [
    'a referenced type',
    { ...field({ $ref: '#/$defs/n' }), $defs: { n: { type: 'number' } } },
    '{"a": "5"}',
    { a: 5 },
  ],
  ['every part of a combination', { allOf: [field({ type: 'number' })] }, '{"a": "5"}', { a: 5 }],
  [
    'items of a tuple',
    { type: 'array', prefixItems: [{ type: 'number' }], items: { type: 'boolean' } },
    '["1", "true"]',
    [1, true],
  ],
  ['values of a map', { type: 'object', additionalProperties: { type: 'number' } }, '{"x": "1"}', { x: 1 }],
  [
    'damage and types at once',
    person,
    "Here: {name: 'Ann', age: '41', admin: 'True', tags: 'x',}",
    { name: 'Ann', age: 41, admin: true, tags: ['x'] },
  ],
  [
    'a nested document',
    person,
    '{"name": "A", "boss": {"name": "B", "age": "50", "boss": null}}',
    { name: 'A', boss: { name: 'B', age: 50, boss: null } },
  ],
];

const refused: readonly (readonly [string, JsonObject, string, string])[] = [
  ['text that is no number', field({ type: 'number' }), '{"a": "five"}', 'a'],
  ['a number that text cannot hold', field({ type: 'integer' }), '{"a": "12345678901234567890"}', 'a'],
  ['a fraction where an integer is wanted', field({ type: 'integer' }), '{"a": "5.5"}', 'a'],
  ['two readings', field({ type: ['number', 'boolean'] }), '{"a": "maybe"}', 'a'],
  ['an item of another type', field({ type: 'array', items: { type: 'number' } }), '{"a": "x"}', 'a'],
  ['an item of no stated type', field({ type: 'array' }), '{"a": "x"}', 'a'],
  ['a missing field', person, '{"age": 1}', ''],
  ['a field that was cut off', person, '{"name": ', ''],
  ['a value outside the list', field({ enum: ['x', 'y'] }), '{"a": "z"}', 'a'],
  [
    'a wrong item deep inside',
    field({ type: 'array', items: field({ type: 'number' }) }),
    '{"a": [{"a": 1}, {"a": "x"}]}',
    'a[1].a',
  ],
  ['a field that only objects inherit', { type: 'object', required: ['constructor'] }, '{}', ''],
];

describe('repairJson with a schema', () => {
  test.each(converted)('converts %s', (_, schema, text, value) => {
    expect(repairJson(text, schema).value).toEqual(value);
  });

  test.each(refused)('refuses %s', (_, schema, text, name) => {
    const error = refusalOf(text, schema);
    expect(error.code).toBe('invalid_json');
    expect(error.details.field).toBe(name);
  });

  test('what is valid is left alone, even where it could be converted', () => {
    const schema = field({ type: ['string', 'number'] });
    expect(repairJson('{"a": "5"}', schema)).toEqual({ value: { a: '5' }, repairs: [] });
  });

  test('of several documents the valid one is taken', () => {
    const text =
      'For example {"title": "a much longer example document"} gives {"name": "Ann"}; see [1, 2, 3].';
    expect(repairJson(text, person).value).toEqual({ name: 'Ann' });
    expect(repairJson(text, { type: 'array', items: { type: 'integer' } }).value).toEqual([1, 2, 3]);
  });

  test('says what it converted', () => {
    expect(repairJson('{"a": "5"}', field({ type: 'number' })).repairs).toEqual([
      'read `a` as the type that the schema wants',
    ]);
  });

  test.each<[string, JsonObject]>([
    ['a reference to nothing', { $ref: '#/$defs/missing' }],
    ['a reference to itself', { $ref: '#' }],
    ['a broken pattern', { type: 'string', pattern: '(' }],
    ['combinations without end', { allOf: [{ $ref: '#' }, { $ref: '#' }] }],
  ])('a schema with %s is the fault of the request', (_, schema) => {
    expect(refusalOf('"x"', schema)).toMatchObject({ code: 'invalid_request', details: { field: 'schema' } });
  });

  test('the schema is not touched', () => {
    const schema = Object.freeze({
      type: 'object',
      properties: Object.freeze({ a: Object.freeze({ type: 'number' }) }),
    });
    expect(repairJson('{"a": "5"}', schema).value).toEqual({ a: 5 });
    expect(Object.getOwnPropertyNames(schema)).toEqual(['type', 'properties']);
  });
});

const schemas: readonly JsonObject[] = [
  person,
  field({ type: 'number', minimum: 0 }),
  field({ type: 'array', items: { type: 'integer' }, minItems: 1, uniqueItems: true }),
  { type: 'array', items: { oneOf: [{ type: 'number' }, { type: 'boolean' }, field({ type: 'null' })] } },
  { type: 'object', additionalProperties: { type: ['integer', 'string'] }, maxProperties: 3 },
  { type: 'object', patternProperties: { '^k': { type: 'boolean' } }, additionalProperties: false },
  { not: { type: 'object' } },
  { type: 'string', minLength: 2 },
  { const: { a: [1] } },
  {
    type: 'object',
    properties: { a: { anyOf: [{ type: 'array', items: { type: 'number' } }, { type: 'boolean' }] } },
    minProperties: 1,
  },
];

const isValid = (value: Json, schema: JsonObject): boolean =>
  new Validator(structuredClone(schema) as Schema, '2020-12').validate(value).valid;

/** The valid result, or nothing after a proper refusal. */
function fitted(text: string, schema: JsonObject): Json | undefined {
  try {
    return repairJson(text, schema).value;
  } catch (error) {
    if (KeelsonError.is(error) && error.code === 'invalid_json') return undefined;
    throw error;
  }
}

/** The closest schema of a value: types all the way down, every field required. */
function schemaOf(value: Json): JsonObject {
  if (value === null) return { type: 'null' };
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map(schemaOf);
    return { type: 'array', prefixItems: items, minItems: items.length, maxItems: items.length };
  }
  if (!isJsonObject(value)) return { type: typeof value };
  const properties = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, schemaOf(part)]));
  return { type: 'object', properties, required: Object.keys(value), additionalProperties: false };
}

describe('repairJson never contradicts the schema', () => {
  test('on any text', () => {
    const parts = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      'a',
      '"a":',
      '"name":',
      'k',
      '1',
      '"5"',
      '-2',
      '"true"',
      'true',
      'null',
      'None',
      'NaN',
      ' ',
      '\n',
      '```',
    );
    const text = fc.oneof(
      fc.array(parts, { maxLength: 20 }).map((list) => list.join('')),
      fc.json(),
      fc.string(),
    );
    fc.assert(
      fc.property(text, fc.constantFrom(...schemas), (source, schema) => {
        const value = fitted(source, schema);
        return value === undefined || isValid(value, schema);
      }),
      { numRuns: 5_000 },
    );
  });

  test('on damaged documents, with schemas that fit the original and schemas that do not', () => {
    let recovered = 0;
    const documents = damagedDocuments(20_260_801, 75);
    for (const { value: original, text } of documents) {
      const own = schemaOf(original);
      for (const schema of [own, ...schemas]) {
        const value = fitted(text, schema);
        if (value !== undefined && !isValid(value, schema))
          throw new Error(`${text}\ngave ${JSON.stringify(value)}`);
        if (value !== undefined && schema === own && jsonEqual(value, original)) recovered++;
      }
    }
    expect(documents.length).toBeGreaterThanOrEqual(2_000);
    expect(recovered / documents.length).toBeGreaterThanOrEqual(0.9);
  });
});
