/** Small questions about a JSON schema: where a reference leads, which types it allows. Nothing here judges a value. */
import { isJsonObject, type Json, type JsonObject } from '../json.ts';

const maxReferences = 16;

/** The schema object itself, references inside the document followed; `undefined` for `true`, `false` and foreign ones. */
export function resolveSchema(schema: Json | undefined, root: JsonObject): JsonObject | undefined {
  let current: Json | undefined = schema;
  for (let hop = 0; hop < maxReferences; hop++) {
    if (!isJsonObject(current)) return undefined;
    const reference: Json | undefined = current.$ref;
    if (typeof reference !== 'string') return current;
    current = lookUp(reference, root);
  }
  return undefined;
}

function lookUp(reference: string, root: JsonObject): Json | undefined {
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) return undefined;
  let current: Json | undefined = root;
  for (const segment of reference.slice(2).split('/')) {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined;
    current = (current as JsonObject)[name];
  }
  return current;
}

/** The types that a schema names or that its listed values have; `undefined` when it does not say. */
export function typesOf(schema: JsonObject): readonly string[] | undefined {
  const type = schema.type;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return (type as readonly Json[]).filter((name) => typeof name === 'string');
  const listed = schema.enum;
  if (Array.isArray(listed)) return [...new Set((listed as readonly Json[]).map(typeOf))];
  return schema.const === undefined ? undefined : [typeOf(schema.const)];
}

/** The alternatives of a schema. */
export function branchesOf(schema: JsonObject): readonly Json[] {
  const branches = schema.anyOf ?? schema.oneOf;
  return Array.isArray(branches) ? (branches as readonly Json[]) : [];
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
