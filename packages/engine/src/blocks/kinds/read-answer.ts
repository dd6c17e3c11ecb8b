/** Makes a value of what a model wrote: finds the JSON in it, mends it, and checks it. One path for every prompt. */
import {
  checkValue,
  cutNote,
  type JsonObject,
  jsonSchemaOf,
  KeelsonError,
  type ModelAnswer,
  type RepairedJson,
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

export async function readAnswer<Output>(
  { text, isCut = false }: Pick<ModelAnswer, 'text' | 'isCut'>,
  schema: Schema<Output>,
): Promise<ReadAnswer<Output>> {
  const jsonSchema = jsonSchemaOf(schema);
  const mended = mend(text, jsonSchema) ?? (jsonSchema === undefined ? undefined : mend(text, undefined));
  if (mended === undefined)
    return { complaints: [{ path: '', rule: 'json' }], advice: ['The answer holds no JSON document.'] };
  if (mended.repairs.includes(cutNote) && (isCut || endsInside(text)))
    return { complaints: [{ path: '', rule: 'cut' }], advice: ['The answer broke off; keep it shorter.'] };
  return checkValue(schema, mended.value);
}

/** A list or object that lost its bracket may have been all there was; one that ends within a value or before one was not. */
function endsInside(text: string): boolean {
  return !/["'\]}`]\s*$/.test(text);
}

function mend(text: string, schema: JsonObject | undefined): RepairedJson | undefined {
  try {
    return repairJson(text, schema);
  } catch (error) {
    if (KeelsonError.is(error)) return undefined;
    throw error;
  }
}
