/**
 * A value that satisfies a JSON schema, the same for the same schema: every property is there, every list has an item.
 * What it cannot satisfy (`not`, `if`, `contains`, an odd pattern) is refused rather than answered wrongly.
 */
import { isJsonObject, type Json, type JsonObject, KeelsonError, repairJson, setField } from '@keelson/core';
import { refuseScript } from '../notation/index.ts';
import { inventNumber } from './invent-number.ts';
import { inventText } from './invent-text.ts';
import { type Resolving, resolveSchema } from './resolve-schema.ts';

const mostItems = 1000;
/** Below this, optional properties are left out and lists are as short as they may be. */
const deepLevel = 5;
const deepestLevel = 60;

interface Place {
  readonly root: Json;
  readonly name: string;
  readonly level: number;
  /** Which of several like values this is, so that the items of a list differ. */
  readonly variant: number;
}

export function inventInstance(schema: Json | undefined): Json {
  const place = { root: schema ?? {}, name: 'value', level: 0, variant: 0 };
  const value = invent(schema, place);
  return isJsonObject(schema) ? checkInstance(value, schema) : value;
}

function checkInstance(value: Json, schema: JsonObject): Json {
  try {
    return repairJson(JSON.stringify(value), schema).value;
  } catch (error) {
    const reason = KeelsonError.is(error) ? error.message : 'The schema cannot be read.';
    throw refuseScript(
      `The simulator cannot invent an instance of this schema; give one with \`[[json: …]]\`. ${reason}`,
    );
  }
}

function invent(schema: Json | undefined, place: Place): Json {
  const resolving: Resolving = { root: place.root, isDeep: place.level > deepLevel };
  const resolved = resolveSchema(schema, resolving);
  if (resolved === undefined || place.level > deepestLevel) {
    throw refuseScript(
      `The simulator cannot invent \`${place.name}\`: its schema allows nothing, points nowhere or never ends.`,
    );
  }
  if (resolved.const !== undefined) return resolved.const;
  if (Array.isArray(resolved.enum)) return inventChoice(resolved.enum as readonly Json[], place);
  return inventByType(typeOf(resolved, resolving.isDeep), resolved, place);
}

function inventChoice(choices: readonly Json[], { name, variant }: Place): Json {
  const choice = choices[variant % choices.length];
  if (choice === undefined) throw refuseScript(`The schema of \`${name}\` has an empty \`enum\`.`);
  return choice;
}

function typeOf(schema: JsonObject, isDeep: boolean): string {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) {
    const types = (type as readonly Json[]).map(String);
    return (isDeep && types.includes('null') ? 'null' : types[0]) ?? 'string';
  }
  if ('properties' in schema || 'required' in schema || 'additionalProperties' in schema) return 'object';
  if ('items' in schema || 'prefixItems' in schema) return 'array';
  const isNumeric = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'].some(
    (key) => key in schema,
  );
  return isNumeric ? 'number' : 'string';
}

function inventByType(type: string, schema: JsonObject, place: Place): Json {
  switch (type) {
    case 'object':
      return inventObject(schema, place);
    case 'array':
      return inventList(schema, place);
    case 'integer':
    case 'number':
      return inventNumber(schema, type === 'integer', place.variant);
    case 'boolean':
      return place.variant % 2 === 0;
    case 'null':
      return null;
    default:
      return inventText(schema, place.name, place.variant);
  }
}

function inventObject(schema: JsonObject, place: Place): JsonObject {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? (schema.required as readonly Json[]).map(String) : [];
  const isDeep = place.level > deepLevel;
  const names = new Set([...(isDeep ? [] : Object.keys(properties)), ...required]);
  const object: Record<string, Json> = {};
  for (const name of names) {
    const property = Object.hasOwn(properties, name) ? properties[name] : additionalOf(schema);
    setField(object, name, invent(property, { ...place, name, level: place.level + 1 }));
  }
  fillUp(object, schema, place);
  return object;
}

function additionalOf({ additionalProperties }: JsonObject): Json | undefined {
  return isJsonObject(additionalProperties) ? additionalProperties : undefined;
}

/** `minProperties` may ask for more than the schema names. */
function fillUp(object: Record<string, Json>, schema: JsonObject, place: Place): void {
  const least = typeof schema.minProperties === 'number' ? Math.min(schema.minProperties, mostItems) : 0;
  for (let number = 1; Object.keys(object).length < least; number++) {
    object[`field${number}`] = invent(additionalOf(schema), {
      ...place,
      name: `field${number}`,
      level: place.level + 1,
    });
  }
}

function inventList(schema: JsonObject, place: Place): Json[] {
  const { items, prefixItems, minItems, maxItems } = schema;
  const fixed = Array.isArray(prefixItems) ? (prefixItems as readonly Json[]) : [];
  const wanted = place.level > deepLevel || items === false ? 0 : 1;
  const least = Math.max(
    typeof minItems === 'number' ? minItems : 0,
    fixed.length,
    fixed.length === 0 ? wanted : 0,
  );
  const length = Math.min(least, typeof maxItems === 'number' ? maxItems : least);
  if (length > mostItems)
    throw refuseScript(
      `The simulator invents lists of at most ${mostItems} items; \`${place.name}\` wants ${length}.`,
    );
  return Array.from({ length }, (_, index) =>
    invent(fixed[index] ?? items, {
      ...place,
      level: place.level + 1,
      variant: fixed[index] === undefined ? index : 0,
    }),
  );
}
