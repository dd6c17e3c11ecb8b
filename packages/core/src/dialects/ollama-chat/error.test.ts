import { describe, expect, it } from 'vitest';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { ollamaChat } from './index.ts';

const rows: readonly (readonly [status: number, body: unknown, code: string])[] = [
  [400, { error: 'invalid options: num_ctx' }, 'invalid_request'],
  [400, { error: 'input length exceeds the context length' }, 'context_too_long'],
  [401, { error: 'unauthorized', signin_url: 'https://a' }, 'provider_authentication_failed'],
  [404, { error: 'model "x" not found, try pulling it first' }, 'model_not_found'],
  [429, { error: 'too many concurrent requests' }, 'rate_limited'],
  [500, { error: { message: 'broken', type: 'api_error' } }, 'provider_error'],
  [503, { error: 'server busy' }, 'provider_unavailable'],
  [502, '<html>Bad gateway</html>', 'provider_error'],
];

describe('an error of Ollama', () => {
  it.each(rows)('is understood and comes out as it came in: %i %j', (status, body, code) => {
    const error = ollamaChat.outbound.parseError(replyOf(body, status));
    expect(error.code).toBe(code);
    const reply = ollamaChat.inbound.renderError(error);
    expect([reply.status, reply.body]).toEqual([status, body]);
  });
});
