/** Makes one plain schema of references, `allOf` and alternatives, so that an instance can be invented from its fields. */
import { isJsonObject, type Json, type JsonObject } from '@keelson/core';

const mostReferences = 50;

export interface Resolving {
  readonly root: Json;
  /** Deep down the shortest alternative is taken, so that a schema which contains itself comes to an end. */
  readonly isDeep: boolean;
}

/** A schema object; `true` is the schema without demands. Undefined: nothing satisfies it, or it points nowhere. */
export function resolveSchema(schema: Json | undefined, resolving: Resolving): JsonObject | undefined {
  const followed = followReferences(schema, resolving.root);
  if (followed === undefined) return undefined;
  const { allOf, anyOf, oneOf, ...own } = followed;
  let merged: JsonObject = own;
  for (const part of listOf(allOf)) {
    const resolved = resolveSchema(part, resolving);
    if (resolved === undefined) return undefined;
    merged = mergeSchemas(merged, resolved);
  }
  for (const alternatives of [anyOf, oneOf]) {
    const chosen = chooseAlternative(listOf(alternatives), resolving);
    if (chosen !== undefined) merged = mergeSchemas(merged, chosen);
  }
  return merged;
}

function followReferences(schema: Json | undefined, root: Json): JsonObject | undefined {
  let current = schema;
  for (let followed = 0; followed < mostReferences; followed++) {
    if (current === undefined || current === true) return {};
    if (!isJsonObject(current)) return undefined;
    const { $ref, ...rest } = current;
    if (typeof $ref !== 'string') return current;
    const target = findTarget(root, $ref);
    current = isJsonObject(target) ? mergeSchemas(target, rest) : target;
    if (current === undefined) return undefined;
  }
  return undefined;
}

/** Local references only: `#`, `#/$defs/name`. */
function findTarget(root: Json, reference: string): Json | undefined {
  if (!reference.startsWith('#')) return undefined;
  let target: Json | undefined = root;
  for (const segment of reference.slice(1).split('/').slice(1)) {
    const key = decodeSegment(segment);
    const isField: boolean = typeof target === 'object' && target !== null && Object.hasOwn(target, key);
    target = isField ? (target as JsonObject)[key] : undefined;
  }
  return target;
}

function decodeSegment(segment: string): string {
  const unescaped = segment.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(unescaped);
  } catch {
    return unescaped;
  }
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function chooseAlternative(alternatives: readonly Json[], resolving: Resolving): JsonObject | undefined {
  const ordered = resolving.isDeep ? alternatives.toSorted((a, b) => depthOf(a) - depthOf(b)) : alternatives;
  for (const alternative of ordered) {
    const resolved = resolveSchema(alternative, resolving);
    if (resolved !== undefined) return resolved;
  }
  return undefined;
}

/** Scalars end a branch, objects and references continue it. */
function depthOf(schema: Json): number {
  if (!isJsonObject(schema)) return 0;
  if ('$ref' in schema) return 3;
  return schema.type === 'object' || schema.type === 'array' ? 2 : 1;
}

function mergeSchemas(first: JsonObject, second: JsonObject): JsonObject {
  const properties = joinObjects(first.properties, second.properties);
  const required = [...listOf(first.required), ...listOf(second.required)];
  return {
    ...first,
    ...second,
    ...(properties !== undefined && { properties }),
    ...(required.length > 0 && { required }),
  };
}

function joinObjects(first: Json | undefined, second: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(first)) return isJsonObject(second) ? second : undefined;
  return isJsonObject(second) ? { ...first, ...second } : first;
}
