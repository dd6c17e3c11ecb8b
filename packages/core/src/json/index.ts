/** Room `json`: JSON values, strict and partial reading, canonical text, and repair of what models write. */
export { maxCanonicalDepth, maxJsonDepth, maxRepairLength, maxRepairNotes } from './bounds.ts';
export { canonicalJson } from './canonical-json.ts';
export { isJsonObject, type Json, type JsonObject, setField } from './json.ts';
export { jsonEqual } from './json-equal.ts';
export { isWithinBounds, parseJson } from './parse-json.ts';
export { type PartialJson, parsePartialJson } from './partial-json.ts';
export { cutNote } from './repair/repair-notes.ts';
export { createSchemaCheck, type SchemaComplaint } from './repair/schema-check.ts';
export { type RepairedJson, repairJson } from './repair-json.ts';
export { sha256, sha256Hex } from './sha256.ts';
export { spliceFields } from './splice-fields.ts';
