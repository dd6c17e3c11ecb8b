// Holds a value against a schema, and says of the first thing that is wrong where it is and what would be right. It knows
// the keywords of schema.ts and no others; that it agrees with a complete validator is for its tests.
import { didYouMean, KeelsonError } from '@keelson/core';
import type { JsonSchema } from './schema.ts';

/** Throws `invalid_request`; `place` is the beginning of the path, such as `body`. */
export function checkValue(value: unknown, schema: JsonSchema, place: string): void {
  const types = typesOf(schema);
  const type = typeOf(value);
  if (!types.includes(type) && !(type === 'integer' && types.includes('number'))) {
    throw wrong(place, `must be ${types.map(nameType).join(' or ')}, not ${nameType(type)}`);
  }
  if (schema.enum !== undefined && !schema.enum.includes(value as string | null)) {
    throw wrong(place, `must be one of ${schema.enum.join(', ')}`);
  }
  if (typeof value === 'string') checkText(value, schema, place);
  else if (typeof value === 'number') checkNumber(value, schema, place);
  else if (Array.isArray(value)) checkList(value, schema, place);
  else if (typeof value === 'object' && value !== null) checkObject(value, schema, place);
}

type TypeName = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object' | 'undefined';

function typesOf({ type = [] }: JsonSchema): readonly string[] {
  return typeof type === 'string' ? [type] : type;
}

function typeOf(value: unknown): TypeName {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value as TypeName;
}

const typeNames: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  array: 'a list',
  object: 'an object',
  undefined: 'left out',
};

function nameType(type: string): string {
  return typeNames[type] ?? type;
}

/** Halves of characters are no text, and neither is what moves the cursor of a terminal. */
const unfit = /[\p{Cc}\p{Cs}]/u;

const unfitForLines = /[\0\p{Cs}]/u;

function checkText(value: string, schema: JsonSchema, place: string): void {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format } = schema;
  const { length } = [...value];
  if (length < minLength) throw wrong(place, `must have at least ${minLength} characters`);
  if (length > maxLength) throw wrong(place, `must have at most ${maxLength} characters`, maxLength);
  // A secret is shown nowhere, and some are files.
  const mayHaveLines = schema.writeOnly === true || format === 'lines';
  if ((mayHaveLines ? unfitForLines : unfit).test(value))
    throw wrong(place, 'must not have line breaks or other control characters');
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) {
    throw wrong(place, `must match ${pattern}`);
  }
  if (format === 'date-time' && !isTime(value))
    throw wrong(place, 'must be a time such as 2026-01-31T12:00:00Z');
  if (format === 'uri' && !URL.canParse(value)) throw wrong(place, 'must be an address such as https://…');
}

function isTime(value: string): boolean {
  const hasForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(value);
  return hasForm && Number.isFinite(Date.parse(value));
}

function checkNumber(value: number, { minimum, maximum }: JsonSchema, place: string): void {
  if (minimum !== undefined && value < minimum) throw wrong(place, `must be at least ${minimum}`, minimum);
  if (maximum !== undefined && value > maximum) throw wrong(place, `must be at most ${maximum}`, maximum);
}

function checkList(value: readonly unknown[], schema: JsonSchema, place: string): void {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (value.length < minItems) throw wrong(place, `must have at least ${minItems} items`);
  if (value.length > maxItems) throw wrong(place, `must have at most ${maxItems} items`, maxItems);
  if (items === undefined) return;
  for (const [index, item] of value.entries()) checkValue(item, items, `${place}[${index}]`);
}

function checkObject(value: object, schema: JsonSchema, place: string): void {
  const { properties = {}, required = [], additionalProperties = true, maxProperties } = schema;
  const names = Object.keys(value);
  if (maxProperties !== undefined && names.length > maxProperties)
    throw wrong(place, `must have at most ${maxProperties} fields`, maxProperties);
  for (const name of required) {
    if (!Object.hasOwn(value, name)) throw wrong(`${place}.${name}`, 'is missing');
  }
  for (const [name, field] of Object.entries(value)) {
    const at = `${place}.${name.slice(0, 64)}`;
    if (Object.hasOwn(properties, name)) checkValue(field, properties[name] as JsonSchema, at);
    else if (additionalProperties === false) throw unknownField(place, name, Object.keys(properties));
    else if (additionalProperties !== true) checkValue(field, additionalProperties, at);
  }
}

function unknownField(place: string, name: string, known: readonly string[]): KeelsonError {
  const advice = didYouMean(name, known) ?? `Known here: ${known.join(', ') || 'nothing'}.`;
  const field = `${place}.${name.slice(0, 64)}`;
  return new KeelsonError('invalid_request', `\`${field}\` is not known.`, {
    hint: advice,
    details: { field },
  });
}

function wrong(field: string, what: string, limit?: number): KeelsonError {
  return new KeelsonError('invalid_request', `\`${field}\` ${what}.`, {
    hint: 'The description of the API at /openapi.json says what it takes.',
    details: { field, ...(limit !== undefined && { limit }) },
  });
}
