/** Error bodies of this format, both ways: an id and a message, the same in both versions. The status decides, and the message where it leaves more open. */
import type { ErrorCode, KeelsonError, VendorError } from '../../errors/index.ts';
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
import { name } from './wire.ts';

export function parseError(reply: WireReply): KeelsonError {
  return errorFromBody(reply, looseBodyValue(reply.body));
}

export function errorFromBody(reply: WireReply, body: Json): KeelsonError {
  const vendor = parseVendorError(body, reply.status);
  const requestId = vendor.requestId ?? headerOf(reply.headers, 'x-debug-trace-id');
  return vendorToError(vendor, codeOf(vendor), replyDetails(reply, requestId));
}

/** An error told inside a stream or answer that began with status 200. */
export function errorFromEvent(body: Json): KeelsonError {
  const vendor = parseVendorError(body, 200);
  return vendorToError(vendor, codeOf(vendor), known({ providerRequestId: vendor.requestId }));
}

/** The end of a stream that failed: `error` beside the reason. */
export function errorFromEnd(message: string): KeelsonError {
  const vendor = { dialect: name, status: 200, message, form: 'end' };
  return vendorToError(vendor, codeOf(vendor), {});
}

/** A body that says nothing but that something failed, where an answer or event was expected. */
export function isErrorBody(body: JsonObject): boolean {
  return typeof body.message === 'string' && body.type === undefined && body.event_type === undefined;
}

const tooLong = /too many tokens|too long|exceeds the (maximum|context)/i;
const outOfQuota = /calls? ?\/ ?month|billing|payment|quota/i;

/** Statuses that mean something else here than elsewhere (API reference, October 2026). */
const codesByStatus: Readonly<Record<number, ErrorCode>> = {
  402: 'quota_exhausted',
  // A token on a list of denied ones, in the request or in the answer.
  498: 'content_blocked',
  501: 'invalid_request',
};

function codeOf({ status = 200, message }: VendorError): ErrorCode {
  // A request that took too long is another matter.
  if (status < 500 && status !== 408 && tooLong.test(message)) return 'context_too_long';
  if (status === 429 && outOfQuota.test(message)) return 'quota_exhausted';
  return codesByStatus[status] ?? codeOfStatus(status);
}

function parseVendorError(body: Json, status: number): VendorError {
  if (!isJsonObject(body)) return pageError(body, status, name);
  const wire = WireObject.open(body, '', 'lenient');
  // Gateways in front of the API say `error` instead.
  const error = typeof body.message === 'string' ? undefined : wire.string('error');
  return {
    dialect: name,
    status,
    message: error ?? wire.string('message') ?? '',
    ...known({ type: wire.string('error_type'), requestId: wire.string('id') }),
    form: error === undefined ? 'object' : 'error',
    ...rememberError(wire, name),
  };
}

export function renderError(error: KeelsonError): WireReply {
  return renderErrorReply(error, name, { vendor: renderVendor, ours: renderOurs });
}

function renderVendor(vendor: VendorError): Json {
  const { message, type, form, requestId: id } = vendor;
  const said = message === '' ? undefined : message;
  const wire = present({ id, [form === 'error' ? 'error' : 'message']: said, error_type: type });
  applyRemembered(wire, vendor);
  return wire;
}

/** What the end of a stream says of the error that broke it off. */
export function errorText(error: KeelsonError): string {
  const { message } = renderErrorReply(error, name, { vendor: renderVendor, ours: renderOurs }).body as {
    message?: string;
  };
  return message ?? error.message;
}

function renderOurs({ code, details }: KeelsonError, said: string): Json {
  // Clients know this one by its message, as `codeOf` does.
  const isUnsaid = code === 'context_too_long' && !tooLong.test(said);
  return present({ id: details.providerRequestId, message: isUnsaid ? `too many tokens: ${said}` : said });
}
