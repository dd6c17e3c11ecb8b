// What happens when a request shows no good key: it is counted, and whoever does it too often is told to wait.
import type { IncomingMessage } from 'node:http';
import type { KeelsonError } from '@keelson/core';
import type { Metrics } from '@keelson/engine';
import { callerAddress, type TrustedProxies } from '../http/index.ts';
import type { AuthFailures } from './auth-failures.ts';
import { presentedKey } from './presented-key.ts';

/** Gives the error that the caller is told in place of another. */
export type NoteRefusal = (error: KeelsonError, request: IncomingMessage) => KeelsonError;

interface RefusalParts {
  readonly failures: AuthFailures;
  readonly proxies: TrustedProxies;
  readonly metrics: Metrics | undefined;
}

export function createRefusalNote({ failures, proxies, metrics }: RefusalParts): NoteRefusal {
  return (error, request) => {
    if (error.code !== 'authentication_failed') return error;
    const told = failures.note(callerAddress(request, proxies), error);
    if (told !== error) metrics?.count('keelson_rate_limited_total', ['authentication']);
    metrics?.count('keelson_auth_failures_total', [showsKey(request) ? 'wrong' : 'missing']);
    return told;
  };
}

function showsKey({ headers, url = '' }: IncomingMessage): boolean {
  const at = url.indexOf('?');
  const query = at === -1 ? {} : Object.fromEntries(new URLSearchParams(url.slice(at)));
  return presentedKey(headers, query) !== undefined;
}
