/** Call records as rows and back: which field is which column, and nothing about where the rows are. */
import type { ErrorCode, Loss, Usage } from '@keelson/core';
import type {
  AttemptRecord,
  CallRecord,
  CostStatus,
  RecordedCost,
  SavedByCache,
} from '../observability/index.ts';
import {
  fromJsonText,
  known,
  toInteger,
  toJsonText,
  toMicroseconds,
  toOptionalText,
  toText,
} from './columns.ts';
import type { AttemptRow, CallRow, TokenColumns } from './schema.ts';

/** A call without its attempts, as it stands in a list. */
export type CallSummary = Omit<CallRecord, 'attempts'>;

export function toCallRow(record: CallRecord): CallRow {
  const { usage, cost } = record;
  return {
    id: record.id,
    trace_id: toOptionalText(record.traceId),
    started_at: toInteger(record.startedAt) ?? 0,
    endpoint: record.endpoint,
    dialect: toText(record.dialect),
    workspace: toText(record.workspace),
    key_id: toOptionalText(record.keyId),
    requested_model: toText(record.requestedModel),
    alias: toOptionalText(record.alias),
    tags: isEmpty(record.tags) ? null : toJsonText(record.tags),
    is_stream: record.isStream ? 1 : 0,
    outcome: record.outcome,
    status: record.status,
    error: record.error ?? null,
    lane: record.lane,
    provider: toOptionalText(record.provider),
    model: toOptionalText(record.model),
    served_model: toOptionalText(record.servedModel),
    provider_request_id: toOptionalText(record.providerRequestId),
    system_fingerprint: toOptionalText(record.systemFingerprint),
    usage: usage === undefined ? null : toJsonText(usage),
    ...toTokenColumns(usage),
    cost_status: cost.status,
    cost_nano_dollars: toInteger(cost.nanoDollars),
    price_version: toOptionalText(cost.priceVersion),
    duration_us: toMicroseconds(record.durationMs),
    first_byte_us: record.firstByteMs === undefined ? null : toMicroseconds(record.firstByteMs),
    overhead_us: toMicroseconds(record.overheadMs),
    losses: record.losses.length === 0 ? null : toJsonText(record.losses),
    cache: record.cache ?? null,
    saved_nano_dollars: toInteger(record.saved?.nanoDollars),
    saved_input_tokens: toInteger(record.saved?.inputTokens),
    saved_output_tokens: toInteger(record.saved?.outputTokens),
    origin: toOptionalText(record.origin),
    profile: toOptionalText(record.profile),
    lock_digest: toOptionalText(record.lockDigest),
  };
}

function toTokenColumns(usage: Usage | undefined): TokenColumns<number | null> {
  const { input = {}, output = {} } = usage ?? {};
  return {
    input_tokens: toInteger(input.total),
    input_uncached: toInteger(input.uncached),
    input_cache_read: toInteger(input.cacheRead),
    input_cache_write: toInteger(input.cacheWrite),
    input_cache_write_1h: toInteger(input.cacheWrite1h),
    input_audio: toInteger(input.audio),
    input_image: toInteger(input.image),
    output_tokens: toInteger(output.total),
    output_reasoning: toInteger(output.reasoning),
    output_audio: toInteger(output.audio),
    output_image: toInteger(output.image),
  };
}

function isEmpty(fields: object): boolean {
  for (const _ in fields) return false;
  return true;
}

export function toAttemptRow(call: CallRecord, attempt: AttemptRecord): AttemptRow {
  const isWholeCall = hasAllOf(call, attempt);
  const { usage, cost, providerRequestId }: Partial<AttemptRecord> = isWholeCall ? {} : attempt;
  return {
    call_id: call.id,
    number: attempt.index,
    reason: attempt.reason,
    provider: toText(attempt.provider),
    model: toText(attempt.model),
    dialect: toText(attempt.dialect),
    started_at: toInteger(attempt.startedAt) ?? 0,
    duration_us: toMicroseconds(attempt.durationMs),
    first_byte_us: attempt.firstByteMs === undefined ? null : toMicroseconds(attempt.firstByteMs),
    outcome: attempt.outcome,
    status: attempt.status ?? null,
    error: attempt.error ?? null,
    is_whole_call: isWholeCall ? 1 : 0,
    provider_request_id: toOptionalText(providerRequestId),
    usage: usage === undefined ? null : toJsonText(usage),
    cost_status: cost?.status ?? null,
    cost_nano_dollars: toInteger(cost?.nanoDollars),
    price_version: toOptionalText(cost?.priceVersion),
  };
}

/** So it is with nearly every call, which has one attempt; the sum of one usage is that usage itself. */
function hasAllOf(call: CallRecord, { usage, cost, providerRequestId }: AttemptRecord): boolean {
  return (
    usage === call.usage &&
    providerRequestId === call.providerRequestId &&
    cost?.status === call.cost.status &&
    cost.nanoDollars === call.cost.nanoDollars &&
    cost.priceVersion === call.cost.priceVersion
  );
}

export function fromCallRow(row: CallRow): CallSummary {
  const optional = known({
    traceId: row.trace_id,
    keyId: row.key_id,
    alias: row.alias,
    profile: row.profile,
    lockDigest: row.lock_digest,
    error: row.error as ErrorCode | null,
    provider: row.provider,
    model: row.model,
    servedModel: row.served_model,
    providerRequestId: row.provider_request_id,
    systemFingerprint: row.system_fingerprint,
    usage: row.usage === null ? null : fromJsonText<Usage>(row.usage),
    firstByteMs: row.first_byte_us === null ? null : row.first_byte_us / 1000,
    cache: row.cache as CallRecord['cache'] | null,
    saved: row.cache === 'hit' ? fromSavedColumns(row) : null,
    origin: row.origin,
  });
  return {
    id: row.id,
    startedAt: row.started_at,
    endpoint: row.endpoint as CallRecord['endpoint'],
    dialect: row.dialect,
    workspace: row.workspace,
    requestedModel: row.requested_model,
    tags: row.tags === null ? {} : fromJsonText<CallRecord['tags']>(row.tags),
    isStream: row.is_stream === 1,
    outcome: row.outcome as CallRecord['outcome'],
    status: row.status,
    lane: row.lane as CallRecord['lane'],
    cost: fromCostColumns(row.cost_status, row.cost_nano_dollars, row.price_version),
    durationMs: row.duration_us / 1000,
    overheadMs: row.overhead_us / 1000,
    losses: row.losses === null ? [] : fromJsonText<Loss[]>(row.losses),
    ...optional,
  };
}

export function fromAttemptRow(row: AttemptRow, call: CallRow): AttemptRecord {
  const { usage, provider_request_id, cost_status, cost_nano_dollars, price_version } =
    row.is_whole_call === 1 ? call : row;
  const optional = known({
    firstByteMs: row.first_byte_us === null ? null : row.first_byte_us / 1000,
    status: row.status,
    error: row.error as ErrorCode | null,
    providerRequestId: provider_request_id,
    usage: usage === null ? null : fromJsonText<Usage>(usage),
    cost: cost_status === null ? null : fromCostColumns(cost_status, cost_nano_dollars, price_version),
  });
  return {
    index: row.number,
    reason: row.reason as AttemptRecord['reason'],
    provider: row.provider,
    model: row.model,
    dialect: row.dialect,
    startedAt: row.started_at,
    durationMs: row.duration_us / 1000,
    outcome: row.outcome as AttemptRecord['outcome'],
    ...optional,
  };
}

function fromSavedColumns(row: CallRow): SavedByCache {
  return known({
    nanoDollars: row.saved_nano_dollars,
    inputTokens: row.saved_input_tokens,
    outputTokens: row.saved_output_tokens,
  });
}

export function fromCostColumns(
  status: string,
  nanoDollars: number | null,
  priceVersion: string | null,
): RecordedCost {
  return { status: status as CostStatus, ...known({ nanoDollars, priceVersion }) };
}
