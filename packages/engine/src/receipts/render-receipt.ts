/**
 * The receipt of a call, as the canonical text that is signed. It is made on the hot path, so the text is put together by hand,
 * field by field in the order of RFC 8785: half of what JavaScript needs for an object whose fields are mostly unknown.
 */
import {
  canonicalJson,
  formatDollars,
  type Loss,
  type ReceiptId,
  receiptVersion,
  type Usage,
} from '@keelson/core';
import type { AttemptRecord, CallRecord, RecordedCost } from '../observability/index.ts';

/** What a receipt says besides the record of its call. */
export interface ReceiptExtras {
  /** SHA-256 in hexadecimal. */
  readonly requestSha256?: string | undefined;
  readonly responseSha256?: string | undefined;
  readonly interrupted?: true;
}

const noExtras: ReceiptExtras = {};

/** Every call has one receipt at most, because its id says which. */
export function receiptIdOf(callId: string): ReceiptId {
  return `rcpt_${callId.replaceAll('-', '')}`;
}

export function renderCallReceipt(record: CallRecord, extras: ReceiptExtras = noExtras): string {
  const { attempts, losses } = record;
  return (
    `{${field('alias', record.alias)}"attempts":[${attempts.map((attempt) => attemptText(attempt, record)).join(',')}],` +
    `"call_id":"${record.id}","cost":${costText(record.cost)},"dialect":${quote(record.dialect)},` +
    `"endpoint":"${record.endpoint}",${field('error', record.error)}` +
    `${extras.interrupted === true ? '"interrupted":true,' : ''}${field('key_id', record.keyId)}"kind":"call",` +
    `${losses.length === 0 ? '' : `"losses":[${losses.map(lossText).join(',')}],`}${field('model', record.model)}` +
    `"outcome":"${record.outcome}",${field('provider', record.provider)}` +
    `${field('provider_request_id', record.providerRequestId)}"receipt_id":"${receiptIdOf(record.id)}",` +
    `${field('request_sha256', extras.requestSha256)}"requested_model":${quote(record.requestedModel)},` +
    `${field('response_sha256', extras.responseSha256)}${field('served_model', record.servedModel)}` +
    `"status":${record.status},"stream":${record.isStream},${field('system_fingerprint', record.systemFingerprint)}` +
    `${named('tags', record.tags)}"timestamp":"${new Date(record.startedAt).toISOString()}",` +
    `${field('trace_id', record.traceId)}"usage":${usageText(record.usage)},"version":${receiptVersion},` +
    `"workspace":${quote(record.workspace)}}`
  );
}

/** Quotes, backslashes and control characters have escapes; half a character is none and becomes the sign for that. */
const needsCare = /["\\\p{Cc}\p{Cs}]/u;

function quote(value: string): string {
  return needsCare.test(value) ? JSON.stringify(value.replace(/\p{Cs}/gu, '\uFFFD')) : `"${value}"`;
}

/** With its comma; nothing where the value is not known. */
function field(name: string, value: string | undefined): string {
  return value === undefined ? '' : `"${name}":${quote(value)},`;
}

/** Fields whose names come from outside. */
function named(name: string, fields: Readonly<Record<string, string | number>> | undefined): string {
  for (const _ in fields) {
    const pairs = Object.entries(fields).map(([key, value]) => [whole(key), whole(value)]);
    return `"${name}":${canonicalJson(Object.fromEntries(pairs))},`;
  }
  return '';
}

function whole(value: string | number): string | number {
  if (typeof value === 'string') return value.replace(/\p{Cs}/gu, '\uFFFD');
  return Number.isFinite(value) ? value : 0;
}

function attemptText(attempt: AttemptRecord, { usage, cost }: CallRecord): string {
  // Nearly every call has one attempt, and all that it used is that of the call.
  const isAll = attempt.usage === usage && attempt.cost?.nanoDollars === cost.nanoDollars;
  const ownCost = isAll || attempt.cost === undefined ? '' : `"cost":${costText(attempt.cost)},`;
  const ownUsage = isAll || attempt.usage === undefined ? '' : `,"usage":${usageText(attempt.usage)}`;
  const status = attempt.status === undefined ? '' : `,"status":${attempt.status}`;
  return (
    `{${ownCost}${field('error', attempt.error)}"model":${quote(attempt.model)},"outcome":"${attempt.outcome}",` +
    `"provider":${quote(attempt.provider)},${field('provider_request_id', attempt.providerRequestId)}` +
    `"reason":"${attempt.reason}"${status}${ownUsage}}`
  );
}

function costText({ nanoDollars, priceVersion, status }: RecordedCost): string {
  const isKnown = nanoDollars !== undefined && Number.isSafeInteger(nanoDollars);
  const amount = isKnown ? `"amount":"${formatDollars(nanoDollars)}",` : '';
  return `{${amount}"currency":"USD",${field('price_version', priceVersion)}"status":"${status}"}`;
}

function lossText({ action, detail, field: name }: Loss): string {
  return `{"action":${quote(action)},"detail":${quote(detail)},"field":${quote(name)}}`;
}

function usageText(usage: Usage | undefined): string {
  if (usage === undefined) return '{"input":{},"output":{}}';
  const text =
    `{"input":${countsText(usage.input, inputNames)},"output":${countsText(usage.output, outputNames)},` +
    `${field('tier', usage.tier)}${named('tool_units', usage.toolUnits)}`;
  return `${text.slice(0, -1)}}`;
}

type Names<Counts> = readonly (readonly [name: string, key: keyof Counts])[];

function countsText<Counts extends object>(counts: Counts, names: Names<Counts>): string {
  let text = '';
  for (const [name, key] of names) {
    const value = counts[key] as number | undefined;
    // What is no number is not known.
    if (value === undefined || !Number.isFinite(value)) continue;
    text += text === '' ? `{"${name}":${value}` : `,"${name}":${value}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

/** In the order of their names in a receipt. */
const inputNames: Names<Usage['input']> = [
  ['audio', 'audio'],
  ['audio_seconds', 'audioSeconds'],
  ['cache_read', 'cacheRead'],
  ['cache_read_audio', 'cacheReadAudio'],
  ['cache_read_document', 'cacheReadDocument'],
  ['cache_read_image', 'cacheReadImage'],
  ['cache_read_text', 'cacheReadText'],
  ['cache_read_video', 'cacheReadVideo'],
  ['cache_write', 'cacheWrite'],
  ['cache_write_12h', 'cacheWrite12h'],
  ['cache_write_1h', 'cacheWrite1h'],
  ['cache_write_30m', 'cacheWrite30m'],
  ['cache_write_5m', 'cacheWrite5m'],
  ['document', 'document'],
  ['image', 'image'],
  ['text', 'text'],
  ['tools', 'tools'],
  ['total', 'total'],
  ['uncached', 'uncached'],
  ['video', 'video'],
];

const outputNames: Names<Usage['output']> = [
  ['accepted_prediction', 'acceptedPrediction'],
  ['audio', 'audio'],
  ['image', 'image'],
  ['reasoning', 'reasoning'],
  ['rejected_prediction', 'rejectedPrediction'],
  ['text', 'text'],
  ['total', 'total'],
];
