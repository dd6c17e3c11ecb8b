/** Gemini's own schema dialect, with types in capitals and `nullable`, becomes JSON schema and back. */
import { isJsonObject, type Json, type JsonObject, jsonEqual, setField } from '../../json/index.ts';

/** `own`: the original is what `toOwnSchema` makes of the result. `plain`: it is the result itself. */
export function fromOwnSchema(schema: Json): { readonly schema: Json; readonly form: 'own' | 'plain' } {
  const converted = convert(schema, fromOwn);
  return jsonEqual(convert(converted, toOwn), schema) && !jsonEqual(converted, schema)
    ? { schema: converted, form: 'own' }
    : { schema, form: 'plain' };
}

export function toOwnSchema(schema: Json): Json {
  return convert(schema, toOwn);
}

type Step = (schema: Record<string, Json>) => void;

/** Applies `step` to a schema and those within it; names of properties and values of `enum` are left alone. */
function convert(schema: Json, step: Step): Json {
  if (!isJsonObject(schema)) return schema;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(schema)) setField(copy, key, convertField(key, schema[key] as Json, step));
  step(copy);
  return copy;
}

function convertField(key: string, value: Json, step: Step): Json {
  if (key === 'properties' || key === '$defs') return convertEach(value, step);
  if (key === 'anyOf' || key === 'prefixItems')
    return Array.isArray(value) ? (value as readonly Json[]).map((each) => convert(each, step)) : value;
  return key === 'items' || key === 'additionalProperties' ? convert(value, step) : value;
}

function convertEach(value: Json, step: Step): Json {
  if (!isJsonObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value as JsonObject)) setField(copy, key, convert(value[key] as Json, step));
  return copy;
}

function fromOwn(schema: Record<string, Json>): void {
  const { type } = schema;
  if (typeof type !== 'string') return;
  const lower = type.toLowerCase();
  schema.type = schema.nullable === true ? [lower, 'null'] : lower;
  if (schema.nullable === true) delete schema.nullable;
}

function toOwn(schema: Record<string, Json>): void {
  const { type } = schema;
  if (typeof type === 'string') schema.type = type.toUpperCase();
  if (!Array.isArray(type) || type.length !== 2 || type[1] !== 'null') return;
  schema.type = String(type[0]).toUpperCase();
  schema.nullable = true;
}
