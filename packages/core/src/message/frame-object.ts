/** The JSON object in a frame of a stream. What is none is thrown, for the parser to tell as the stream's end. */
import { KeelsonError } from '../errors/index.ts';
import type { Frame } from '../framing/index.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../json/index.ts';

export function readFrameObject({ data }: Frame, dialect: string): JsonObject {
  const value = readValue(data, dialect);
  if (isJsonObject(value)) return value;
  throw new KeelsonError('invalid_response', 'A frame of the stream is not an object.', {
    details: { dialect },
  });
}

function readValue(data: string, dialect: string): Json {
  try {
    return parseJson(data);
  } catch (cause) {
    throw notJson(cause, dialect);
  }
}

function notJson(cause: unknown, dialect: string): KeelsonError {
  const position = KeelsonError.is(cause) ? cause.details.position : undefined;
  const details = { dialect, ...(position !== undefined && { position }) };
  return new KeelsonError('invalid_response', 'A frame of the stream is not JSON.', { details, cause });
}
