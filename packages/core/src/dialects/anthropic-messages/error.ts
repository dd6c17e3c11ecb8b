/** Error bodies of this format, both ways. The `type` decides first, then the status, and the message only for what both leave open. */
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
  type WireCall,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { invokeErrors, isBedrockReply } from '../bedrock-errors.ts';
import { hostOf, name } from './wire.ts';

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

export function parseError(reply: WireReply): KeelsonError {
  if (isBedrockReply(reply)) return invokeErrors.parseError(reply);
  return errorFromBody(reply, looseBodyValue(reply.body));
}

export function errorFromBody(reply: WireReply, body: Json): KeelsonError {
  const vendor = parseVendorError(body, reply.status);
  return toError(vendor, replyDetails(reply, vendor.requestId ?? headerOf(reply.headers, 'request-id')));
}

/** An `error` event of a stream that began with status 200. */
export function errorFromEvent(body: Json): KeelsonError {
  const vendor = parseVendorError(body, 200);
  return toError(vendor, known({ providerRequestId: vendor.requestId }));
}

function toError(vendor: VendorError, details: ErrorDetails): KeelsonError {
  return vendorToError(vendor, codeOf(vendor), details);
}

const tooLong = /prompt is too long|exceed context limit/i;

function codeOf({ type, status = 200, message }: VendorError): ErrorCode {
  // The API has no type of its own for these (observed October 2026).
  if (tooLong.test(message)) return 'context_too_long';
  if (/credit balance is too low/i.test(message)) return 'quota_exhausted';
  if (/blocked by content filter/i.test(message)) return 'content_blocked';
  if (type !== undefined && Object.hasOwn(codesByType, type)) return codesByType[type] as ErrorCode;
  return codeOfStatus(status);
}

function parseVendorError(body: Json, status: number): VendorError {
  if (!isJsonObject(body)) return pageError(body, status, name);
  const wire = WireObject.open(body, '', 'lenient');
  wire.constant('type', 'error');
  const requestId = wire.string('request_id');
  const error = wire.object('error');
  const fields = error ?? wire;
  return {
    dialect: name,
    status,
    message: fields.string('message') ?? '',
    ...known({ type: fields.string('type'), requestId }),
    form: error === undefined ? 'flat' : 'object',
    ...rememberError(wire, name),
  };
}

export function renderError(error: KeelsonError, call?: Pick<WireCall, 'path'>): WireReply {
  if (call !== undefined && hostOf(call.path) === 'invoke') return invokeErrors.renderError(error);
  return renderErrorReply(error, name, { vendor: renderVendor, ours: renderOurs });
}

function renderVendor(vendor: VendorError): Json {
  const { message, type, form, requestId: request_id } = vendor;
  const fields = present({ type, message: message === '' ? undefined : message });
  const wire =
    form === 'flat'
      ? present({ ...fields, request_id })
      : present({ type: 'error', error: fields, request_id });
  applyRemembered(wire, vendor);
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

function renderOurs({ code, details, row }: KeelsonError, said: string): Json {
  const type = typesByStatus[row.status] ?? (row.status < 500 ? 'invalid_request_error' : 'api_error');
  // Clients know this one by its message, as `codeOf` does.
  const isUnsaid = code === 'context_too_long' && !tooLong.test(said);
  const message = isUnsaid ? `prompt is too long: ${said}` : said;
  return present({ type: 'error', error: { type, message }, request_id: details.providerRequestId });
}
