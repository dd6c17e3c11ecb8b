/**
 * Every fault by name, as data: what it does to an answer, which settings it takes, where it applies. The README repeats
 * the names for people and a test holds the two together. Carrying a fault out is `exchange.ts` and `delivery/`.
 */
import type { ErrorCode, FramingName } from '@keelson/core';

/** `s` and `ms` are durations (a bare number is in that unit), kept as milliseconds. */
export interface FaultSetting {
  readonly unit: 'ms' | 's' | 'count';
  /** Without a default the setting is simply absent. */
  readonly default?: number;
}

export interface FaultRow {
  /** Where it strikes: instead of an answer, in the answer, in its frames, in its bytes, or on the connection. */
  readonly strikes: 'status' | 'answer' | 'frames' | 'bytes' | 'connection';
  readonly settings?: Readonly<Record<string, FaultSetting>>;
  /** Means nothing for an answer in one piece. */
  readonly streamOnly?: boolean;
  /** Means nothing in another framing. */
  readonly framing?: FramingName;
  readonly error?: { readonly status: number; readonly code: ErrorCode; readonly message: string };
}

const retryAfter: FaultRow['settings'] = { 'retry-after': { unit: 's' } };

function status(
  status: number,
  code: ErrorCode,
  message: string,
  settings: FaultRow['settings'] = {},
): FaultRow {
  return { strikes: 'status', settings, error: { status, code, message } };
}

/** How many frames pass before the fault strikes. */
const after: FaultSetting = { unit: 'count', default: 3 };
const stall: FaultSetting = { unit: 'ms', default: 60_000 };

const faultTable = {
  'bad-request': status(400, 'invalid_request', 'The request is not valid (simulated).'),
  'context-too-long': status(
    400,
    'context_too_long',
    'The prompt is longer than the maximum context length (simulated).',
  ),
  'content-blocked': status(
    400,
    'content_blocked',
    'The content was blocked by a content filter (simulated).',
  ),
  unauthorized: status(401, 'authentication_failed', 'The API key is not valid (simulated).'),
  quota: status(402, 'quota_exhausted', 'The account has no credit left (simulated).'),
  forbidden: status(403, 'permission_denied', 'This key may not use this model (simulated).'),
  'not-found': status(404, 'model_not_found', 'The model does not exist (simulated).'),
  timeout: status(408, 'provider_timeout', 'The request took too long (simulated).'),
  conflict: status(409, 'conflict', 'Another request changed the same thing (simulated).'),
  'too-large': status(413, 'request_too_large', 'The request is too large (simulated).'),
  unprocessable: status(422, 'invalid_request', 'The request cannot be processed (simulated).'),
  'rate-limit': status(429, 'rate_limited', 'The rate limit is reached (simulated).', retryAfter),
  'server-error': status(500, 'provider_error', 'The server failed (simulated).', retryAfter),
  'bad-gateway': status(502, 'provider_error', 'The server behind this one failed (simulated).'),
  unavailable: status(503, 'provider_unavailable', 'The service is unavailable (simulated).', retryAfter),
  'gateway-timeout': status(504, 'provider_timeout', 'The server behind this one is too slow (simulated).'),
  overloaded: status(529, 'provider_overloaded', 'The service is overloaded (simulated).', retryAfter),

  'connection-refused': { strikes: 'connection', settings: { for: { unit: 'ms', default: 1000 } } },
  'reset-before-headers': { strikes: 'connection' },
  'stall-before-first-byte': { strikes: 'connection', settings: { for: stall } },

  'error-mid-stream': { strikes: 'answer', streamOnly: true, settings: { after } },
  'missing-usage': { strikes: 'answer' },
  'missing-end': { strikes: 'answer', streamOnly: true },

  'malformed-json': { strikes: 'frames', settings: { after } },
  'duplicate-events': { strikes: 'frames', streamOnly: true, settings: { after: { unit: 'count' } } },

  'reset-mid-stream': { strikes: 'bytes', settings: { after } },
  'truncated-frame': { strikes: 'bytes', streamOnly: true, settings: { after } },
  'wrong-crc': { strikes: 'bytes', streamOnly: true, framing: 'eventstream', settings: { after } },
  'stall-between-chunks': { strikes: 'bytes', settings: { after, for: stall } },
  'slow-drip': {
    strikes: 'bytes',
    settings: { bytes: { unit: 'count', default: 16 }, every: { unit: 'ms', default: 20 } },
  },
  'one-byte-per-packet': { strikes: 'bytes' },
  'wrong-content-type': { strikes: 'bytes' },
  'empty-body': { strikes: 'bytes' },
} as const satisfies Record<string, FaultRow>;

export type FaultName = keyof typeof faultTable;

export const faultNames = Object.keys(faultTable) as readonly FaultName[];

export function faultRow(name: FaultName): FaultRow {
  return faultTable[name];
}
