import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../../errors/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { dialects } from '../index.ts';
import { openAiChat } from './index.ts';

const anthropicMessages = dialects['anthropic-messages'];

const { parseError } = openAiChat.outbound;
const { renderError } = openAiChat.inbound;
const official = (fields: object) => ({
  error: { message: 'Something.', type: null, param: null, code: null, ...fields },
});

/** What vendors of this format answer, by hand after their manuals. */
const rows: readonly (readonly [what: string, status: number, body: unknown, code: string])[] = [
  [
    'a wrong key',
    401,
    official({ type: 'invalid_request_error', code: 'invalid_api_key' }),
    'provider_authentication_failed',
  ],
  [
    'a spent account',
    429,
    official({ type: 'insufficient_quota', code: 'insufficient_quota' }),
    'quota_exhausted',
  ],
  ['too many requests', 429, official({ type: 'requests', code: 'rate_limit_exceeded' }), 'rate_limited'],
  ['an unknown model', 404, official({ code: 'model_not_found' }), 'model_not_found'],
  ['a long prompt, by its code', 400, official({ code: 'context_length_exceeded' }), 'context_too_long'],
  [
    'a long prompt, by its words',
    400,
    official({
      message: "This model's maximum context length is 8192 tokens.",
      type: 'invalid_request_error',
    }),
    'context_too_long',
  ],
  [
    'a long prompt of llama.cpp',
    400,
    { error: { code: 400, message: 'x', type: 'exceed_context_size_error' } },
    'context_too_long',
  ],
  [
    'a wrong field',
    400,
    official({ type: 'invalid_request_error', param: 'temperature' }),
    'invalid_request',
  ],
  ['a server without room', 503, official({ code: 'server_is_overloaded' }), 'provider_overloaded'],
  ['blocked content', 400, official({ code: 'content_filter' }), 'content_blocked'],
  ['a broken server', 500, official({ type: 'server_error' }), 'provider_error'],
  ['a code that is a number', 200, { error: { message: 'x', code: 429 } }, 'rate_limited'],
  ['a bare text', 422, { error: 'Field required' }, 'invalid_request'],
  ['a detail', 401, { detail: 'Unauthorized' }, 'provider_authentication_failed'],
  [
    'flat fields',
    429,
    { object: 'error', message: 'Slow down.', type: 'rate_limit', code: 1300 },
    'rate_limited',
  ],
  ['a page of a proxy', 502, '<html>Bad gateway</html>', 'provider_error'],
  ['nothing', 503, '', 'provider_unavailable'],
];

describe('an error of the chat format', () => {
  it.each(rows)('is understood: %s', (_what, status, body, code) => {
    const error = parseError(replyOf(body, status));
    expect(error.code).toBe(code);
    expect(error.message.length).toBeGreaterThan(0);
  });

  it.each(rows)('comes out as it came in: %s', (_what, status, body) => {
    const reply = renderError(parseError(replyOf(body, status)));
    expect(reply.body).toEqual(body === '' ? 'The provider answered with status 503 and no message.' : body);
    if (status >= 400) expect(reply.status).toBe(status);
  });

  it('names the field, the request and how long to wait', () => {
    const headers = { 'x-request-id': 'req_1', 'retry-after': '3' };
    const body = official({ param: 'messages[0].content' });
    expect(parseError({ status: 400, headers, body }).details).toEqual({
      dialect: 'openai-chat',
      field: 'messages[0].content',
      providerStatus: 400,
      providerRequestId: 'req_1',
      retryAfterMs: 3000,
    });
  });

  it('keeps unknown fields for callers of this format only', () => {
    const body = { ...official({ metadata: { raw: 'inner words' } }), user_id: 'user_1' };
    const error = parseError(replyOf(body, 400));
    expect(renderError(error).body).toEqual(body);
    expect(JSON.stringify(error)).not.toContain('inner words');
    expect(JSON.stringify(anthropicMessages.inbound.renderError(error))).not.toContain('inner words');
  });

  it('of ours says what is wrong, what to do and which field it was', () => {
    const error = new KeelsonError('invalid_request', '`model` is missing.', {
      hint: 'Name one.',
      details: { field: 'model' },
    });
    expect(renderError(error)).toEqual({
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: {
        error: {
          message: '`model` is missing. Name one.',
          type: 'invalid_request_error',
          param: 'model',
          code: 'invalid_request',
        },
      },
    });
  });

  it('of a Messages provider is told in the words of this format', () => {
    const body = {
      type: 'error',
      error: { type: 'rate_limit_error', message: 'Slow down.' },
      request_id: 'req_1',
    };
    const reply = renderError(
      anthropicMessages.outbound.parseError({ status: 429, headers: { 'retry-after': '2' }, body }),
    );
    expect(reply).toEqual({
      status: 429,
      headers: { 'content-type': 'application/json', 'retry-after': '2', 'retry-after-ms': '2000' },
      body: { error: { message: 'Slow down.', type: 'rate_limit_error', param: null, code: 'rate_limited' } },
    });
  });
});
