/**
 * Error bodies of Google's interfaces, both ways, the same for answers and embeddings: a number, a status word and a message.
 * The word decides, then the HTTP status; the message only where both are vague.
 */
import type { ErrorCode, ErrorDetails, KeelsonError, VendorError } from '../errors/index.ts';
import { isJsonObject, type Json } from '../json/index.ts';
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
} from '../message/index.ts';

const codesByWord: Readonly<Record<string, ErrorCode>> = {
  INVALID_ARGUMENT: 'invalid_request',
  FAILED_PRECONDITION: 'invalid_request',
  OUT_OF_RANGE: 'invalid_request',
  UNAUTHENTICATED: 'provider_authentication_failed',
  PERMISSION_DENIED: 'provider_permission_denied',
  NOT_FOUND: 'model_not_found',
  ALREADY_EXISTS: 'conflict',
  ABORTED: 'conflict',
  RESOURCE_EXHAUSTED: 'rate_limited',
  DEADLINE_EXCEEDED: 'provider_timeout',
  UNAVAILABLE: 'provider_unavailable',
};

export interface GoogleErrors {
  readonly parseError: (reply: WireReply) => KeelsonError;
  readonly errorFromBody: (reply: WireReply, body: Json) => KeelsonError;
  /** An error in a stream that began with status 200. */
  readonly errorFromChunk: (body: Json) => KeelsonError;
  readonly renderError: (error: KeelsonError) => WireReply;
}

export function createGoogleErrors(name: string): GoogleErrors {
  const errorFromBody = (reply: WireReply, body: Json): KeelsonError => {
    const vendor = parseVendorError(body, reply.status, name);
    const details = replyDetails(reply, headerOf(reply.headers, 'x-request-id'));
    return toError(vendor, details);
  };
  return {
    errorFromBody,
    parseError: (reply) => errorFromBody(reply, looseBodyValue(reply.body)),
    errorFromChunk: (body) => toError(parseVendorError(body, 200, name), {}),
    renderError: (error) => renderErrorReply(error, name, { vendor: renderVendor, ours: renderOurs }),
  };
}

function toError(vendor: VendorError, details: ErrorDetails): KeelsonError {
  return vendorToError(vendor, codeOf(vendor), {
    ...known({ retryAfterMs: retryDelay(vendor) }),
    ...details,
  });
}

const tooLong =
  /input token count.*exceeds|exceeds the maximum number of (input )?tokens|prompt is too long/i;

function codeOf({ type, code, status = 200, message }: VendorError): ErrorCode {
  const stated = status >= 400 ? status : Number(code);
  // Credit that is used up has the word of a rate limit (observed October 2026).
  if (stated === 402 || /prepayment credits/i.test(message)) return 'quota_exhausted';
  // The words know no size; the status does.
  if (stated === 413) return 'request_too_large';
  if (tooLong.test(message)) return 'context_too_long';
  // A key that is wrong comes as an invalid argument (recorded 2026).
  if (/API key (not valid|expired)/i.test(message)) return 'provider_authentication_failed';
  if (type === 'UNAVAILABLE' && /overloaded/i.test(message)) return 'provider_overloaded';
  if (type !== undefined && Object.hasOwn(codesByWord, type)) return codesByWord[type] as ErrorCode;
  return codeOfStatus(stated);
}

/** `retryDelay` of a detail: seconds with an `s`. */
function retryDelay({ extensions }: VendorError): number | undefined {
  const details = extensions?.['error/details'];
  const delays = (Array.isArray(details) ? (details as readonly Json[]) : []).map((detail) =>
    isJsonObject(detail) ? detail.retryDelay : undefined,
  );
  const seconds = Number.parseFloat(String(delays.find((delay) => typeof delay === 'string') ?? ''));
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/** In an answer that would have been a list, the error stands in a list as well. */
function parseVendorError(body: Json, status: number, name: string): VendorError {
  const [first] = Array.isArray(body) ? (body as readonly Json[]) : [];
  const object = first ?? body;
  if (!isJsonObject(object)) return pageError(body, status, name);
  const wire = WireObject.open(object, '', 'lenient');
  const error = wire.object('error');
  const fields = error ?? wire;
  const layout = error === undefined ? 'flat' : 'error';
  return {
    dialect: name,
    status,
    message: fields.string('message') ?? '',
    ...known({ type: fields.string('status'), code: fields.number('code') ?? fields.string('code') }),
    form: first === undefined ? layout : `list-${layout}`,
    ...rememberError(wire, name),
  };
}

function renderVendor(vendor: VendorError): Json {
  const { message, type, code, form = 'error' } = vendor;
  const fields = present({ code, message: message === '' ? undefined : message, status: type });
  const wire: Record<string, Json> = form.endsWith('flat') ? fields : { error: fields };
  applyRemembered(wire, vendor);
  return form.startsWith('list') ? [wire] : wire;
}

/** The official words, by what the status means. */
const wordsByStatus: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

function renderOurs({ code, row }: KeelsonError, said: string): Json {
  const status = wordsByStatus[row.status] ?? (row.status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  // Clients know these by their messages, as `codeOf` does.
  const isUnsaid = code === 'context_too_long' && !tooLong.test(said);
  const message = isUnsaid
    ? `The input token count exceeds the maximum number of tokens allowed: ${said}`
    : said;
  return { error: { code: row.status, message, status } };
}
