/** An error as the caller's own library expects it: status, headers and body of the caller's format. */
import type { KeelsonError } from '@keelson/core';
import type { AskedCall, Caller } from './asked-call.ts';

export interface Refused extends Pick<AskedCall, 'id' | 'dialect'> {
  /** Some formats have another form of errors at other paths. */
  readonly path?: string;
}

export function answerError(error: KeelsonError, { id, dialect, path }: Refused, caller: Caller): void {
  if (caller.hasLeft) return;
  const { status, headers, body } = dialect.inbound.renderError(
    error,
    path === undefined ? undefined : { path },
  );
  const retry = error.row.retry === 'never' ? { 'x-should-retry': 'false' } : {};
  caller.start(status, {
    'content-type': 'application/json',
    ...headers,
    ...retry,
    'x-keelson-call-id': id,
    'x-keelson-error': error.code,
  });
  caller.end(typeof body === 'string' ? body : JSON.stringify(body));
}
