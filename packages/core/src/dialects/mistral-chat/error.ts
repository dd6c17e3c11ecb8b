/**
 * Error bodies of this format, both ways: flat fields with `object: "error"`, a message that may be an object itself, and
 * `detail` as text or as a list where the request did not get as far as the model.
 */
import type { ErrorCode, ErrorDetails, KeelsonError, VendorError } from '../../errors/index.ts';
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyRemembered,
  codeOfStatus,
  headerOf,
  known,
  looseBodyValue,
  pageError,
  present,
  rememberError,
  renderErrorReply,
  replyDetails,
  vendorToError,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { name } from './wire.ts';

const codesByType: Readonly<Record<string, ErrorCode>> = {
  invalid_model: 'model_not_found',
  context_length_exceeded: 'context_too_long',
  insufficient_quota: 'quota_exhausted',
  rate_limited: 'rate_limited',
  service_tier_capacity_exceeded: 'rate_limited',
  guardrail_violation: 'content_blocked',
  content_blocked: 'content_blocked',
};

export function parseError(reply: WireReply): KeelsonError {
  return errorFromBody(reply, looseBodyValue(reply.body));
}

export function errorFromBody(reply: WireReply, body: Json): KeelsonError {
  const details = replyDetails(reply, headerOf(reply.headers, 'mistral-correlation-id'));
  return toError(parseVendorError(body, reply.status), details);
}

/** An error told in a stream, or in an answer, that began with status 200. */
export function errorFromChunk(body: Json): KeelsonError {
  return toError(parseVendorError(body, 200), {});
}

/** Whether a body says by its shape that it is an error, whatever its status was. */
export function isErrorBody(body: Json): boolean {
  if (!isJsonObject(body) || Array.isArray(body.choices)) return false;
  return body.object === 'error' || isJsonObject(body.error) || typeof body.error === 'string';
}

function toError(vendor: VendorError, details: ErrorDetails): KeelsonError {
  return vendorToError(vendor, codeOf(vendor), details);
}

function codeOf({ type, status, message, extensions }: VendorError): ErrorCode {
  if (/too large for model|maximum context length|context (window|length)/i.test(message))
    return 'context_too_long';
  const isFailure = status !== undefined && status >= 400;
  const code = type !== undefined && Object.hasOwn(codesByType, type) ? codesByType[type] : undefined;
  // A type never outweighs a status that says whose fault it is.
  if (code !== undefined && !(isFailure && status >= 500)) return code;
  return codeOfStatus(isFailure ? status : Number(extensions?.raw_status_code));
}

function parseVendorError(body: Json, status: number): VendorError {
  if (!isJsonObject(body)) return pageError(body, status, name);
  const wire = WireObject.open(body, '', 'lenient');
  const error = wire.object('error');
  if (error !== undefined)
    return { ...readFields(error), status, ...rememberError(wire, name), form: 'error' };
  const detail = wire.string('detail') ?? wire.string('error');
  if (detail !== undefined) {
    const form = wire.has('detail') ? 'detail' : 'error-text';
    return { dialect: name, status, message: detail, ...rememberError(wire, name), form };
  }
  const form = wire.constant('object', 'error') ? 'flat' : 'bare';
  return { ...readFields(wire), status, ...rememberError(wire, name), form };
}

function readFields(wire: WireObject): VendorError {
  const code = wire.string('code') ?? wire.number('code');
  const message = wire.string('message');
  return {
    dialect: name,
    message: message ?? textIn(wire.peek('message') ?? wire.peek('detail')),
    ...known({ type: wire.string('type'), param: wire.string('param'), code }),
  };
}

/** The complaints in a list of validation errors; the list itself stays among the unknown fields and so comes back. */
function textIn(value: Json | undefined): string {
  const list = isJsonObject(value) ? value.detail : value;
  if (!Array.isArray(list)) return value === undefined || value === null ? '' : JSON.stringify(value);
  const texts = (list as readonly Json[]).map((entry) => {
    if (!isJsonObject(entry) || typeof entry.msg !== 'string') return JSON.stringify(entry);
    return Array.isArray(entry.loc) ? `${entry.loc.join('.')}: ${entry.msg}` : entry.msg;
  });
  return texts.join('; ');
}

export function renderError(error: KeelsonError): WireReply {
  return renderErrorReply(error, name, { vendor: renderVendor, ours: renderOurs });
}

function renderVendor(vendor: VendorError): Json {
  const wire = renderLayout(vendor);
  applyRemembered(wire, vendor);
  return wire;
}

function renderLayout({ message, form, type, param, code, extensions }: VendorError): Record<string, Json> {
  if (form === 'detail') return { detail: message };
  if (form === 'error-text') return { error: message };
  const isTold = extensions !== undefined && ('message' in extensions || 'detail' in extensions);
  const fields = present({ message: message === '' || isTold ? undefined : message, type, param, code });
  if (form === 'error') return { error: fields };
  return form === 'flat' ? { object: 'error', ...fields } : fields;
}

function renderOurs({ code, details, row }: KeelsonError, message: string): Json {
  return {
    object: 'error',
    message,
    type: typeOf(code, row.status),
    param: details.field ?? null,
    code,
    raw_status_code: row.status,
  };
}

function typeOf(code: ErrorCode, status: number): string {
  switch (code) {
    case 'rate_limited':
    case 'content_blocked':
      return code;
    case 'limit_reached':
      return 'rate_limited';
    case 'context_too_long':
      return 'context_length_exceeded';
    case 'quota_exhausted':
    case 'budget_exhausted':
      return 'insufficient_quota';
    case 'model_not_found':
      return 'invalid_model';
    default:
      return status < 500 ? 'invalid_request_error' : 'internal_server_error';
  }
}
