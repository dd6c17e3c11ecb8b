/** What failures of sockets, of TLS and of HTTP mean to whoever reads of them, and what to do about each. */
import type { ErrorCode } from '@keelson/core';
import { refusedAddressCode } from '../address-guard.ts';
import type { Timeouts } from './timeouts.ts';

export interface Failure {
  readonly code: ErrorCode;
  /** Follows the name of the provider. */
  readonly why: string;
  readonly hint?: string;
}

const failures: Readonly<Record<string, Failure>> = {
  UND_ERR_HEADERS_OVERFLOW: { code: 'invalid_response', why: 'answered with too many headers' },
  HPE_HEADER_OVERFLOW: { code: 'invalid_response', why: 'answered with too many headers' },
  HPE: {
    code: 'invalid_response',
    why: 'does not answer in HTTP',
    hint: 'Check scheme and port of its address.',
  },
  ENOTFOUND: { code: 'provider_unavailable', why: 'has a name that is not known here' },
  EAI_AGAIN: { code: 'provider_unavailable', why: 'has a name that cannot be looked up now' },
  ECONNREFUSED: { code: 'provider_unavailable', why: 'refuses connections' },
  EHOSTUNREACH: { code: 'provider_unavailable', why: 'cannot be reached from this network' },
  ENETUNREACH: { code: 'provider_unavailable', why: 'cannot be reached from this network' },
  ECONNRESET: { code: 'provider_unavailable', why: 'closed the connection without an answer' },
  EPIPE: { code: 'provider_unavailable', why: 'closed the connection without an answer' },
  UND_ERR_SOCKET: { code: 'provider_unavailable', why: 'closed the connection without an answer' },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: {
    code: 'invalid_response',
    why: 'answered with another length than it announced',
  },
  UND_ERR_DESTROYED: { code: 'provider_unavailable', why: 'was closed here' },
  UND_ERR_CLOSED: { code: 'provider_unavailable', why: 'was closed here' },
  UND_ERR_INVALID_ARG: {
    code: 'invalid_request',
    why: 'was not asked, because a header or path of the call holds characters that HTTP does not allow',
  },
  UND_ERR_PRX_TLS: {
    code: 'provider_unavailable',
    why: 'is behind a proxy whose certificate is not trusted',
  },
  UND_ERR_PRX_CONN: {
    code: 'provider_unavailable',
    why: 'is behind a proxy that closed the connection',
  },
  UND_ERR_ABORTED: {
    code: 'provider_unavailable',
    why: 'is behind a proxy that refuses to connect to it',
    hint: 'Check user, password and rules of the proxy, or name the host in NO_PROXY.',
  },
  [refusedAddressCode]: {
    code: 'provider_unavailable',
    why: 'has a name that means an address of a metadata service or of the local link, which is refused',
    hint: 'Correct the address, or set `allowMetadataAddresses` if it is meant.',
  },
};

const untrusted: Failure = {
  code: 'provider_unavailable',
  why: 'shows a certificate that is not trusted here',
  hint: 'Hand in the certificate authority that signed it, or correct the address.',
};
const noTls: Failure = {
  code: 'provider_unavailable',
  why: 'does not speak TLS as expected',
  hint: 'Check whether its address begins with http:// rather than https://, and whether it wants a client certificate.',
};
const unreachable: Failure = { code: 'provider_unavailable', why: 'cannot be reached' };

export function explainFailure(cause: Error & { code?: unknown }, timeouts: Timeouts): Failure {
  const code = typeof cause.code === 'string' ? cause.code : '';
  const silence = explainSilence(code, timeouts);
  if (silence !== undefined) return silence;
  // Its parser often gives no code.
  const isNoHttp = code.startsWith('HPE_') || cause.name === 'HTTPParserError';
  const known = failures[code] ?? (isNoHttp ? failures.HPE : undefined);
  if (known !== undefined) return known;
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) return untrusted;
  return /TLS|SSL|EPROTO/.test(code) ? noTls : unreachable;
}

function explainSilence(code: string, timeouts: Timeouts): Failure | undefined {
  const late = (why: string, name: keyof Timeouts): Failure => ({
    code: 'provider_timeout',
    why: `${why} within ${timeouts[name]} ms (\`${name}\`)`,
  });
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return late('did not accept a connection', 'connectMs');
    case 'UND_ERR_HEADERS_TIMEOUT':
      return late('did not begin to answer', 'firstByteMs');
    case 'UND_ERR_BODY_TIMEOUT':
      return late('fell silent in the middle of its answer and did not go on', 'betweenChunksMs');
    case totalTimeCode:
      return late('did not finish', 'totalMs');
    default:
      return undefined;
  }
}

/** Ours, as undici knows no such limit. */
export const totalTimeCode = 'KEELSON_TOTAL_TIME';
