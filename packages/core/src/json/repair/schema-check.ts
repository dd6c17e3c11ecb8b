/**
 * Whether a value satisfies a JSON schema (draft 2020-12), and if not, which field is wrong. The validator is
 * `@cfworker/json-schema`; nothing else in this room touches it.
 */
import { type Schema, Validator } from '@cfworker/json-schema';
import { KeelsonError } from '../../errors/index.ts';
import type { Json, JsonObject } from '../json.ts';

export interface SchemaComplaint {
  /** The offending field, `items[2].price`; empty for the document itself. */
  readonly field: string;
  readonly keyword: string;
}

/** The first complaint about a value; `undefined` when the value is valid. */
export type SchemaCheck = (value: Json) => SchemaComplaint | undefined;

// Preparing a validator costs more than using it, and the same schema checks every answer of a run.
const validators = new WeakMap<JsonObject, Validator>();

export function createSchemaCheck(schema: JsonObject): SchemaCheck {
  const validator = validatorFor(schema);
  return (value) => {
    const result = guarded(() => validator.validate(value));
    const worst = result.errors.reduce<(typeof result.errors)[number] | undefined>(
      (deepest, error) =>
        deepest === undefined || error.instanceLocation.length > deepest.instanceLocation.length
          ? error
          : deepest,
      undefined,
    );
    if (result.valid) return undefined;
    return { field: fieldPath(worst?.instanceLocation ?? '#'), keyword: worst?.keyword ?? 'schema' };
  };
}

function validatorFor(schema: JsonObject): Validator {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const created = guarded(() => {
    // The validator marks the schema it is given, so it gets a copy.
    const copy = JSON.parse(JSON.stringify(schema)) as Schema;
    return new Validator(copy, '2020-12');
  });
  validators.set(schema, created);
  return created;
}

/** A schema that refers to nothing, to itself without end, or holds a broken pattern makes the validator throw. */
function guarded<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (cause) {
    throw unusableSchema(cause);
  }
}

function unusableSchema(cause: unknown): KeelsonError {
  const message = 'The JSON schema cannot be used: a reference, a pattern or its nesting is broken.';
  return new KeelsonError('invalid_request', message, { details: { field: 'schema' }, cause });
}

/** `#/items/2/price` as people write it. */
function fieldPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => decodeSegment(segment))
    .reduce((path, name) => {
      if (/^\d+$/.test(name)) return `${path}[${name}]`;
      return path === '' ? name : `${path}.${name}`;
    }, '');
}

function decodeSegment(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
