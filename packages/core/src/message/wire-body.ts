/** Opens the body of a call or reply, which may be a parsed value, its text or its bytes, and reads headers. */
import { KeelsonError, toKeelsonError } from '../errors/index.ts';
import { isJsonObject, isWithinBounds, type Json, maxJsonDepth, parseJson } from '../json/index.ts';
import { type Reading, WireObject } from './wire-object.ts';

const decoder = new TextDecoder();

/** The body as a JSON value. Leading whitespace, which some hosts send to keep a connection alive, is allowed. */
export function bodyValue(body: unknown): Json {
  if (typeof body === 'string') return parseJson(body);
  if (body instanceof Uint8Array) return parseJson(decoder.decode(body));
  if (isWithinBounds(body as Json, maxJsonDepth)) return body as Json;
  throw new KeelsonError(
    'invalid_json',
    `The body is nested deeper than ${maxJsonDepth} levels or holds a number that JSON cannot hold.`,
    { details: { limit: maxJsonDepth } },
  );
}

/** The same for what a provider answered: whatever is wrong with it is the provider's doing. */
export function replyValue(body: unknown): Json {
  try {
    return bodyValue(body);
  } catch (cause) {
    throw asTheirs(toKeelsonError(cause));
  }
}

function asTheirs(cause: KeelsonError): KeelsonError {
  return new KeelsonError('invalid_response', cause.message, { details: cause.details, cause });
}

/** Like `bodyValue`, but text that is not JSON comes back as it is: error pages of proxies are seldom JSON. */
export function looseBodyValue(body: unknown): Json {
  try {
    return bodyValue(body);
  } catch {
    if (body instanceof Uint8Array) return decoder.decode(body);
    return typeof body === 'string' ? body : null;
  }
}

export function openBody(body: unknown, reading: Reading): WireObject {
  return WireObject.open(bodyValue(body), '', reading);
}

/** Whether a reply's body is an object with a usable `error` field, which some hosts send with status 200. */
export function hasErrorBody(body: Json): boolean {
  return isJsonObject(body) && body.error !== undefined && body.error !== null;
}

/** A name out of a path. One that is not encoded properly stands for itself. */
export function decodePathSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** A name as one segment of a path. Half a character, which no address can hold, becomes the sign for it. */
export function encodePathSegment(name: string): string {
  return encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\ufffd'));
}

/** A header by its lower-case name, whatever case the sender used. */
export function headerOf(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  if (headers[name] !== undefined) return headers[name];
  for (const key of Object.keys(headers)) if (key.toLowerCase() === name) return headers[key];
  return undefined;
}

/** How long the provider asks us to wait. The date form of `retry-after` needs a clock and is left to the transport. */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number | undefined {
  const ms = Number.parseFloat(headerOf(headers, 'retry-after-ms') ?? '');
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const header = headerOf(headers, 'retry-after') ?? '';
  return /^\d+(\.\d+)?$/.test(header) ? Number.parseFloat(header) * 1000 : undefined;
}

/** The same, the other way round. */
export function retryAfterHeaders(ms: number | undefined): Record<string, string> {
  return ms === undefined
    ? {}
    : { 'retry-after': String(Math.ceil(ms / 1000)), 'retry-after-ms': String(ms) };
}
