/**
 * The receipt of a call, as the canonical text that is signed. It is made on the hot path: the fields are laid out in the order
 * of RFC 8785, in which JavaScript then writes them; fields that are not known are undefined, which it leaves out. (Text put
 * together by hand costs half as much again: what it is made of must be copied together afterwards.)
 */
import {
  canonicalJson,
  formatDollars,
  type Loss,
  type Receipt,
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
  const receipt = {
    alias: record.alias,
    attempts: record.attempts.map((attempt) => attemptOf(attempt, record)),
    cache: record.cache,
    call_id: record.id,
    cost: costOf(record.cost),
    dialect: record.dialect,
    endpoint: record.endpoint,
    error: record.error,
    interrupted: extras.interrupted,
    key_id: record.keyId,
    kind: 'call',
    lock_digest: record.lockDigest,
    losses: record.losses.length === 0 ? undefined : record.losses.map(lossOf),
    model: record.model,
    outcome: record.outcome,
    profile: record.profile,
    provider: record.provider,
    provider_request_id: record.providerRequestId,
    receipt_id: receiptIdOf(record.id),
    request_sha256: extras.requestSha256,
    requested_model: record.requestedModel,
    response_sha256: extras.responseSha256,
    served_model: record.servedModel,
    status: record.status,
    stream: record.isStream,
    system_fingerprint: record.systemFingerprint,
    tags: inOrder(record.tags),
    timestamp: new Date(record.startedAt).toISOString(),
    trace_id: record.traceId,
    usage: usageOf(record.usage),
    version: receiptVersion,
    workspace: record.workspace,
  };
  const text = JSON.stringify(receipt);
  // Half a character is no JSON.
  const isRare =
    text.includes('\\ud') || hasNumberNames(record.tags) || hasNumberNames(record.usage?.toolUnits);
  return isRare ? canonicalText(receipt) : text;
}

type Named<Value> = Readonly<Record<string, Value>>;

/** Fields whose names come from outside, in the order of their names; undefined where there are none. */
function inOrder<Value>(fields: Named<Value> | undefined): Named<Value> | undefined {
  let before: string | undefined;
  for (const name in fields) {
    if (before !== undefined && before > name) return sorted(fields);
    before = name;
  }
  return before === undefined ? undefined : fields;
}

function sorted<Value>(fields: Named<Value>): Named<Value> {
  return Object.fromEntries(Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** JavaScript puts such names first, whatever one does. */
function hasNumberNames(fields: Named<unknown> | undefined): boolean {
  for (const name in fields) {
    const first = name.charCodeAt(0);
    if (first >= zero && first <= nine) return true;
  }
  return false;
}

const zero = 48;
const nine = 57;

/** Of any receipt; slower. */
export function canonicalText(receipt: object): string {
  try {
    return canonicalJson(receipt);
  } catch {
    const mended = JSON.parse(JSON.stringify(receipt), (_, value: unknown) =>
      typeof value === 'string' ? value.replace(/\p{Cs}/gu, '\uFFFD') : value,
    ) as Receipt;
    return canonicalJson(mended);
  }
}

function attemptOf(attempt: AttemptRecord, { usage, cost }: CallRecord) {
  // Nearly every call has one attempt, and all that it used is that of the call.
  const isAll = attempt.usage === usage && attempt.cost?.nanoDollars === cost.nanoDollars;
  return {
    cost: isAll || attempt.cost === undefined ? undefined : costOf(attempt.cost),
    error: attempt.error,
    model: attempt.model,
    outcome: attempt.outcome,
    provider: attempt.provider,
    provider_request_id: attempt.providerRequestId,
    reason: attempt.reason,
    status: attempt.status,
    usage: isAll || attempt.usage === undefined ? undefined : usageOf(attempt.usage),
  };
}

function costOf({ nanoDollars, priceVersion, status }: RecordedCost) {
  const amount =
    nanoDollars !== undefined && Number.isSafeInteger(nanoDollars) ? formatDollars(nanoDollars) : undefined;
  return { amount, currency: 'USD', price_version: priceVersion, status };
}

function lossOf({ action, detail, field }: Loss) {
  return { action, detail, field };
}

function usageOf(usage: Usage | undefined) {
  return {
    input: usage === undefined ? {} : inputOf(usage.input),
    output: usage === undefined ? {} : outputOf(usage.output),
    tier: usage?.tier,
    tool_units: inOrder(usage?.toolUnits),
  };
}

function inputOf(input: Usage['input']) {
  return {
    audio: count(input.audio),
    audio_seconds: count(input.audioSeconds),
    cache_read: count(input.cacheRead),
    cache_read_audio: count(input.cacheReadAudio),
    cache_read_document: count(input.cacheReadDocument),
    cache_read_image: count(input.cacheReadImage),
    cache_read_text: count(input.cacheReadText),
    cache_read_video: count(input.cacheReadVideo),
    cache_write: count(input.cacheWrite),
    cache_write_12h: count(input.cacheWrite12h),
    cache_write_1h: count(input.cacheWrite1h),
    cache_write_30m: count(input.cacheWrite30m),
    cache_write_5m: count(input.cacheWrite5m),
    document: count(input.document),
    image: count(input.image),
    text: count(input.text),
    tools: count(input.tools),
    total: count(input.total),
    uncached: count(input.uncached),
    video: count(input.video),
  };
}

function outputOf(output: Usage['output']) {
  return {
    accepted_prediction: count(output.acceptedPrediction),
    audio: count(output.audio),
    image: count(output.image),
    reasoning: count(output.reasoning),
    rejected_prediction: count(output.rejectedPrediction),
    text: count(output.text),
    total: count(output.total),
  };
}

/** What is no number would be written as null. */
function count(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
