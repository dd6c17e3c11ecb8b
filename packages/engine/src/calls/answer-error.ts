/** An error as the caller's own library expects it: status, headers and body of the caller's format. */
import type { KeelsonError } from '@keelson/core';
import type { AskedCall, Caller } from './asked-call.ts';

/** The status that the caller was told, if it was still there. */
export function answerError(
  error: KeelsonError,
  { id, dialect }: Pick<AskedCall, 'id' | 'dialect'>,
  caller: Caller,
): number | undefined {
  if (caller.hasLeft) return undefined;
  const { status, headers, body } = dialect.inbound.renderError(error);
  const retry = error.row.retry === 'never' ? { 'x-should-retry': 'false' } : {};
  caller.start(status, {
    'content-type': 'application/json',
    ...headers,
    ...retry,
    'x-keelson-call-id': id,
    'x-keelson-error': error.code,
  });
  caller.end(typeof body === 'string' ? body : JSON.stringify(body));
  return status;
}
