/**
 * Schemas that a block may be given: any library of the Standard Schema family, or a plain JSON schema. No library's own types
 * appear in ours.
 */
import { createSchemaCheck, type Json, type JsonObject } from '../json/index.ts';

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  /** Some libraries name the rule that was broken. */
  readonly code?: string | undefined;
}

type SchemaResult<Value> =
  | { readonly value: Value; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** What zod, valibot, arktype and others hand out under `~standard`. */
export interface Schema<Value> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Value> | Promise<SchemaResult<Value>>;
    readonly types?: { readonly input: unknown; readonly output: Value } | undefined;
    readonly jsonSchema?: {
      readonly output: (options: { readonly target: string }) => Record<string, unknown>;
    };
  };
}

/** What is wrong with a value: where and which rule, never the value itself. */
interface SchemaComplaintLine {
  readonly path: string;
  readonly rule: string;
}

export type CheckedValue<Value> =
  | { readonly value: Value }
  | { readonly complaints: readonly SchemaComplaintLine[]; readonly advice: readonly string[] };

const mostComplaints = 25;
const longestAdvice = 200;

/** `advice` holds the library's own sentences: for the model that wrote the value, for nobody else. */
export async function checkValue<Value>(schema: Schema<Value>, value: unknown): Promise<CheckedValue<Value>> {
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return { value: result.value };
  const issues = result.issues.slice(0, mostComplaints);
  return {
    complaints: issues.map((issue) => ({ path: pathOf(issue), rule: issue.code ?? 'invalid' })),
    advice: issues.map((issue) => `${pathOf(issue)}: ${issue.message}`.slice(0, longestAdvice)),
  };
}

function pathOf({ path = [] }: SchemaIssue): string {
  return path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
}

/** The JSON schema of a schema, if its library can tell. */
export function jsonSchemaOf(schema: Schema<unknown>): JsonObject | undefined {
  const { jsonSchema } = schema['~standard'];
  if (jsonSchema === undefined) return undefined;
  try {
    return jsonSchema.output({ target: 'draft-2020-12' }) as unknown as JsonObject satisfies Json;
  } catch {
    // Some types have none, such as a date.
    return undefined;
  }
}

/** A JSON schema as any other schema, for flows that come as text. */
export function schemaOfJson(jsonSchema: JsonObject): Schema<Json> {
  const check = createSchemaCheck(jsonSchema);
  return {
    '~standard': {
      version: 1,
      vendor: 'keelson',
      validate: (value) => {
        const complaint = check(value as Json);
        if (complaint === undefined) return { value: value as Json };
        const { field, keyword } = complaint;
        const message = `violates \`${keyword}\``;
        return { issues: [{ message, path: field === '' ? [] : [field], code: keyword }] };
      },
      jsonSchema: { output: () => jsonSchema as Record<string, unknown> },
    },
  };
}
