/**
 * Errors of this format, both ways: bodies, the event of a stream, and the field of an answer that failed. Codes and types
 * decide first; the message only where hosts give nothing else (xAI, the ChatGPT backend; recorded 2026).
 */
import type { ErrorCode, ErrorDetails, KeelsonError, VendorError } from '../../errors/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
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
import { readOpenAiError, renderOpenAiError } from '../openai-errors.ts';
import { name } from './wire.ts';

const codesByWord: Readonly<Record<string, ErrorCode>> = {
  context_length_exceeded: 'context_too_long',
  string_above_max_length: 'request_too_large',
  model_not_found: 'model_not_found',
  invalid_api_key: 'provider_authentication_failed',
  authentication_error: 'provider_authentication_failed',
  permission_error: 'provider_permission_denied',
  insufficient_quota: 'quota_exhausted',
  billing_hard_limit_reached: 'quota_exhausted',
  rate_limit_exceeded: 'rate_limited',
  rate_limit_error: 'rate_limited',
  usage_limit_reached: 'rate_limited',
  content_filter: 'content_blocked',
  content_policy_violation: 'content_blocked',
  bio_policy: 'content_blocked',
  misalignment_policy_violation: 'content_blocked',
  image_content_policy_violation: 'content_blocked',
  server_is_overloaded: 'provider_overloaded',
  overloaded_error: 'provider_overloaded',
};

export function parseError(reply: WireReply): KeelsonError {
  return errorFromBody(reply, looseBodyValue(reply.body));
}

export function errorFromBody(reply: WireReply, body: Json): KeelsonError {
  const details = replyDetails(reply, headerOf(reply.headers, 'x-request-id'));
  return toError(parseVendorError(body, reply.status), details);
}

/** An `error` event, whose fields stand in it flat or, with some hosts, in an object. */
export function errorFromEvent(event: JsonObject): KeelsonError {
  const { type: _type, sequence_number: _number, ...fields } = event;
  return toError(parseVendorError(fields, 200), {});
}

/** An answer that failed, with whatever it says of the reason. */
export function errorFromResponse(response: JsonObject, status: number): KeelsonError {
  return toError(parseVendorError({ error: response.error ?? {} }, status), {});
}

function toError(vendor: VendorError, details: ErrorDetails): KeelsonError {
  return vendorToError(vendor, codeOf(vendor), details);
}

function codeOf({ code, type, status, message }: VendorError): ErrorCode {
  const word = [code, type].find((candidate) => Object.hasOwn(codesByWord, String(candidate)));
  if (word !== undefined) return codesByWord[String(word)] as ErrorCode;
  if (/maximum context length|context (window|length)|exceeds the context/i.test(message))
    return 'context_too_long';
  // xAI answers both of these with status 400 and one code.
  if (/^incorrect api key/i.test(message)) return 'provider_authentication_failed';
  if (/^model not found/i.test(message)) return 'model_not_found';
  if (status !== undefined && status >= 400) return codeOfStatus(status);
  return type === 'invalid_request_error' || String(code).startsWith('invalid_')
    ? 'invalid_request'
    : codeOfStatus(Number(code));
}

function parseVendorError(body: Json, status: number): VendorError {
  if (!isJsonObject(body)) return pageError(body, status, name);
  const wire = WireObject.open(body, '', 'lenient');
  const error = wire.object('error');
  if (error !== undefined)
    return { ...readOpenAiError(error, name), status, ...rememberError(wire, name), form: 'error' };
  const text = wire.string('error');
  if (text !== undefined) {
    const code = wire.string('code') ?? wire.number('code');
    const fields = known({ code });
    return {
      dialect: name,
      status,
      message: text,
      ...fields,
      ...rememberError(wire, name),
      form: 'error-text',
    };
  }
  const detail = wire.string('detail');
  if (detail !== undefined)
    return { dialect: name, status, message: detail, ...rememberError(wire, name), form: 'detail' };
  return { ...readOpenAiError(wire, name), status, ...rememberError(wire, name), form: 'flat' };
}

export function renderError(error: KeelsonError): WireReply {
  return renderErrorReply(error, name, { vendor: renderVendor, ours: renderOpenAiError });
}

/** The event that ends a stream: the fields of the error stand in it flat. */
export function renderErrorEvent(error: KeelsonError, sequence: number): Record<string, Json> {
  const { body } = renderError(error);
  const fields = isJsonObject(body as Json) ? (body as JsonObject) : { message: error.message };
  const inner = isJsonObject(fields.error) ? fields.error : fields;
  const { message = fields.error ?? fields.detail ?? error.message, code = null, param = null } = inner;
  return { type: 'error', code, message, param, sequence_number: sequence };
}

function renderVendor(vendor: VendorError): Json {
  const wire = renderLayout(vendor);
  applyRemembered(wire, vendor);
  return wire;
}

function renderLayout({ message, form, type, param, code }: VendorError): Record<string, Json> {
  if (form === 'error-text') return present({ code, error: message });
  if (form === 'detail') return { detail: message };
  const fields = present({ message: message === '' ? undefined : message, type, param, code });
  return form === 'flat' ? fields : { error: fields };
}
