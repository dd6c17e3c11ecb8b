/** The JSON object in a frame of a stream; what is none becomes an error to be told as an event. */
import { KeelsonError } from '../errors/index.ts';
import type { Frame } from '../framing/index.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../json/index.ts';

export function readFrameObject({ data }: Frame, dialect: string): JsonObject | KeelsonError {
  let value: Json;
  try {
    value = parseJson(data);
  } catch (cause) {
    const position = KeelsonError.is(cause) ? cause.details.position : undefined;
    const details = { dialect, ...(position !== undefined && { position }) };
    return new KeelsonError('invalid_response', 'A frame of the stream is not JSON.', { details, cause });
  }
  if (isJsonObject(value)) return value;
  return new KeelsonError('invalid_response', 'A frame of the stream is not an object.', {
    details: { dialect },
  });
}
