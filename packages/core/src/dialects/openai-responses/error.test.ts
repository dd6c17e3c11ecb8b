import { describe, expect, it } from 'vitest';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { openAiResponses } from './index.ts';

const { parseError } = openAiResponses.outbound;
const { renderError } = openAiResponses.inbound;
const official = (code: string | null, type = 'invalid_request_error', message = 'Something.') => ({
  error: { message, type, param: null, code },
});

const rows: readonly (readonly [status: number, body: unknown, code: string])[] = [
  [400, official(null), 'invalid_request'],
  [400, official('context_length_exceeded'), 'context_too_long'],
  [401, official('invalid_api_key'), 'provider_authentication_failed'],
  [404, official('model_not_found'), 'model_not_found'],
  [429, official('rate_limit_exceeded'), 'rate_limited'],
  [429, official('insufficient_quota'), 'quota_exhausted'],
  [500, official(null, 'server_error'), 'provider_error'],
  // xAI and the ChatGPT backend.
  [400, { code: 'invalid-argument', error: 'Incorrect API key provided.' }, 'provider_authentication_failed'],
  [400, { code: 'invalid-argument', error: 'Model not found: x' }, 'model_not_found'],
  [401, { detail: 'Could not parse your token.' }, 'provider_authentication_failed'],
  [502, '<html>Bad gateway</html>', 'provider_error'],
];

describe('an error of the Responses format', () => {
  it.each(rows)('is understood and comes out as it came in: %i %j', (status, body, code) => {
    const error = parseError(replyOf(body, status));
    expect(error.code).toBe(code);
    const reply = renderError(error);
    expect([reply.status, reply.body]).toEqual([status, body]);
  });
});
