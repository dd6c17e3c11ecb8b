/** A recorded call as a file for people to read, review and mend. Whatever is no such file is refused with what is wrong. */
import {
  type ErrorCode,
  errorTable,
  isJsonObject,
  type Json,
  type JsonObject,
  KeelsonError,
  parseJson,
} from '@keelson/core';
import { z } from 'zod';
import type { RecordedCall } from './recorded-call.ts';
import { loadText, type StoredText, storeText } from './stored-text.ts';

export const recordingVersion = 1;

/** Where a question or an answer has text that may be long. */
const textFields = ['system', 'prompt', 'body', 'text'] as const;

export function renderCallFile(call: RecordedCall): string {
  const { kind, block, node, occurrence, question, ms, isLeft, pieces, answer, failure } = call;
  return renderFile({
    version: recordingVersion,
    kind,
    block,
    node,
    occurrence,
    question: storeTexts(question),
    ms,
    left: isLeft ? true : undefined,
    ...storePieces(pieces, answer?.text),
    answer: answer && storeTexts(answer),
    failure,
  });
}

export const renderFile = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

function storeTexts(fields: JsonObject): Record<string, unknown> {
  const stored: Record<string, unknown> = { ...fields };
  for (const name of textFields) {
    const text = fields[name];
    if (typeof text === 'string') stored[name] = storeText(text);
  }
  return stored;
}

/** Lengths where the answer says the rest, so that it can be mended in one place. */
function storePieces(pieces: readonly string[], text: Json | undefined): object {
  if (pieces.length === 0) return {};
  if (pieces.join('') !== text) return { heard: pieces };
  return { pieces: pieces.map(({ length }) => length).join(' ') };
}

function loadPieces(
  { pieces, heard }: { pieces?: string | undefined; heard?: string[] | undefined },
  text: string,
) {
  if (pieces === undefined) return heard ?? [];
  const lengths = pieces.split(' ').map(Number);
  let at = 0;
  return lengths.map((length, index) => {
    const from = at;
    at += length;
    return index === lengths.length - 1 ? text.slice(from) : text.slice(from, at);
  });
}

/** Built when the first recording is read: most processes never read one. */
let shape: ReturnType<typeof buildShape> | undefined;

function buildShape() {
  return z
    .discriminatedUnion('kind', [modelShape(), httpShape()])
    .refine(
      ({ answer, failure }) => (answer === undefined) !== (failure === undefined),
      'must have either `answer` or `failure`',
    );
}

function commonShape() {
  return {
    version: z.literal(recordingVersion),
    block: z.string(),
    node: z.string().optional(),
    occurrence: z.int().positive(),
    ms: z.number().nonnegative(),
    left: z.literal(true).optional(),
    pieces: z
      .string()
      .regex(/^\d+( \d+)*$/, 'must be lengths with a blank between them')
      .optional(),
    heard: z.array(z.string()).optional(),
    failure: z.union([errorShape(), failureShape()]).optional(),
  };
}

function modelShape() {
  const count = z.number().nonnegative().nullable();
  return z.strictObject({
    ...commonShape(),
    kind: z.literal('model'),
    question: z.strictObject({
      alias: z.string(),
      system: textShape().optional(),
      prompt: textShape(),
      jsonSchema: z.record(z.string(), z.unknown()).optional(),
      maxOutputTokens: z.number(),
      temperature: z.number(),
    }),
    answer: z
      .strictObject({
        text: textShape(),
        model: z.string().optional(),
        callId: z.string().optional(),
        inputTokens: count,
        outputTokens: count,
        nanoDollars: count,
      })
      .optional(),
  });
}

function httpShape() {
  return z.strictObject({
    ...commonShape(),
    kind: z.literal('http'),
    question: z.strictObject({
      method: z.string(),
      url: z.string(),
      headers: z.record(z.string(), z.string()).optional(),
      body: textShape().optional(),
    }),
    answer: z
      .looseObject({ outcome: z.string(), status: z.number().optional(), text: textShape().optional() })
      .refine(({ outcome, text }) => outcome !== 'answered' || text !== undefined, 'has no `text`')
      .optional(),
  });
}

function textShape() {
  const json = z.unknown().transform((value) => value as Json);
  return z.union([z.string(), z.array(z.string()), z.strictObject({ json })]);
}

function errorShape() {
  const code = z.string().refine((name) => Object.hasOwn(errorTable, name), 'is no error code that is known');
  return z.strictObject({
    code: code.transform((name) => name as ErrorCode),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).default({}),
  });
}

function failureShape() {
  return z.strictObject({
    reason: z.string(),
    errorType: z.string(),
    details: z.record(z.string(), z.unknown()).default({}),
    effect: z.enum(['not_started', 'unknown', 'done']),
    retryAfterMs: z.number().nonnegative().optional(),
    cause: z.record(z.string(), z.unknown()).optional(),
  });
}

/** Throws a sentence about what is wrong, as a `KeelsonError`. */
export function parseCallFile(text: string): RecordedCall {
  const value = readVersioned(text);
  shape ??= buildShape();
  const read = shape.safeParse(value);
  if (!read.success) throw invalid(read.error.issues.map(describeIssue).join('; '));
  const { kind, block, node, occurrence, question, ms, left, pieces, heard, answer, failure } = read.data;
  const said = answer && loadTexts(answer as JsonObject);
  return {
    kind,
    block,
    ...(node !== undefined && { node }),
    occurrence,
    question: loadTexts(question as unknown as JsonObject),
    ms,
    isLeft: left === true,
    pieces: loadPieces({ pieces, heard }, typeof said?.text === 'string' ? said.text : ''),
    ...(said !== undefined && { answer: said }),
    ...(failure !== undefined && { failure: failure as unknown as NonNullable<RecordedCall['failure']> }),
  };
}

function loadTexts(fields: JsonObject): JsonObject {
  const loaded: Record<string, Json> = { ...fields };
  for (const name of textFields)
    if (fields[name] !== undefined) loaded[name] = loadText(fields[name] as StoredText);
  return loaded;
}

/** The document of a file of ours, of a version that this one reads. */
export function readVersioned(text: string): JsonObject {
  const value = parseJson(text, 'file');
  if (!isJsonObject(value) || typeof value.version !== 'number')
    throw invalid('it is no file of a recording');
  const { version } = value;
  if (version > recordingVersion)
    throw invalid(
      `it is of version ${version}, and this Keelson reads up to ${recordingVersion}; update Keelson`,
    );
  return value;
}

export function invalid(complaint: string): KeelsonError {
  return new KeelsonError('configuration_invalid', complaint);
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `\`${path.join('.')}\`: ${message}`;
}
