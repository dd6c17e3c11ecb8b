import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../../errors/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { dialects } from '../index.ts';
import { anthropicMessages } from './index.ts';

const openAiChat = dialects['openai-chat'];

const { parseError } = anthropicMessages.outbound;
const { renderError } = anthropicMessages.inbound;
const official = (type: string, message = 'Something.') => ({
  type: 'error',
  error: { type, message },
  request_id: 'req_1',
});

const rows: readonly (readonly [status: number, body: unknown, code: string])[] = [
  [400, official('invalid_request_error'), 'invalid_request'],
  [401, official('authentication_error'), 'provider_authentication_failed'],
  [402, official('billing_error'), 'quota_exhausted'],
  [403, official('permission_error'), 'provider_permission_denied'],
  [404, official('not_found_error'), 'model_not_found'],
  [408, official('timeout_error'), 'provider_timeout'],
  [409, official('conflict_error'), 'conflict'],
  [413, official('request_too_large'), 'request_too_large'],
  [429, official('rate_limit_error'), 'rate_limited'],
  [500, official('api_error'), 'provider_error'],
  [504, official('timeout_error'), 'provider_timeout'],
  [529, official('overloaded_error'), 'provider_overloaded'],
  [
    400,
    official('invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'),
    'context_too_long',
  ],
  [
    400,
    official('invalid_request_error', 'Your credit balance is too low to access the API.'),
    'quota_exhausted',
  ],
  [400, official('invalid_request_error', 'Output blocked by content filtering policy'), 'content_blocked'],
  [400, official('memory_limit_error'), 'invalid_request'],
  [503, { message: 'Service unavailable' }, 'provider_unavailable'],
  [502, '<html>Bad gateway</html>', 'provider_error'],
];

describe('an error of the Messages format', () => {
  it.each(rows)('is understood: %i %j', (status, body, code) => {
    expect(parseError(replyOf(body, status)).code).toBe(code);
  });

  it.each(rows)('comes out as it came in: %i %j', (status, body) => {
    const reply = renderError(parseError(replyOf(body, status)));
    expect([reply.status, reply.body]).toEqual([status, body]);
  });

  it('names the request and how long to wait', () => {
    const reply = {
      status: 429,
      headers: { 'Retry-After': '3', 'request-id': 'req_2' },
      body: official('rate_limit_error'),
    };
    expect(parseError(reply).details).toEqual({
      dialect: 'anthropic-messages',
      providerStatus: 429,
      providerRequestId: 'req_1',
      retryAfterMs: 3000,
    });
    expect(parseError({ ...reply, body: '' }).details.providerRequestId).toBe('req_2');
  });

  it('of ours says what is wrong and what to do', () => {
    const error = new KeelsonError('invalid_request', '`model` is missing.', { hint: 'Name one.' });
    expect(renderError(error)).toEqual({
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: {
        type: 'error',
        error: { type: 'invalid_request_error', message: '`model` is missing. Name one.' },
      },
    });
  });

  it('of a chat provider is told in the words of this format', () => {
    const body = {
      error: { message: 'Slow down.', type: 'requests', param: null, code: 'rate_limit_exceeded' },
    };
    const error = openAiChat.outbound.parseError({ status: 429, headers: { 'x-request-id': 'req_9' }, body });
    expect(renderError(error)).toMatchObject({
      status: 429,
      body: {
        type: 'error',
        error: { type: 'rate_limit_error', message: 'Slow down.' },
        request_id: 'req_9',
      },
    });
  });
});
