// What a request asks, as values: the fields of its query, which come as text, and its body.
import { KeelsonError, parseJson } from '@keelson/core';
import { checkValue } from './check-value.ts';
import type { JsonSchema } from './schema.ts';

const nothing: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };

/** `search` is what follows the question mark. Throws `invalid_request`. */
export function readQuery(search: string, schema: JsonSchema = nothing): Record<string, unknown> {
  const query: Record<string, unknown> = Object.create(null);
  for (const [name, value] of new URLSearchParams(search)) {
    if (name in query) throw twice(name);
    query[name] = readField(value, schema.properties?.[name]);
  }
  checkValue(query, schema, 'query');
  return query;
}

function twice(name: string): KeelsonError {
  return new KeelsonError('invalid_request', `\`query.${name.slice(0, 64)}\` is there twice.`, {
    hint: 'Give each field of the query once; several values of one stand in it with commas between.',
    details: { field: `query.${name.slice(0, 64)}` },
  });
}

/** What is no number stays text, and is refused as that. */
function readField(value: string, schema: JsonSchema | undefined): unknown {
  if (schema === undefined) return value;
  switch (schema.type) {
    case 'integer':
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
    case 'boolean':
      return value === 'true' || value === 'false' ? value === 'true' : value;
    case 'array':
      return value.split(',');
    default:
      return value;
  }
}

/** Throws `invalid_request`. */
export function readApiBody(text: string, schema: JsonSchema | undefined): unknown {
  if (schema === undefined) {
    if (text.trim() === '' || text.trim() === '{}') return undefined;
    throw new KeelsonError('invalid_request', 'This takes no body.', { hint: 'Leave the body out.' });
  }
  const body = parseJson(text.trim() === '' ? '{}' : text, 'request body');
  checkValue(body, schema, 'body');
  return body;
}
