/** What failures of the vendor become, and how ours look to its clients. */
import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../../errors/index.ts';
import { geminiGenerate } from './index.ts';

const parse = (status: number, body: unknown) =>
  geminiGenerate.outbound.parseError({ status, headers: {}, body });
const body = (code: number, status: string, message: string, details?: unknown[]) => ({
  error: { code, message, status, ...(details && { details }) },
});

describe('gemini-generate errors', () => {
  it.each([
    [400, 'INVALID_ARGUMENT', 'Bad.', 'invalid_request'],
    [
      400,
      'INVALID_ARGUMENT',
      'API key not valid. Please pass a valid API key.',
      'provider_authentication_failed',
    ],
    [
      400,
      'INVALID_ARGUMENT',
      'The input token count (9) exceeds the maximum number of tokens allowed (8).',
      'context_too_long',
    ],
    [403, 'PERMISSION_DENIED', 'No.', 'provider_permission_denied'],
    [404, 'NOT_FOUND', 'No such model.', 'model_not_found'],
    [413, 'INVALID_ARGUMENT', 'Too large.', 'request_too_large'],
    [429, 'RESOURCE_EXHAUSTED', 'Slower.', 'rate_limited'],
    [429, 'RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted.', 'quota_exhausted'],
    [500, 'INTERNAL', 'Oh.', 'provider_error'],
    [503, 'UNAVAILABLE', 'The model is overloaded.', 'provider_overloaded'],
    [504, 'DEADLINE_EXCEEDED', 'Late.', 'provider_timeout'],
  ])('reads %d %s (%s) as %s', (code, status, message, expected) => {
    const error = parse(code, body(code, status, message));
    expect(error.code).toBe(expected);
    expect(geminiGenerate.inbound.renderError(error)).toMatchObject({
      status: code,
      body: body(code, status, message),
    });
  });

  it('reads how long to wait, also when the error stands in a list', () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.5s' }];
    const list = [body(429, 'RESOURCE_EXHAUSTED', 'Slower.', details)];
    const error = parse(429, list);
    expect(error.details.retryAfterMs).toBe(34_500);
    expect(geminiGenerate.inbound.renderError(error).body).toEqual(list);
  });

  it('tells ours in the words of the format', () => {
    expect(geminiGenerate.inbound.renderError(new KeelsonError('rate_limited', 'Slower.'))).toMatchObject({
      status: 429,
      body: { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } },
    });
  });
});
