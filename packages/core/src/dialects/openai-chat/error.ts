/**
 * Error bodies of this format, both ways. Codes and types decide first; the message only where hosts give nothing else. The layouts are the
 * official one and those recorded from compatible hosts (2026): a bare text, flat fields, `detail`.
 */
import { type ErrorCode, KeelsonError, type VendorError } from '../../errors/index.ts';
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyAnnotations,
  headerOf,
  known,
  looseBodyValue,
  present,
  retryAfterHeaders,
  retryAfterMs,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { name } from './wire.ts';

const codesByWord: Readonly<Record<string, ErrorCode>> = {
  context_length_exceeded: 'context_too_long',
  exceed_context_size_error: 'context_too_long',
  string_above_max_length: 'request_too_large',
  model_not_found: 'model_not_found',
  invalid_api_key: 'provider_authentication_failed',
  authentication_error: 'provider_authentication_failed',
  permission_error: 'provider_permission_denied',
  forbidden: 'provider_permission_denied',
  insufficient_quota: 'quota_exhausted',
  billing_hard_limit_reached: 'quota_exhausted',
  rate_limit_exceeded: 'rate_limited',
  rate_limit_error: 'rate_limited',
  content_filter: 'content_blocked',
  content_policy_violation: 'content_blocked',
  overloaded_error: 'provider_overloaded',
};

const codesByStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  401: 'provider_authentication_failed',
  402: 'quota_exhausted',
  403: 'provider_permission_denied',
  404: 'model_not_found',
  408: 'provider_timeout',
  409: 'conflict',
  413: 'request_too_large',
  422: 'invalid_request',
  429: 'rate_limited',
  498: 'provider_overloaded',
  503: 'provider_unavailable',
  504: 'provider_timeout',
  529: 'provider_overloaded',
};

export function parseError(reply: WireReply): KeelsonError {
  return errorFromBody(reply, looseBodyValue(reply.body));
}

export function errorFromBody(reply: WireReply, body: Json): KeelsonError {
  const vendor = parseVendorError(body, reply.status);
  return toError(vendor, {
    ...(reply.status >= 400 && { providerStatus: reply.status }),
    ...known({
      providerRequestId: headerOf(reply.headers, 'x-request-id'),
      retryAfterMs: retryAfterMs(reply.headers),
    }),
  });
}

/** The error object of a chunk in a stream that began with status 200. */
export function errorFromChunk(body: Json): KeelsonError {
  return toError(parseVendorError(body, 200), {});
}

function toError(vendor: VendorError, details: object): KeelsonError {
  const field = vendor.param === undefined ? {} : { field: vendor.param };
  const message = vendor.message === '' ? 'The provider gave no message.' : vendor.message;
  return new KeelsonError(codeOf(vendor), message, {
    details: { dialect: name, ...field, ...details },
    vendor,
  });
}

function codeOf({ code, type, status, message }: VendorError): ErrorCode {
  const word = [code, type].find((candidate) => Object.hasOwn(codesByWord, String(candidate)));
  const isTooLong = /maximum context length|context (size|window|length)|too many tokens/i.test(message);
  if (word !== undefined && !(isTooLong && status === 400)) return codesByWord[String(word)] as ErrorCode;
  if (isTooLong) return 'context_too_long';
  const effective = status !== undefined && status >= 400 ? status : Number(code);
  return (
    codesByStatus[effective] ?? (effective >= 400 && effective < 500 ? 'invalid_request' : 'provider_error')
  );
}

function parseVendorError(body: Json, status: number): VendorError {
  if (!isJsonObject(body)) return { dialect: name, status, form: 'text', message: textOf(body, status) };
  const wire = WireObject.open(body, '', 'lenient');
  const error = wire.object('error');
  if (error !== undefined) return { ...readFields(error), status, ...remember(wire, 'error') };
  const text = wire.string('error');
  if (text !== undefined) return { dialect: name, status, message: text, ...remember(wire, 'error-text') };
  const detail = wire.string('detail');
  if (detail !== undefined) return { dialect: name, status, message: detail, ...remember(wire, 'detail') };
  return { ...readFields(wire), status, ...remember(wire, 'flat') };
}

function readFields(wire: WireObject): VendorError {
  const code = wire.string('code') ?? wire.number('code');
  return {
    dialect: name,
    message: wire.string('message') ?? '',
    ...known({ type: wire.string('type'), param: wire.string('param'), code }),
  };
}

function remember(wire: WireObject, form: string): Pick<VendorError, 'form' | 'nulls' | 'extensions'> {
  const { extensions, spelling } = wire.annotations(name);
  return { form, ...known({ nulls: spelling?.nulls, extensions: extensions?.[name] }) };
}

/** Error pages of proxies are text of any length; their beginning is enough. */
function textOf(body: Json, status: number): string {
  const text = typeof body === 'string' ? body.trim().slice(0, 500) : '';
  return text === '' ? `The provider answered with status ${status} and no message.` : text;
}

export function renderError(error: KeelsonError): WireReply {
  const { vendor } = error;
  const isOwn = vendor?.dialect === name;
  const headers = { 'content-type': 'application/json', ...retryAfterHeaders(error.details.retryAfterMs) };
  const status =
    isOwn && vendor.status !== undefined && vendor.status >= 400 ? vendor.status : error.row.status;
  return { status, headers, body: isOwn ? renderVendor(vendor) : renderOurs(error) };
}

function renderVendor(vendor: VendorError): Json {
  const { message, form, nulls, extensions } = vendor;
  if (form === 'text') return message;
  const wire = renderLayout(vendor);
  applyAnnotations(
    wire,
    {
      ...(extensions && { extensions: { [name]: extensions as Record<string, Json> } }),
      spelling: { dialect: name, nulls: nulls ?? [] },
    },
    name,
  );
  return wire;
}

function renderLayout({ message, form, type, param, code }: VendorError): Record<string, Json> {
  if (form === 'error-text') return { error: message };
  if (form === 'detail') return { detail: message };
  const fields = present({ message: message === '' ? undefined : message, type, param, code });
  return form === 'flat' ? fields : { error: fields };
}

/** The official types, by who is at fault. */
function renderOurs(error: KeelsonError): Json {
  const { code, details, row, vendor } = error;
  // A vendor's message says all there is to say; ours comes with the advice of the error table.
  const message = vendor === undefined ? `${error.message} ${error.hint}` : error.message;
  return {
    error: { message, type: typeOf(code, row.status), param: details.field ?? null, code: wordFor(code) },
  };
}

/** Our code, but where clients look for the official word. */
function wordFor(code: ErrorCode): string {
  return code === 'context_too_long' ? 'context_length_exceeded' : code;
}

function typeOf(code: ErrorCode, status: number): string {
  if (code === 'rate_limited') return 'rate_limit_error';
  if (code === 'quota_exhausted') return 'insufficient_quota';
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
