/**
 * Moves a value towards a JSON schema where that loses nothing and has one reading: `"5"` to 5 where a number is wanted,
 * a single value to a list of it. The result may still be invalid; `schema-check.ts` has the last word.
 */
import { isJsonObject, type Json, type JsonObject, setField } from '../json.ts';
import { jsonEqual } from '../json-equal.ts';
import { type RepairNotes, shownName } from './repair-notes.ts';
import { branchesOf, resolveSchema, typesOf } from './schema-shape.ts';

/** Upper bound of schema nodes visited for one value; a schema that branches without end must not take for ever. */
const maxVisits = 200_000;
const maxHops = 32;

export function coerceToSchema(value: Json, schema: JsonObject, notes: RepairNotes): Json {
  return new Coercion(schema, notes).coerce(value, schema, { name: '', hops: 0 });
}

/** `hops` counts schema nodes passed without going down in the value: references and combinations can be circular. */
interface Place {
  readonly name: string;
  readonly hops: number;
}

class Coercion {
  readonly #root: JsonObject;
  readonly #notes: RepairNotes;
  #visits = 0;

  constructor(root: JsonObject, notes: RepairNotes) {
    this.#root = root;
    this.#notes = notes;
  }

  coerce(value: Json, schema: Json | undefined, place: Place): Json {
    const shape = resolveSchema(schema, this.#root);
    if (shape === undefined || place.hops > maxHops || this.#visits++ > maxVisits) return value;
    const deeper = { name: place.name, hops: place.hops + 1 };
    const converted = this.#descend(this.#convert(value, shape, deeper), shape);
    const parts = Array.isArray(shape.allOf) ? (shape.allOf as readonly Json[]) : [];
    const combined = parts.reduce<Json>((result, part) => this.coerce(result, part, deeper), converted);
    return this.#coerceToBranch(combined, shape, deeper);
  }

  /** Follows the one alternative that the value can belong to. */
  #coerceToBranch(value: Json, shape: JsonObject, place: Place): Json {
    const branches = branchesOf(shape).map((branch) => resolveSchema(branch, this.#root));
    const fitting = branches.filter((branch) => branch !== undefined && fits(value, branch));
    if (fitting.length > 1) return value;
    if (fitting.length === 1) return this.coerce(value, fitting[0], place);
    const results = branches.map((branch) => this.coerce(value, branch, place));
    const changed = onlyOne(results.filter((result) => !jsonEqual(result, value)));
    return changed === undefined ? value : changed;
  }

  #convert(value: Json, shape: JsonObject, place: Place): Json {
    const types = typesOf(shape);
    if (types === undefined || types.some((type) => hasType(value, type))) return value;
    const candidates = types.map((type) => this.#convertTo(type, value, { shape, place }));
    const converted = onlyOne(candidates.filter((candidate) => candidate !== undefined));
    if (converted === undefined) return value;
    const what = place.name === '' ? 'the document' : shownName(place.name);
    this.#notes.add(`read ${what} as the type that the schema wants`);
    return converted;
  }

  #convertTo(
    type: string,
    value: Json,
    { shape, place }: { readonly shape: JsonObject; readonly place: Place },
  ): Json | undefined {
    if (type === 'array') return readContainer(value, type) ?? this.#wrap(value, shape, place);
    const scalar = convertScalar(type, value);
    return scalar === undefined ? readContainer(value, type) : scalar;
  }

  /** `[value]`, when the list has a stated item type and the value fits it. */
  #wrap(value: Json, shape: JsonObject, place: Place): Json | undefined {
    const items = resolveSchema(shape.items, this.#root);
    if (items === undefined || shape.prefixItems !== undefined || value === null) return undefined;
    const item = this.coerce(value, items, place);
    const types = typesOf(items);
    return types?.some((type) => hasType(item, type)) === true ? [item] : undefined;
  }

  #descend(value: Json, shape: JsonObject): Json {
    if (Array.isArray(value)) {
      const first = Array.isArray(shape.prefixItems) ? (shape.prefixItems as readonly Json[]) : [];
      const items = value as readonly Json[];
      return items.map((item, index) =>
        this.coerce(item, first[index] ?? shape.items, { name: `[${index}]`, hops: 0 }),
      );
    }
    return isJsonObject(value) ? this.#descendFields(value, shape) : value;
  }

  #descendFields(value: JsonObject, shape: JsonObject): Json {
    const properties = isJsonObject(shape.properties) ? shape.properties : {};
    const fields: Record<string, Json> = {};
    for (const name of Object.keys(value)) {
      const schema = Object.hasOwn(properties, name) ? properties[name] : shape.additionalProperties;
      setField(fields, name, this.coerce(value[name] as Json, schema, { name, hops: 0 }));
    }
    return fields;
  }
}

function onlyOne(values: readonly (Json | undefined)[]): Json | undefined {
  const first = values[0];
  if (first === undefined) return undefined;
  return values.every((value) => value !== undefined && jsonEqual(value, first)) ? first : undefined;
}

function fits(value: Json, schema: JsonObject): boolean {
  const types = typesOf(schema);
  return types === undefined || types.some((type) => hasType(value, type));
}

function hasType(value: Json, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

/** More digits than this may not survive a double. */
const maxExactDigits = 15;

function convertScalar(type: string, value: Json): Json | undefined {
  if (type === 'string') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const word = value.trim();
  if (type === 'boolean' && /^(true|false)$/i.test(word)) return word.toLowerCase() === 'true';
  if (type === 'null' && word === 'null') return null;
  if (type === 'number' || type === 'integer') return exactNumber(word, type);
  return undefined;
}

function exactNumber(word: string, type: string): number | undefined {
  if (!/^-?(?:0|[1-9]\d{0,20})(?:\.\d{1,20})?(?:[eE][+-]?\d{1,2})?$/.test(word)) return undefined;
  const digits = word
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '');
  if (digits.length > maxExactDigits) return undefined;
  const number = Number(word);
  return type === 'number' || Number.isInteger(number) ? number : undefined;
}

/** A list or object that was written as a string of JSON. */
function readContainer(value: Json, type: string): Json | undefined {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return undefined;
  try {
    const inner = JSON.parse(value) as Json;
    return hasType(inner, type) ? inner : undefined;
  } catch {
    return undefined;
  }
}
