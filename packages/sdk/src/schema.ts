/**
 * Structured output: any schema that speaks the Standard Schema interface (zod, valibot, arktype and others) says what is asked
 * of the model and what is made of its answer. No library of schemas is needed here.
 */
import { type JsonObject, KeelsonError } from '@keelson/core';

/** The part of https://standardschema.dev that is used, and of its extension that knows its JSON schema. */
export interface Schema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
    readonly jsonSchema?: { readonly input: (options: { readonly target: string }) => object };
  };
}

type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export type OutputOf<Type extends Schema> = Type extends Schema<infer Output> ? Output : never;

/** The answer is not what was asked for. `text` is what the model wrote. */
export class OutputError extends KeelsonError {
  readonly text: string;
  readonly issues: readonly SchemaIssue[];

  constructor(text: string, issues: readonly SchemaIssue[], cause?: unknown) {
    const [first] = issues;
    const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
    super('invalid_response', `The answer does not fit the schema: ${first && describe(first)}${more}`, {
      hint: 'What the model wrote is in `text`; ask again, or describe the fields of the schema.',
      cause,
    });
    this.text = text;
    this.issues = issues;
  }
}

function describe({ path = [], message }: SchemaIssue): string {
  const place = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return place === '' ? message : `${place}: ${message}`;
}

/**
 * For schemas whose library does not know their JSON schema.
 *
 * @example
 * withJsonSchema(v.object({ name: v.string() }), toJsonSchema(...))
 */
export function withJsonSchema<Output>(schema: Schema<Output>, jsonSchema: object): Schema<Output> {
  return { '~standard': { ...schema['~standard'], jsonSchema: { input: () => jsonSchema } } };
}

/** What the model is told. `what` names the schema in errors. */
export function jsonSchemaOf(schema: Schema, what: string): JsonObject {
  const standard = schema?.['~standard'];
  if (typeof standard?.validate !== 'function')
    throw unusable(
      `${what} is no Standard Schema`,
      'Use a schema of zod, valibot, arktype or another such library.',
    );
  const { jsonSchema, vendor } = standard;
  const hint = 'Hand its JSON schema over with `withJsonSchema(schema, jsonSchema)`.';
  if (jsonSchema === undefined) throw unusable(`${what}, of ${vendor}, does not know its JSON schema`, hint);
  try {
    const { $schema: _, ...rest } = jsonSchema.input({ target: 'draft-2020-12' }) as JsonObject;
    return rest;
  } catch (cause) {
    throw unusable(`${what}, of ${vendor}, holds what JSON schema cannot say`, hint, cause);
  }
}

function unusable(why: string, hint: string, cause?: unknown): KeelsonError {
  return new KeelsonError('invalid_request', `${why}.`, { hint, details: { field: 'schema' }, cause });
}

export async function parseOutput<Output>(schema: Schema<Output>, text: string): Promise<Output> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notJson(text, cause);
  }
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return result.value;
  throw new OutputError(text, result.issues);
}

function notJson(text: string, cause: unknown): OutputError {
  const message = text === '' ? 'the answer is empty.' : 'the answer is not JSON.';
  return new OutputError(text, [{ message }], cause);
}
