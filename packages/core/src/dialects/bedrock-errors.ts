/**
 * Errors of Bedrock, both ways, whatever format a model is spoken to: a message in the body, the class in a header. Inside a
 * stream the class is the name of the event.
 */
import type { ErrorCode, KeelsonError, VendorError } from '../errors/index.ts';
import type { Frame } from '../framing/index.ts';
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

const typeHeader = 'x-amzn-errortype';
const requestIdHeader = 'x-amzn-requestid';

const codesByType: Readonly<Record<string, ErrorCode>> = {
  AccessDeniedException: 'provider_permission_denied',
  ConflictException: 'conflict',
  ExpiredTokenException: 'provider_authentication_failed',
  IncompleteSignatureException: 'provider_authentication_failed',
  InternalServerException: 'provider_error',
  InvalidSignatureException: 'provider_authentication_failed',
  MissingAuthenticationTokenException: 'provider_authentication_failed',
  ModelErrorException: 'provider_error',
  ModelNotReadyException: 'provider_unavailable',
  ModelStreamErrorException: 'provider_error',
  ModelTimeoutException: 'provider_timeout',
  ResourceNotFoundException: 'model_not_found',
  ServiceQuotaExceededException: 'quota_exhausted',
  ServiceUnavailableException: 'provider_unavailable',
  ThrottlingException: 'rate_limited',
  UnrecognizedClientException: 'provider_authentication_failed',
  ValidationException: 'invalid_request',
};

/** Statuses that say more than the class beside them: the service has no class for them, gateways in front of it do. */
const exactStatuses: ReadonlySet<number> = new Set([401, 413, 529]);

const tooLong = /(input|prompt) is too long|context (window|length)/i;

export interface BedrockErrors {
  readonly parseError: (reply: WireReply) => KeelsonError;
  /** An exception among the events of a stream, whose name is the class in camel case. */
  readonly errorFromEvent: (event: string, body: Json) => KeelsonError;
  readonly renderError: (error: KeelsonError) => WireReply;
  readonly renderErrorEvent: (error: KeelsonError) => Frame;
}

/** `name` says in whose words an error came, so that it is repeated to those who know them. */
export function createBedrockErrors(name: string): BedrockErrors {
  const renderError = (error: KeelsonError): WireReply => renderReply(error, name);
  return {
    renderError,
    parseError: (reply) => {
      const header = headerOf(reply.headers, typeHeader);
      const vendor = parseVendorError(looseBodyValue(reply.body), { status: reply.status, header, name });
      return vendorToError(
        vendor,
        codeOf(vendor),
        replyDetails(reply, headerOf(reply.headers, requestIdHeader)),
      );
    },
    errorFromEvent: (event, body) => {
      const header = event.endsWith('Exception') ? event.charAt(0).toUpperCase() + event.slice(1) : undefined;
      const vendor = parseVendorError(body, { status: 200, header, name });
      return vendorToError(vendor, codeOf(vendor), {});
    },
    renderErrorEvent: (error) => renderEvent(error, name),
  };
}

/** Those of the calls that carry a model's own format: `invoke` and its stream. */
export const invokeErrors = createBedrockErrors('bedrock-invoke');

/** Whether a reply is Bedrock's own, not that of a model behind it. */
export function isBedrockReply({ headers }: WireReply): boolean {
  return headerOf(headers, typeHeader) !== undefined || headerOf(headers, requestIdHeader) !== undefined;
}

function codeOf({ type, status = 200, message }: VendorError): ErrorCode {
  // The API has no class of its own for these (observed October 2026).
  if (type === undefined || type === 'ValidationException') {
    if (tooLong.test(message)) return 'context_too_long';
    if (/blocked by content filter/i.test(message)) return 'content_blocked';
    if (/model identifier is invalid/i.test(message)) return 'model_not_found';
  }
  if (status === 403 && /authentication failed|security token|signature/i.test(message))
    return 'provider_authentication_failed';
  if (exactStatuses.has(status)) return codeOfStatus(status);
  if (type !== undefined && Object.hasOwn(codesByType, type)) return codesByType[type] as ErrorCode;
  return codeOfStatus(status);
}

interface Told {
  readonly status: number;
  readonly header: string | undefined;
  readonly name: string;
}

function parseVendorError(body: Json, { status, header, name }: Told): VendorError {
  // After the class may stand where it is defined.
  const told = header?.split(':')[0];
  if (!isJsonObject(body)) return { ...pageError(body, status, name), ...known({ type: told }) };
  const wire = WireObject.open(body, '', 'lenient');
  // Gateways in front of the service write the field in capitals.
  const form = wire.has('message') ? 'message' : 'Message';
  const message = wire.string(form) ?? '';
  const inBody = wire.string('__type') ?? wire.string('code');
  const type = told ?? inBody?.slice(inBody.lastIndexOf('#') + 1);
  const place = wire.has('__type') ? '__type' : 'code';
  return {
    dialect: name,
    status,
    message,
    ...known({ type: type === '' ? undefined : type, code: inBody }),
    form: inBody === undefined ? form : `${form} ${place}`,
    ...rememberError(wire, name),
  };
}

function renderReply(error: KeelsonError, name: string): WireReply {
  const reply = renderErrorReply(error, name, { vendor: renderVendor, ours: renderOurs });
  const type = typeOf(error, name);
  return type === undefined ? reply : { ...reply, headers: { ...reply.headers, [typeHeader]: type } };
}

/** Clients know a context that is too long by its message, as `codeOf` does. */
function renderOurs({ code }: KeelsonError, said: string): Json {
  const isUnsaid = code === 'context_too_long' && !tooLong.test(said);
  return { message: isUnsaid ? `Input is too long for requested model. ${said}` : said };
}

/** The events that a stream may end with (SDK types, October 2026). */
const streamed: ReadonlySet<string> = new Set([
  'InternalServerException',
  'ModelStreamErrorException',
  'ServiceUnavailableException',
  'ThrottlingException',
  'ValidationException',
]);

function renderEvent(error: KeelsonError, name: string): Frame {
  const type = typeOf(error, name);
  const isBroken = error.code === 'stream_interrupted' && error.vendor?.dialect !== name;
  const told = type !== undefined && streamed.has(type) && !isBroken ? type : 'ModelStreamErrorException';
  const event = told.charAt(0).toLowerCase() + told.slice(1);
  const { body } = renderReply(error, name);
  return { event, data: JSON.stringify(typeof body === 'string' ? { message: body } : body) };
}

function renderVendor(vendor: VendorError): Json {
  const [field = 'message', place] = (vendor.form ?? 'message').split(' ');
  const isEmpty = vendor.message === '';
  const wire = present({
    [field]: isEmpty ? undefined : vendor.message,
    ...(place !== undefined && { [place]: vendor.code }),
  });
  applyRemembered(wire, vendor);
  return wire;
}

/** The official classes, by what the status means. */
const typesByStatus: Readonly<Record<number, string>> = {
  401: 'AccessDeniedException',
  402: 'ServiceQuotaExceededException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  409: 'ConflictException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
  504: 'ModelTimeoutException',
  529: 'ServiceUnavailableException',
};

function typeOf({ vendor, row }: KeelsonError, name: string): string | undefined {
  if (vendor?.dialect === name && (vendor.type !== undefined || vendor.status !== 200)) return vendor.type;
  const plain = row.status < 500 ? 'ValidationException' : 'InternalServerException';
  return typesByStatus[row.status] ?? plain;
}
