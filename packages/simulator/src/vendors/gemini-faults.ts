/**
 * Errors as Google tells them (API reference and recordings, 2026): a number, a message and a status word, with details of
 * known types. In a stream that would have been a list the error stands in a list as well.
 */
import type { ErrorReply, FaultForm, Telling } from './fault-form.ts';

const wordsByStatus: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  402: 'RESOURCE_EXHAUSTED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
  529: 'UNAVAILABLE',
};

function wordOf(status: number): string {
  return wordsByStatus[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
}

function detailsOf({ fault, status, retryAfterMs }: Telling): readonly object[] {
  const type = (name: string) => ({ '@type': `type.googleapis.com/google.rpc.${name}` });
  if (retryAfterMs !== undefined) return [{ ...type('RetryInfo'), retryDelay: `${retryAfterMs / 1000}s` }];
  if (fault !== 'unauthorized' || status !== 400) return [];
  return [{ ...type('ErrorInfo'), reason: 'API_KEY_INVALID', domain: 'googleapis.com' }];
}

function render(telling: Telling): ErrorReply {
  const { status, message, framing } = telling;
  const details = detailsOf(telling);
  const error = { code: status, message, status: wordOf(status), ...(details.length > 0 && { details }) };
  return {
    body: framing === 'json-array' ? [{ error }] : { error },
    // Whoever asked for events is told so, although the body is none (recorded 2026).
    headers: { 'content-type': framing === 'sse' ? 'text/event-stream' : 'application/json; charset=UTF-8' },
  };
}

export const geminiFaults: FaultForm = {
  told: {
    'context-too-long': {
      message: 'The input token count exceeds the maximum number of tokens allowed.',
    },
    // A wrong key is a wrong argument.
    unauthorized: { status: 400, message: 'API key not valid. Please pass a valid API key.' },
    quota: { status: 429, message: 'Your prepayment credits are depleted.' },
    timeout: { status: 504 },
    'too-large': { status: 400, message: 'Request payload size exceeds the limit.' },
    unprocessable: { status: 400 },
    overloaded: { status: 503, message: 'The model is overloaded. Please try again later.' },
  },
  render,
};
