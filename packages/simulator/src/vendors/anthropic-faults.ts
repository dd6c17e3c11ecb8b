/** Errors as Anthropic tells them (API reference and recordings, 2026): a type by the status, and the id of the request. */
import type { FaultForm } from './fault-form.ts';

const typesByStatus: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function typeOf(status: number): string {
  return typesByStatus[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
}

export const anthropicFaults: FaultForm = {
  told: {
    'context-too-long': { message: 'prompt is too long: 210000 tokens > 200000 maximum' },
    'content-blocked': { message: 'Output blocked by content filtering policy' },
    unauthorized: { message: 'invalid x-api-key' },
    overloaded: { message: 'Overloaded' },
  },
  render: ({ status, message, requestId }) => ({
    body: { type: 'error', error: { type: typeOf(status), message }, request_id: requestId },
  }),
};
