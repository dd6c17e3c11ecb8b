/** Makes a value of what a model wrote: finds the JSON in it, mends it, and checks it. One path for every prompt. */
import {
  checkValue,
  type Json,
  type JsonObject,
  jsonSchemaOf,
  KeelsonError,
  repairJson,
  type Schema,
} from '@keelson/core';

export type ReadAnswer<Output> =
  | { readonly value: Output }
  | {
      /** For the failure: where and which rule, never what was written. */
      readonly complaints: readonly { readonly path: string; readonly rule: string }[];
      /** For the model that wrote it. */
      readonly advice: readonly string[];
    };

export async function readAnswer<Output>(text: string, schema: Schema<Output>): Promise<ReadAnswer<Output>> {
  const jsonSchema = jsonSchemaOf(schema);
  const mended = mend(text, jsonSchema) ?? (jsonSchema === undefined ? undefined : mend(text, undefined));
  if (mended === undefined)
    return { complaints: [{ path: '', rule: 'json' }], advice: ['The answer holds no JSON document.'] };
  return checkValue(schema, mended.value);
}

function mend(text: string, schema: JsonObject | undefined): { readonly value: Json } | undefined {
  try {
    return repairJson(text, schema);
  } catch (error) {
    if (KeelsonError.is(error)) return undefined;
    throw error;
  }
}
