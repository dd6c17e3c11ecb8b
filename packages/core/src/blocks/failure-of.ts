/** Makes a failure of whatever was thrown inside a block. Nothing but typed facts and class names comes out of here. */
import { type ErrorCode, KeelsonError } from '../errors/index.ts';
import type { JsonObject } from '../json/index.ts';
import { BlockError } from './block-error.ts';
import type { EffectState } from './effects.ts';
import type { Failure } from './envelope.ts';
import { type Reason, reasonTable } from './reasons.ts';
import { capDetails, classOf, isLabel } from './safe-details.ts';

/** Codes of the pipeline that mean something to recovery; of all others the call just failed. */
const reasonsByCode: Partial<Record<ErrorCode, Reason>> = {
  rate_limited: 'rate_limit_error',
  limit_reached: 'rate_limit_error',
  provider_authentication_failed: 'api_key_error',
  provider_permission_denied: 'api_key_error',
  authentication_failed: 'api_key_error',
  permission_denied: 'api_key_error',
  context_too_long: 'context_length_error',
  content_blocked: 'content_refused',
  provider_timeout: 'llm_timeout',
  budget_exhausted: 'budget_exceeded',
  unpriced_model: 'budget_unpriced',
  cancelled: 'cancelled',
  invalid_request: 'invalid_payload',
  request_too_large: 'invalid_payload',
  invalid_json: 'invalid_payload',
  internal_error: 'internal_error',
};

/** Refused before anything was sent, or by the provider before it did anything. */
const neverStarted: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'rate_limited',
  'limit_reached',
  'provider_authentication_failed',
  'authentication_failed',
  'permission_denied',
  'context_too_long',
  'budget_exhausted',
  'unpriced_model',
  'budget_unavailable',
  'invalid_request',
  'request_too_large',
  'model_not_found',
]);

/** Never throws: what calls itself one of ours and cannot be read is foreign. */
export function failureOf(thrown: unknown): Failure {
  try {
    if (BlockError.is(thrown)) return cleanFailure(thrown.failure, mostCauses);
    if (KeelsonError.is(thrown)) return ofKeelsonError(thrown);
  } catch {
    // Its fields throw, or are not there.
  }
  return foreign(thrown);
}

/** Whether nobody foresaw it, so that it belongs in the log. */
export function isForeign(thrown: unknown): boolean {
  return !BlockError.is(thrown) && !KeelsonError.is(thrown);
}

function foreign(thrown: unknown): Failure {
  const details = { errorClass: classOf(thrown) };
  return { reason: 'internal_error', errorType: 'internal', details, effect: 'unknown' };
}

/** Below a failure; one may be its own cause, or that of a loop without end. */
const mostCauses = 10;
const effectStates: readonly EffectState[] = ['not_started', 'unknown', 'done'];

/** The author of a block may be careless: reasons that are no labels and details that are no facts stay inside. */
function cleanFailure(failure: Failure, causes: number): Failure {
  const { reason, errorType, effect, retryAfterMs, cause } = failure;
  const state = effectStates.find((known) => known === effect) ?? 'unknown';
  if (!isLabel(reason) || !isLabel(errorType))
    return { ...foreign(undefined), details: { errorClass: 'BlockError' }, effect: state };
  return {
    reason,
    errorType,
    details: capDetails(failure.details),
    effect: state,
    ...(isDelay(retryAfterMs) && { retryAfterMs }),
    ...(cause !== undefined && causes > 0 && { cause: cleanFailure(cause, causes - 1) }),
  };
}

function isDelay(ms: unknown): ms is number {
  return typeof ms === 'number' && ms >= 0 && Number.isFinite(ms);
}

function ofKeelsonError({ code, details }: KeelsonError): Failure {
  const reason = reasonsByCode[code] ?? 'llm_execution_failed';
  const { errorType } = reasonTable[reason];
  const { model, dialect, limit, providerStatus, providerRequestId, retryAfterMs } = details;
  const facts = { code, model, dialect, limit, providerStatus, providerRequestId };
  return {
    reason,
    errorType,
    details: capDetails(facts as unknown as JsonObject),
    effect: neverStarted.has(code) ? 'not_started' : 'unknown',
    ...(isDelay(retryAfterMs) && { retryAfterMs }),
  };
}
