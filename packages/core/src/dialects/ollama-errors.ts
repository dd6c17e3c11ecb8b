/** Error bodies of Ollama's formats, both ways: one sentence under `error`, also as a line of a stream. */
import type { ErrorCode, KeelsonError, VendorError } from '../errors/index.ts';
import { isJsonObject, type Json } from '../json/index.ts';
import {
  applyRemembered,
  codeOfStatus,
  headerOf,
  looseBodyValue,
  pageError,
  rememberError,
  renderErrorReply,
  replyDetails,
  vendorToError,
  WireObject,
  type WireReply,
} from '../message/index.ts';

const tooLong =
  /context (length|window|size)|exceed\w* .*context|(prompt|input) (is )?too long|input length exceeds/i;
const noModel = /model ["'`]?[^"'`]*["'`]? not found|try pulling it first/i;

export interface OllamaErrors {
  readonly parseError: (reply: WireReply) => KeelsonError;
  readonly errorFromBody: (reply: WireReply, body: Json) => KeelsonError;
  /** A line of a stream that began with status 200. */
  readonly errorFromLine: (body: Json) => KeelsonError;
  readonly renderError: (error: KeelsonError) => WireReply;
}

export function createOllamaErrors(name: string): OllamaErrors {
  const errorFromBody = (reply: WireReply, body: Json): KeelsonError => {
    const vendor = parseVendorError(body, reply.status, name);
    return vendorToError(
      vendor,
      codeOf(vendor),
      replyDetails(reply, headerOf(reply.headers, 'x-request-id')),
    );
  };
  return {
    errorFromBody,
    parseError: (reply) => errorFromBody(reply, looseBodyValue(reply.body)),
    errorFromLine: (body) => {
      const vendor = parseVendorError(body, 200, name);
      return vendorToError(vendor, codeOf(vendor), {});
    },
    renderError: (error) => renderErrorReply(error, name, { vendor: renderVendor, ours: renderOurs }),
  };
}

/** There are no codes: the status decides, and the sentence where it says more. */
function codeOf({ status = 0, message }: VendorError): ErrorCode {
  const isRequest = status < 400 || status === 400;
  if (isRequest && tooLong.test(message)) return 'context_too_long';
  if (isRequest && noModel.test(message)) return 'model_not_found';
  return codeOfStatus(status >= 400 ? status : Number.NaN);
}

function parseVendorError(body: Json, status: number, name: string): VendorError {
  if (!isJsonObject(body)) return pageError(body, status, name);
  const wire = WireObject.open(body, '', 'lenient');
  const text = wire.string('error');
  // Gateways in front of a server answer in the shape of the chat completions format.
  const nested = text === undefined ? wire.object('error') : undefined;
  const message = text ?? nested?.string('message') ?? '';
  const form = nested === undefined ? 'text-field' : 'object';
  return { dialect: name, status, message, form, ...rememberError(wire, name) };
}

/** Clients know a prompt that is too long by its sentence alone, as `codeOf` does. */
function renderOurs({ code }: KeelsonError, said: string): Json {
  const isUnsaid = code === 'context_too_long' && !tooLong.test(said);
  return { error: isUnsaid ? `input length exceeds the context length: ${said}` : said };
}

function renderVendor(vendor: VendorError): Json {
  const { message, form } = vendor;
  const wire: Record<string, Json> = {};
  if (message !== '') wire.error = form === 'object' ? { message } : message;
  applyRemembered(wire, vendor);
  return wire;
}
