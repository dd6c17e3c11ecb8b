/** What the embedding and the reranking format of Cohere share: error bodies, and the counts in `meta`. */
import type { ErrorCode, VendorError } from '../errors/index.ts';
import { isJsonObject, type Json } from '../json/index.ts';
import {
  applyRemembered,
  type CallFacts,
  codeOfStatus,
  createErrors,
  type Errors,
  known,
  pageError,
  present,
  rememberError,
  type Usage,
  WireObject,
} from '../message/index.ts';

/** Voyage answers `detail`, llama.cpp and Jina an object or a text under `error`; all of them are read. */
export function createCohereErrors(name: string): Errors {
  return createErrors(name, {
    parse: (body, status) => parseVendorError(body, status, name),
    codeOf,
    requestIdHeader: 'x-request-id',
    vendor: renderVendor,
    ours: (_error, message) => ({ message }),
  });
}

function codeOf({ status, message, code }: VendorError): ErrorCode {
  if (/too many tokens|too long|maximum context/i.test(message)) return 'context_too_long';
  return codeOfStatus(status !== undefined && status >= 400 ? status : Number(code));
}

function parseVendorError(body: Json, status: number, name: string): VendorError {
  if (!isJsonObject(body)) return pageError(body, status, name);
  const wire = WireObject.open(body, '', 'lenient');
  const inner = wire.object('error');
  const texts = inner === undefined ? (['message', 'detail', 'error'] as const) : [];
  const form = texts.find((field) => typeof wire.peek(field) === 'string');
  const source = inner ?? wire;
  const message = source.string(inner === undefined ? (form ?? 'message') : 'message') ?? '';
  const requestId = wire.string('id');
  const code = inner?.string('code') ?? inner?.number('code');
  const type = inner?.string('type');
  const layout = inner === undefined ? (form ?? 'message') : 'error-object';
  return {
    dialect: name,
    status,
    message,
    form: layout,
    ...known({ requestId, code, type }),
    ...rememberError(wire, name),
  };
}

function renderVendor(vendor: VendorError): Json {
  const { message, form = 'message', requestId, code, type } = vendor;
  const text = message === '' ? undefined : message;
  const wire: Record<string, Json> =
    form === 'error-object'
      ? present({ error: present({ message: text, type, code }), id: requestId })
      : present({ [form]: text, id: requestId });
  applyRemembered(wire, vendor);
  return wire;
}

/** The counts and warnings in `meta`; `billed` is what Cohere charges, `tokens` what the model read. */
export function parseMeta(
  wire: WireObject,
  forms: Record<string, string>,
): { readonly usage?: Usage; readonly warnings?: CallFacts['warnings'] } {
  const meta = wire.object('meta');
  if (meta === undefined) return {};
  const version = meta.object('api_version')?.string('version');
  if (version !== undefined) forms.api_version = version;
  const tokens = meta.object('tokens');
  const read = tokens?.number('input_tokens');
  const written = tokens?.number('output_tokens');
  const billed = isCounts(meta.peek('billed_units')) ? meta.record('billed_units') : undefined;
  const units = billed as Usage['billed'];
  const cacheRead = meta.number('cached_tokens');
  if (read !== undefined) forms.tokens = 'said';
  const input = known({ total: read ?? sumOf(units), cacheRead, image: units?.image_tokens });
  const warnings = meta.strings('warnings');
  const hasUsage = billed !== undefined || Object.keys(input).length > 0 || written !== undefined;
  return {
    ...(hasUsage && { usage: { input, output: known({ total: written }), ...known({ billed: units }) } }),
    ...known({ warnings }),
  };
}

function isCounts(value: Json | undefined): boolean {
  return isJsonObject(value) && Object.values(value).every((count) => typeof count === 'number');
}

/** Text and images are billed apart, and only what is billed is told. */
function sumOf(units: Usage['billed']): number | undefined {
  const { input_tokens: text, image_tokens: image } = units ?? {};
  return text === undefined && image === undefined ? undefined : (text ?? 0) + (image ?? 0);
}

export interface MetaRendering {
  readonly usage: Usage | undefined;
  readonly warnings: CallFacts['warnings'];
  /** The spelling of the answer, when it came in the same format. */
  readonly form: (field: string) => string | undefined;
  readonly isOwn: boolean;
}

export const saidBuckets: ReadonlySet<string> = new Set([
  'input.total',
  'input.uncached',
  'input.cacheRead',
  'input.image',
  'output.total',
  'billed',
]);

export function renderMeta({ usage, warnings, form, isOwn }: MetaRendering): Json | undefined {
  const version = form('api_version') ?? (isOwn ? undefined : '2');
  const { total, cacheRead } = usage?.input ?? {};
  const tokens = present({
    input_tokens: isOwn && form('tokens') === undefined ? undefined : total,
    output_tokens: usage?.output.total,
  });
  const billed = usage?.billed ?? (isOwn || total === undefined ? undefined : { input_tokens: total });
  const meta = present({
    api_version: version === undefined ? undefined : { version },
    billed_units: billed,
    tokens: Object.keys(tokens).length === 0 ? undefined : tokens,
    cached_tokens: cacheRead,
    warnings: warnings === undefined ? undefined : [...warnings],
  });
  return Object.keys(meta).length === 0 ? undefined : meta;
}
