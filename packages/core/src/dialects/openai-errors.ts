/**
 * Error bodies of OpenAI's hosts and of those that speak as they do, the same for chat, completions and embeddings. Codes
 * and types decide first; the message only where hosts give nothing else. The layouts are the official one and those
 * recorded from compatible hosts (2026): a bare text, flat fields, `detail` (Voyage).
 */
import type { ErrorCode, KeelsonError, VendorError } from '../errors/index.ts';
import { isJsonObject, type Json } from '../json/index.ts';
import {
  applyRemembered,
  codeOfStatus,
  createErrors,
  type Errors,
  known,
  pageError,
  present,
  rememberError,
  WireObject,
} from '../message/index.ts';

const codesByWord: Readonly<Record<string, ErrorCode>> = {
  context_length_exceeded: 'context_too_long',
  exceed_context_size_error: 'context_too_long',
  string_above_max_length: 'request_too_large',
  model_not_found: 'model_not_found',
  invalid_api_key: 'provider_authentication_failed',
  authentication_error: 'provider_authentication_failed',
  permission_error: 'provider_permission_denied',
  forbidden: 'provider_permission_denied',
  insufficient_quota: 'quota_exhausted',
  billing_hard_limit_reached: 'quota_exhausted',
  rate_limit_exceeded: 'rate_limited',
  rate_limit_error: 'rate_limited',
  content_filter: 'content_blocked',
  content_policy_violation: 'content_blocked',
  overloaded_error: 'provider_overloaded',
  server_is_overloaded: 'provider_overloaded',
};

export function createOpenAiErrors(name: string): Errors {
  return createErrors(name, {
    parse: (body, status) => parseVendorError(body, status, name),
    codeOf,
    requestIdHeader: 'x-request-id',
    vendor: renderVendor,
    ours: renderOpenAiError,
  });
}

function codeOf({ code, type, status, message }: VendorError): ErrorCode {
  const word = [code, type].find((candidate) => Object.hasOwn(codesByWord, String(candidate)));
  const isTooLong = /maximum context length|context (size|window|length)|too many tokens/i.test(message);
  if (word !== undefined && !(isTooLong && status === 400)) return codesByWord[String(word)] as ErrorCode;
  if (isTooLong) return 'context_too_long';
  return codeOfStatus(status !== undefined && status >= 400 ? status : Number(code));
}

function parseVendorError(body: Json, status: number, name: string): VendorError {
  if (!isJsonObject(body)) return pageError(body, status, name);
  const wire = WireObject.open(body, '', 'lenient');
  const error = wire.object('error');
  if (error !== undefined)
    return { ...readOpenAiError(error, name), status, ...rememberError(wire, name), form: 'error' };
  const text = wire.string('error');
  if (text !== undefined)
    return { dialect: name, status, message: text, ...rememberError(wire, name), form: 'error-text' };
  const detail = wire.string('detail');
  if (detail !== undefined)
    return { dialect: name, status, message: detail, ...rememberError(wire, name), form: 'detail' };
  return { ...readOpenAiError(wire, name), status, ...rememberError(wire, name), form: 'flat' };
}

/** The fields of the error itself, wherever in the body it stands. */
export function readOpenAiError(wire: WireObject, name: string): VendorError {
  const code = wire.string('code') ?? wire.number('code');
  return {
    dialect: name,
    message: wire.string('message') ?? '',
    ...known({ type: wire.string('type'), param: wire.string('param'), code }),
  };
}

function renderVendor(vendor: VendorError): Json {
  const wire = renderLayout(vendor);
  applyRemembered(wire, vendor);
  return wire;
}

function renderLayout({ message, form, type, param, code }: VendorError): Record<string, Json> {
  if (form === 'error-text') return { error: message };
  if (form === 'detail') return { detail: message };
  const fields = present({ message: message === '' ? undefined : message, type, param, code });
  return form === 'flat' ? fields : { error: fields };
}

/** An error of ours in the official words, by who is at fault. */
export function renderOpenAiError({ code, details, row }: KeelsonError, message: string): Json {
  return {
    error: { message, type: typeOf(code, row.status), param: details.field ?? null, code: wordFor(code) },
  };
}

/** Our code, but where clients look for the official word. */
function wordFor(code: ErrorCode): string {
  return code === 'context_too_long' ? 'context_length_exceeded' : code;
}

function typeOf(code: ErrorCode, status: number): string {
  if (code === 'rate_limited' || code === 'limit_reached') return 'rate_limit_error';
  if (code === 'quota_exhausted' || code === 'budget_exhausted') return 'insufficient_quota';
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
