/** Error bodies of Google's interfaces, both ways: a number, a status word and a message. */
import type { ErrorCode, KeelsonError, VendorError } from '../../errors/index.ts';
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyRemembered,
  codeOfStatus,
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

const codesByWord: Readonly<Record<string, ErrorCode>> = {
  NOT_FOUND: 'model_not_found',
  PERMISSION_DENIED: 'provider_permission_denied',
  UNAUTHENTICATED: 'provider_authentication_failed',
  RESOURCE_EXHAUSTED: 'rate_limited',
  UNAVAILABLE: 'provider_unavailable',
  DEADLINE_EXCEEDED: 'provider_timeout',
  INTERNAL: 'provider_error',
};

export function parseError(reply: WireReply): KeelsonError {
  return errorFromBody(reply, looseBodyValue(reply.body));
}

export function errorFromBody(reply: WireReply, body: Json): KeelsonError {
  const vendor = parseVendorError(body, reply.status);
  return vendorToError(vendor, codeOf(vendor), replyDetails(reply, undefined));
}

function codeOf({ type, status, code, message }: VendorError): ErrorCode {
  if (/api key not valid|api key expired/i.test(message)) return 'provider_authentication_failed';
  const word = type ?? '';
  if (Object.hasOwn(codesByWord, word)) return codesByWord[word] as ErrorCode;
  return codeOfStatus(status !== undefined && status >= 400 ? status : Number(code));
}

function parseVendorError(body: Json, status: number): VendorError {
  if (!isJsonObject(body)) return pageError(body, status, name);
  const wire = WireObject.open(body, '', 'lenient');
  const error = wire.object('error');
  const source = error ?? wire;
  const fields = {
    message: source.string('message') ?? '',
    ...known({ type: source.string('status'), code: source.number('code') }),
  };
  const form = error === undefined ? 'flat' : 'error';
  return { dialect: name, status, ...fields, form, ...rememberError(wire, name) };
}

export function renderError(error: KeelsonError): WireReply {
  return renderErrorReply(error, name, { vendor: renderVendor, ours: renderOurs });
}

function renderVendor(vendor: VendorError): Json {
  const { message, type, code, form } = vendor;
  const fields = present({ code, message: message === '' ? undefined : message, status: type });
  const wire: Record<string, Json> = form === 'flat' ? fields : { error: fields };
  applyRemembered(wire, vendor);
  return wire;
}

const wordsByStatus: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'RESOURCE_EXHAUSTED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  413: 'INVALID_ARGUMENT',
  422: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
  529: 'UNAVAILABLE',
};

function renderOurs({ row }: KeelsonError, message: string): Json {
  const status = wordsByStatus[row.status] ?? (row.status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  return { error: { code: row.status, message, status } };
}
