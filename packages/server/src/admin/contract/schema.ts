// Schemas of the management API: what validates a request is what the published description says, and what TypeScript
// knows. JSON Schema 2020-12, built by functions that carry the type. Checking values does not belong here.
import type { Json } from '@keelson/core';

/** The keywords that are used here; all of them are JSON Schema's own but the last. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly (string | null)[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly maxProperties?: number;
  readonly default?: unknown;
  /** Is taken out wherever a value is written down, such as in the audit log. */
  readonly writeOnly?: boolean;
}

export interface Schema<Value> {
  readonly json: JsonSchema;
  /** Only for the type. */
  readonly value?: Value;
}

export interface OptionalSchema<Value> extends Schema<Value> {
  readonly isOptional: true;
}

export type ValueOf<Of> = Of extends Schema<infer Value> ? Value : never;

type Fields = Readonly<Record<string, Schema<unknown>>>;
type OptionalNames<Of extends Fields> = {
  [Name in keyof Of]: Of[Name] extends OptionalSchema<unknown> ? Name : never;
}[keyof Of];
type ObjectOf<Of extends Fields> = {
  readonly [Name in Exclude<keyof Of, OptionalNames<Of>>]: ValueOf<Of[Name]>;
} & { readonly [Name in OptionalNames<Of>]?: ValueOf<Of[Name]> | undefined };

interface TextRules {
  readonly least?: number;
  readonly most?: number;
  readonly pattern?: string;
  /** `lines`: with line breaks. */
  readonly format?: 'date-time' | 'uri' | 'lines';
  readonly isSecret?: true;
}

/** Whatever people may write without hurting anybody: no control characters, and never more than a page. */
export function text(description: string, rules: TextRules = {}): Schema<string> {
  const { least = 0, most = 200, pattern, format, isSecret } = rules;
  return {
    json: {
      type: 'string',
      description,
      minLength: least,
      maxLength: most,
      ...(pattern !== undefined && { pattern }),
      ...(format !== undefined && { format }),
      ...(isSecret && { writeOnly: true }),
    },
  };
}

/** RFC 3339, in answers always UTC with milliseconds. */
export function time(description: string): Schema<string> {
  return text(description, { most: 40, format: 'date-time' });
}

export function number(
  description: string,
  { least, most }: { least?: number; most?: number } = {},
): Schema<number> {
  return { json: { type: 'number', description, ...bounds(least, most) } };
}

export function integer(
  description: string,
  { least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER }: { least?: number; most?: number } = {},
): Schema<number> {
  return { json: { type: 'integer', description, ...bounds(least, most) } };
}

function bounds(minimum: number | undefined, maximum: number | undefined): JsonSchema {
  return { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
}

export function flag(description: string): Schema<boolean> {
  return { json: { type: 'boolean', description } };
}

export function oneOf<const Name extends string>(description: string, names: readonly Name[]): Schema<Name> {
  return { json: { type: 'string', description, enum: names } };
}

export function list<Item>(
  description: string,
  { json: items }: Schema<Item>,
  { most = 1000 }: { most?: number } = {},
): Schema<readonly Item[]> {
  return { json: { type: 'array', description, items, maxItems: most } };
}

/** Names that come from outside, with values of one kind. */
export function named<Value>(
  description: string,
  { json }: Schema<Value>,
  { most = 100 }: { most?: number } = {},
): Schema<Readonly<Record<string, Value>>> {
  return { json: { type: 'object', description, additionalProperties: json, maxProperties: most } };
}

/** JSON of any form, such as what others have defined. */
export function anyObject(description: string): Schema<Readonly<Record<string, unknown>>> {
  return { json: { type: 'object', description, additionalProperties: true } };
}

/** Any JSON at all; texts may have lines. */
export function anyJson(description: string): Schema<Json> {
  const type = ['string', 'number', 'boolean', 'array', 'object', 'null'];
  return { json: { type, description, format: 'lines' } };
}

/** What was said stands where it belongs and nowhere else: not in the audit log either. */
export function unlogged<Value>({ json }: Schema<Value>): Schema<Value> {
  return { json: { ...json, writeOnly: true } };
}

export function object<const Of extends Fields>(fields: Of, description?: string): Schema<ObjectOf<Of>> {
  const required = Object.entries(fields)
    .filter(([, field]) => !('isOptional' in field))
    .map(([name]) => name);
  return {
    json: {
      type: 'object',
      ...(description !== undefined && { description }),
      properties: Object.fromEntries(Object.entries(fields).map(([name, { json }]) => [name, json])),
      required,
      additionalProperties: false,
    },
  };
}

/** May be left out. */
export function optional<Value>({ json }: Schema<Value>): OptionalSchema<Value> {
  return { json, isOptional: true };
}

/** In a change: null removes it. */
export function nullable<Value>({ json }: Schema<Value>): Schema<Value | null> {
  const { type, enum: names } = json;
  return {
    json: {
      ...json,
      type: [type as string, 'null'],
      ...(names !== undefined && { enum: [...names, null] }),
    },
  };
}
