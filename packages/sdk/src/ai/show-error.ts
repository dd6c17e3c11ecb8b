/** An error as the AI SDK knows them: it tries again what may be tried again, and takes an end by the caller for what it is. */
import { APICallError } from '@ai-sdk/provider';
import { KeelsonError } from '@keelson/core';

export function showError(thrown: unknown, signal: AbortSignal | undefined): unknown {
  if (!KeelsonError.is(thrown)) return thrown;
  if (thrown.code === 'cancelled') return signal?.reason ?? new DOMException(thrown.message, 'AbortError');
  const { status, retry, fault } = thrown.row;
  const { retryAfterMs } = thrown.details;
  return new APICallError({
    // What a provider says needs no advice of ours.
    message: fault === 'provider' ? thrown.message : `${thrown.message} ${thrown.hint}`,
    url: 'keelson:',
    requestBodyValues: {},
    statusCode: status,
    isRetryable: retry !== 'never',
    ...(retryAfterMs !== undefined && { responseHeaders: { 'retry-after-ms': String(retryAfterMs) } }),
    data: thrown.toJSON(),
    cause: thrown,
  });
}
