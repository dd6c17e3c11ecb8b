import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../../errors/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { bedrockConverse } from './index.ts';

const { parseError } = bedrockConverse.outbound;
const { renderError } = bedrockConverse.inbound;
const place = 'http://internal.example/service/';

const rows: readonly (readonly [status: number, type: string, message: string, code: string])[] = [
  [400, 'ValidationException', 'Malformed input request.', 'invalid_request'],
  [400, 'ValidationException', 'Input is too long for requested model.', 'context_too_long'],
  [400, 'ValidationException', 'Output blocked by content filtering policy', 'content_blocked'],
  [400, 'ValidationException', 'The provided model identifier is invalid.', 'model_not_found'],
  [400, 'ServiceQuotaExceededException', 'No more.', 'quota_exhausted'],
  [403, 'AccessDeniedException', 'No access to the model.', 'provider_permission_denied'],
  [403, 'UnrecognizedClientException', 'The security token is invalid.', 'provider_authentication_failed'],
  [404, 'ResourceNotFoundException', 'No such model.', 'model_not_found'],
  [408, 'ModelTimeoutException', 'It took too long.', 'provider_timeout'],
  [424, 'ModelErrorException', 'It failed.', 'provider_error'],
  [429, 'ThrottlingException', 'Too many requests.', 'rate_limited'],
  [429, 'ModelNotReadyException', 'Not ready.', 'provider_unavailable'],
  [500, 'InternalServerException', 'Oh.', 'provider_error'],
  [503, 'ServiceUnavailableException', 'Later.', 'provider_unavailable'],
  [401, 'AccessDeniedException', 'Who are you?', 'provider_authentication_failed'],
  [413, 'ValidationException', 'That is too much.', 'request_too_large'],
  [529, 'ServiceUnavailableException', 'Busy.', 'provider_overloaded'],
];

describe('an error of Converse', () => {
  it.each(rows)('is understood, and comes out as it came in: %i %s %s', (status, type, message, code) => {
    const headers = { 'x-amzn-ErrorType': `${type}:${place}`, 'x-amzn-RequestId': 'r1' };
    const error = parseError({ status, headers, body: { message } });
    expect([error.code, error.details.providerRequestId]).toEqual([code, 'r1']);
    const reply = renderError(error);
    expect([reply.status, reply.headers['x-amzn-errortype'], reply.body]).toEqual([
      status,
      type,
      { message },
    ]);
  });

  it.each([
    [{ Message: 'Authentication failed: check your key.' }, 403, 'provider_authentication_failed'],
    [{ __type: 'a.b#ThrottlingException', message: 'Slow.' }, 429, 'rate_limited'],
    ['<html>Bad gateway</html>', 502, 'provider_error'],
  ])('is read without its header: %j', (body, status, code) => {
    const error = parseError(replyOf(body, status));
    expect(error.code).toBe(code);
    expect(renderError(error).body).toEqual(body);
  });

  it('of ours carries the class that the SDK throws', () => {
    const { status, headers } = renderError(new KeelsonError('rate_limited', 'Slow down.'));
    expect([status, headers['x-amzn-errortype']]).toEqual([429, 'ThrottlingException']);
  });

  it('that broke off is the class of a stream only in a stream', () => {
    const error = new KeelsonError('stream_interrupted', 'It broke off.');
    expect(renderError(error).headers['x-amzn-errortype']).toBe('InternalServerException');
    const renderer = bedrockConverse.inbound.createStreamRenderer({ model: 'm', turns: [] });
    const frames = [...renderer.push({ type: 'error', error }), ...renderer.end()];
    expect(frames.at(-1)?.event).toBe('modelStreamErrorException');
  });
});
