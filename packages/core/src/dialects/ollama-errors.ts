/** Error bodies of Ollama's formats, both ways: one sentence under `error`, also as a line of a stream. */
import type { ErrorCode, KeelsonError, VendorError } from '../errors/index.ts';
import { isJsonObject, type Json } from '../json/index.ts';
import {
  applyRemembered,
  codeOfStatus,
  createErrors,
  type Errors,
  pageError,
  rememberError,
  WireObject,
} from '../message/index.ts';

const tooLong =
  /context (length|window|size)|exceed\w* .*context|(prompt|input) (is )?too long|input length exceeds/i;
const noModel = /model ["'`]?[^"'`]*["'`]? not found|try pulling it first/i;

export function createOllamaErrors(name: string): Errors {
  return createErrors(name, {
    parse: (body, status) => parseVendorError(body, status, name),
    codeOf,
    requestIdHeader: 'x-request-id',
    vendor: renderVendor,
    ours: renderOurs,
  });
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
