/** Error bodies of this format, both ways. The `type` decides first, then the status, and the message only for what both leave open. */
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

const codesByType: Readonly<Record<string, ErrorCode>> = {
  invalid_request_error: 'invalid_request',
  authentication_error: 'provider_authentication_failed',
  billing_error: 'quota_exhausted',
  permission_error: 'provider_permission_denied',
  not_found_error: 'model_not_found',
  request_too_large: 'request_too_large',
  rate_limit_error: 'rate_limited',
  timeout_error: 'provider_timeout',
  overloaded_error: 'provider_overloaded',
  conflict_error: 'conflict',
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
  429: 'rate_limited',
  503: 'provider_unavailable',
  504: 'provider_timeout',
  529: 'provider_overloaded',
};

export function parseError(reply: WireReply): KeelsonError {
  return errorFromBody(reply, looseBodyValue(reply.body));
}

export function errorFromBody(reply: WireReply, body: Json): KeelsonError {
  const { vendor, requestId } = parseVendorError(body, reply.status);
  return toError(vendor, {
    ...(reply.status >= 400 && { providerStatus: reply.status }),
    ...known({
      providerRequestId: requestId ?? headerOf(reply.headers, 'request-id'),
      retryAfterMs: retryAfterMs(reply.headers),
    }),
  });
}

/** An `error` event of a stream that began with status 200. */
export function errorFromEvent(body: Json): KeelsonError {
  const { vendor, requestId } = parseVendorError(body, 200);
  return toError(vendor, known({ providerRequestId: requestId }));
}

function toError(vendor: VendorError, details: object): KeelsonError {
  const message = vendor.message === '' ? 'The provider gave no message.' : vendor.message;
  return new KeelsonError(codeOf(vendor), message, { details: { dialect: name, ...details }, vendor });
}

const tooLong = /prompt is too long|exceed context limit/i;

function codeOf({ type, status = 200, message }: VendorError): ErrorCode {
  // The API has no type of its own for these two (observed October 2026).
  if (tooLong.test(message)) return 'context_too_long';
  if (/credit balance is too low/i.test(message)) return 'quota_exhausted';
  if (type !== undefined && Object.hasOwn(codesByType, type)) return codesByType[type] as ErrorCode;
  return codesByStatus[status] ?? (status >= 400 && status < 500 ? 'invalid_request' : 'provider_error');
}

function parseVendorError(
  body: Json,
  status: number,
): { vendor: VendorError; requestId: string | undefined } {
  if (!isJsonObject(body)) {
    const text = typeof body === 'string' ? body.trim().slice(0, 500) : '';
    const message = text === '' ? `The provider answered with status ${status} and no message.` : text;
    return { vendor: { dialect: name, status, form: 'text', message }, requestId: undefined };
  }
  const wire = WireObject.open(body, '', 'lenient');
  wire.constant('type', 'error');
  const requestId = wire.string('request_id');
  const error = wire.object('error');
  const fields = error ?? wire;
  const vendor = {
    dialect: name,
    status,
    message: fields.string('message') ?? '',
    ...known({ type: fields.string('type'), param: requestId }),
    form: error === undefined ? 'flat' : 'object',
  };
  const { extensions, spelling } = wire.annotations(name);
  return {
    vendor: { ...vendor, ...known({ nulls: spelling?.nulls, extensions: extensions?.[name] }) },
    requestId,
  };
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
  const { message, type, form, nulls, extensions, param: requestId } = vendor;
  if (form === 'text') return message;
  const fields = present({ type, message: message === '' ? undefined : message });
  const wire =
    form === 'flat'
      ? present({ ...fields, request_id: requestId })
      : present({ type: 'error', error: fields, request_id: requestId });
  const unknown =
    extensions === undefined ? {} : { extensions: { [name]: extensions as Record<string, Json> } };
  applyAnnotations(wire, { ...unknown, spelling: { dialect: name, nulls: nulls ?? [] } }, name);
  return wire;
}

/** The official types, by what the status means. */
const typesByStatus: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function renderOurs(error: KeelsonError): Json {
  const { status } = error.row;
  const type = typesByStatus[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  // A vendor's message says all there is to say; ours comes with the advice of the error table.
  const said = error.vendor === undefined ? `${error.message} ${error.hint}` : error.message;
  // Clients know this one by its message, as `codeOf` does.
  const isUnsaid = error.code === 'context_too_long' && !tooLong.test(said);
  const message = isUnsaid ? `prompt is too long: ${said}` : said;
  return present({ type: 'error', error: { type, message }, request_id: error.details.providerRequestId });
}
