/**
 * Recovers the JSON that a model meant from the text it wrote: fences, prose, wrong quotes, stray or missing commas, cut
 * tails. It never invents a value: what has two readings is refused, and with a schema the result satisfies it. Strict
 * input belongs in `parse-json.ts`.
 */
import { KeelsonError } from '../errors/index.ts';
import { maxJsonDepth, maxRepairLength } from './bounds.ts';
import type { Json, JsonObject } from './json.ts';
import { coerceToSchema } from './repair/coerce-to-schema.ts';
import { type DocumentFailure, type FoundDocument, findDocuments } from './repair/find-documents.ts';
import { RepairNotes } from './repair/repair-notes.ts';
import { createSchemaCheck, type SchemaComplaint } from './repair/schema-check.ts';
import { describeCharacter, describePosition } from './text-position.ts';

export interface RepairedJson {
  readonly value: Json;
  /** What was mended, in words; empty for a sound document. */
  readonly repairs: readonly string[];
}

/**
 * `repairJson("Sure! {name: 'Ann', tags: ['a', 'b',]}")` gives the value `{ name: 'Ann', tags: ['a', 'b'] }` and what it
 * took to get there. With a schema, the value is valid by it: `{"age": "5"}` becomes `{ age: 5 }` where an integer is
 * wanted. Throws `invalid_json` with the position or the field.
 */
export function repairJson(text: string, schema?: JsonObject): RepairedJson {
  if (text.length > maxRepairLength) throw tooLong();
  const { documents, failure } = findDocuments(text);
  const best = documents[0];
  if (best === undefined) throw unrecoverable(text, failure);
  return schema === undefined ? { value: best.value, repairs: best.repairs } : fitToSchema(documents, schema);
}

/** The first document that is valid as it stands, else the first that becomes valid without loss. */
function fitToSchema(documents: readonly FoundDocument[], schema: JsonObject): RepairedJson {
  const check = createSchemaCheck(schema);
  const complaints = documents.map((document) => check(document.value));
  const valid = documents.find((_, index) => complaints[index] === undefined);
  if (valid !== undefined) return { value: valid.value, repairs: valid.repairs };
  for (const document of documents) {
    const notes = new RepairNotes();
    const value = coerceToSchema(document.value, schema, notes);
    if (check(value) === undefined) return { value, repairs: [...document.repairs, ...notes.list()] };
  }
  throw contradiction(complaints[0] as SchemaComplaint);
}

function tooLong(): KeelsonError {
  const message = `The text is too long to repair: at most ${maxRepairLength} characters are looked at.`;
  return new KeelsonError('invalid_json', message, {
    details: { position: maxRepairLength, limit: maxRepairLength },
  });
}

function unrecoverable(text: string, { position, expected, isTooDeep }: DocumentFailure): KeelsonError {
  const place = `${describePosition(text, position)} (position ${position})`;
  const found = describeCharacter(text, position);
  const message = `No JSON document can be recovered from the text: at ${place} expected ${expected}, but ${found}.`;
  const details = isTooDeep ? { position, limit: maxJsonDepth } : { position, expected };
  return new KeelsonError('invalid_json', message, { details });
}

function contradiction({ field, keyword }: SchemaComplaint): KeelsonError {
  const where = field === '' ? 'The document' : `\`${field}\``;
  const message = `${where} does not satisfy the JSON schema: \`${keyword}\` is violated.`;
  return new KeelsonError('invalid_json', message, { details: { field, expected: keyword } });
}
