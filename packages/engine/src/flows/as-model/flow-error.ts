/** The error that a caller is told of a flow that failed: made of the failure's type and reason alone, by what is allowed. */
import {
  type AnyBlock,
  type ErrorCode,
  type Failure,
  KeelsonError,
  type Reason,
  reasonTable,
} from '@keelson/core';

const longestName = 100;

const codesByType: Readonly<Record<string, ErrorCode>> = {
  input: 'invalid_request',
  budget: 'budget_exhausted',
  timeout: 'provider_timeout',
  suspended: 'flow_suspended',
  cancelled: 'cancelled',
  'llm.rate_limit': 'rate_limited',
  'llm.timeout': 'provider_timeout',
  'llm.auth': 'provider_authentication_failed',
  'llm.context_length': 'context_too_long',
  'llm.refusal': 'content_blocked',
  'llm.error': 'provider_error',
};

/** What the pipeline said of a call inside, where that says more than the failure's type. */
const closerCodes: Readonly<Record<string, readonly ErrorCode[]>> = {
  budget: ['unpriced_model'],
  'llm.rate_limit': ['limit_reached'],
  'llm.error': [
    ...(['provider_overloaded', 'provider_unavailable', 'quota_exhausted', 'budget_unavailable'] as const),
    ...(['invalid_response', 'stream_interrupted'] as const),
  ],
};

/** By these nobody asks again without a change. */
const final: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'flow_suspended',
  'cancelled',
  'budget_exhausted',
  'unpriced_model',
]);

export function flowError(name: string, { effects }: AnyBlock, failure: Failure): KeelsonError {
  const code = codeOf(failure);
  const { retryAfterMs } = failure;
  // Libraries ask again by themselves for many statuses, and would do a second time what must be done once.
  const mayRepeat = effects !== 'non_idempotent' || failure.effect === 'not_started';
  const told = mayRepeat || final.has(code) ? code : 'flow_failed';
  const message = `The flow \`${name.slice(0, longestName)}\` ${saysOf(failure)}`;
  return new KeelsonError(told, message, {
    ...(hints[told] !== undefined && { hint: hints[told] }),
    ...(told !== 'flow_failed' && retryAfterMs !== undefined && { details: { retryAfterMs } }),
  });
}

function codeOf({ errorType, details }: Failure): ErrorCode {
  const { code } = details;
  return closerCodes[errorType]?.find((closer) => closer === code) ?? codesByType[errorType] ?? 'flow_failed';
}

/** What a code's own hint says of models is not true of flows. */
const hints: Partial<Record<ErrorCode, string>> = {
  invalid_request: 'Send what the flow takes.',
  provider_timeout:
    'Allow the flow more time, or start it with POST /api/v1/runs, where nobody waits for it.',
};

function saysOf({ reason, errorType }: Failure): string {
  if (errorType === 'suspended') return `stops to wait for somebody (\`${reason}\`), and a call cannot wait.`;
  if (Object.hasOwn(reasonTable, reason))
    return `failed (\`${reason}\`): ${reasonTable[reason as Reason].means}`;
  return `failed (\`${reason}\`).`;
}
