/**
 * What the errors of all formats share: what a status means, how a page that is no JSON is told, and which status and
 * headers an error is answered with. What an error body looks like is a dialect's business.
 */
import { type ErrorCode, type ErrorDetails, KeelsonError, type VendorError } from '../errors/index.ts';
import type { Json } from '../json/index.ts';
import { applyAnnotations } from './annotations.ts';
import type { WireReply } from './dialect.ts';
import { known } from './known.ts';
import { headerOf, looseBodyValue, retryAfterHeaders, retryAfterMs } from './wire-body.ts';
import type { WireObject } from './wire-object.ts';

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
  // Groq: the flex tier has no capacity (documented October 2026).
  498: 'provider_overloaded',
  503: 'provider_unavailable',
  504: 'provider_timeout',
  529: 'provider_overloaded',
};

/** What a status means where the vendor's own words do not tell. */
export function codeOfStatus(status: number): ErrorCode {
  return codesByStatus[status] ?? (status >= 400 && status < 500 ? 'invalid_request' : 'provider_error');
}

/** An answer that is no JSON object, such as a proxy's page: text of any length, of which the beginning is enough. */
export function pageError(body: Json, status: number, dialect: string): VendorError {
  const text = typeof body === 'string' ? body.trim().slice(0, 500) : '';
  const message = text === '' ? `The provider answered with status ${status} and no message.` : text;
  return { dialect, status, form: 'text', message };
}

/** What an error body leaves to remember, so that the same dialect can say it again. */
export function rememberError(wire: WireObject, dialect: string): Pick<VendorError, 'nulls' | 'extensions'> {
  const { extensions, spelling } = wire.annotations(dialect);
  return known({ nulls: spelling?.nulls, extensions: extensions?.[dialect] });
}

/** Adds to a rendered error body what `rememberError` kept. */
export function applyRemembered(
  wire: Record<string, Json>,
  { dialect, nulls, extensions }: VendorError,
): void {
  const unknown = extensions as Readonly<Record<string, Json>> | undefined;
  applyAnnotations(
    wire,
    { ...(unknown && { extensions: { [dialect]: unknown } }), spelling: { dialect, nulls: nulls ?? [] } },
    dialect,
  );
}

/** The facts of a failed reply that our errors carry. */
export function replyDetails(
  { status, headers }: WireReply,
  providerRequestId: string | undefined,
): ErrorDetails {
  const providerStatus = status >= 400 ? status : undefined;
  return known({ providerStatus, providerRequestId, retryAfterMs: retryAfterMs(headers) });
}

export function vendorToError(vendor: VendorError, code: ErrorCode, details: ErrorDetails): KeelsonError {
  const message = vendor.message === '' ? 'The provider gave no message.' : vendor.message;
  const told = known({ dialect: vendor.dialect, field: vendor.param });
  return new KeelsonError(code, message, { details: { ...told, ...details }, vendor });
}

/** How an error body is written: the vendor's own in its own format, ours for everyone else. */
export interface ErrorBodies {
  readonly vendor: (vendor: VendorError) => Json;
  readonly ours: (error: KeelsonError, message: string) => Json;
}

/** The whole reply. In the vendor's own format its status stays as well. */
export function renderErrorReply(error: KeelsonError, dialect: string, bodies: ErrorBodies): WireReply {
  const { vendor, details, row } = error;
  const headers = { 'content-type': 'application/json', ...retryAfterHeaders(details.retryAfterMs) };
  if (vendor?.dialect === dialect) {
    const status = vendor.status !== undefined && vendor.status >= 400 ? vendor.status : row.status;
    return { status, headers, body: vendor.form === 'text' ? vendor.message : bodies.vendor(vendor) };
  }
  // A vendor's message says all there is to say; ours comes with the advice of the error table.
  const message = vendor === undefined ? `${error.message} ${error.hint}` : error.message;
  return { status: row.status, headers, body: bodies.ours(error, message) };
}

/** How one format tells errors, besides the two bodies. */
export interface ErrorFormat extends ErrorBodies {
  readonly parse: (body: Json, status: number) => VendorError;
  readonly codeOf: (vendor: VendorError) => ErrorCode;
  /** Where hosts name the request, when the body does not. */
  readonly requestIdHeader: string;
}

export interface Errors {
  readonly parseError: (reply: WireReply) => KeelsonError;
  readonly errorFromBody: (reply: WireReply, body: Json) => KeelsonError;
  /** An error told inside a stream that began with status 200. */
  readonly errorInStream: (body: Json) => KeelsonError;
  readonly renderError: (error: KeelsonError) => WireReply;
}

/** For formats that share how they tell errors; those that tell theirs alone write these functions out. */
export function createErrors(dialect: string, format: ErrorFormat): Errors {
  const { parse, codeOf, requestIdHeader } = format;
  const errorFromBody = (reply: WireReply, body: Json): KeelsonError => {
    const vendor = parse(body, reply.status);
    const requestId = vendor.requestId ?? headerOf(reply.headers, requestIdHeader);
    return vendorToError(vendor, codeOf(vendor), replyDetails(reply, requestId));
  };
  return {
    errorFromBody,
    parseError: (reply) => errorFromBody(reply, looseBodyValue(reply.body)),
    errorInStream(body) {
      const vendor = parse(body, 200);
      return vendorToError(vendor, codeOf(vendor), known({ providerRequestId: vendor.requestId }));
    },
    renderError: (error) => renderErrorReply(error, dialect, format),
  };
}
