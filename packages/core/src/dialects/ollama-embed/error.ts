/** Error bodies of Ollama, both ways: a text under `error`, at times with a number. */
import type { ErrorCode, KeelsonError, VendorError } from '../../errors/index.ts';
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyRemembered,
  codeOfStatus,
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
  return vendorToError(vendor, codeOf(vendor), replyDetails(reply, undefined));
}

function codeOf({ status = 0, message }: VendorError): ErrorCode {
  if (/context length|input length exceeds/i.test(message)) return 'context_too_long';
  return codeOfStatus(status);
}

function parseVendorError(body: Json, status: number): VendorError {
  if (!isJsonObject(body)) return pageError(body, status, name);
  const wire = WireObject.open(body, '', 'lenient');
  const message = wire.string('error') ?? '';
  return { dialect: name, status, message, form: 'error', ...rememberError(wire, name) };
}

export function renderError(error: KeelsonError): WireReply {
  return renderErrorReply(error, name, {
    vendor: renderVendor,
    ours: (_error, message) => ({ error: message }),
  });
}

function renderVendor(vendor: VendorError): Json {
  const wire = present({ error: vendor.message === '' ? undefined : vendor.message });
  applyRemembered(wire, vendor);
  return wire;
}
