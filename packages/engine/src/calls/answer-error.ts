/** An error as the caller's own library expects it: status, headers and body of the caller's format. */
import type { KeelsonError } from '@keelson/core';
import type { AskedCall, Caller } from './asked-call.ts';

export interface Refused extends Pick<AskedCall, 'id' | 'dialect'> {
  /** Some formats have another form of errors at other paths. */
  readonly path?: string;
  /** What the answer says besides. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The status that the caller was told, if it was still there. */
export function answerError(
  error: KeelsonError,
  { id, dialect, path, headers: more }: Refused,
  caller: Caller,
): number | undefined {
  if (caller.hasLeft) return undefined;
  const { status, headers, body } = dialect.inbound.renderError(
    error,
    path === undefined ? undefined : { path },
  );
  const retry = error.row.retry === 'never' ? { 'x-should-retry': 'false' } : {};
  caller.start(status, {
    'content-type': 'application/json',
    ...more,
    ...headers,
    ...retry,
    'x-keelson-call-id': id,
    'x-keelson-error': error.code,
  });
  caller.end(typeof body === 'string' ? body : JSON.stringify(body));
  return status;
}
