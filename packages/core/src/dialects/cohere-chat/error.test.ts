import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../../errors/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { cohereChat } from './index.ts';

const { parseError } = cohereChat.outbound;
const { renderError } = cohereChat.inbound;
const said = (message: string) => ({ id: 'e1', message });

const rows: readonly (readonly [status: number, body: unknown, code: string])[] = [
  [400, said('invalid request: message must be at least 1 token long'), 'invalid_request'],
  [400, said('too many tokens: total number of tokens cannot exceed 4096'), 'context_too_long'],
  [401, said('invalid api token'), 'provider_authentication_failed'],
  [402, said('Please add a payment method'), 'quota_exhausted'],
  [404, said("model 'x' not found"), 'model_not_found'],
  [408, said('the request took too long'), 'provider_timeout'],
  [422, said('unprocessable'), 'invalid_request'],
  [429, said('You are past the per minute request limit'), 'rate_limited'],
  [429, said('Trial key: limited to 1000 API calls / month'), 'quota_exhausted'],
  [498, said('blocked output'), 'content_blocked'],
  [500, said('internal server error'), 'provider_error'],
  [503, { error: 'no healthy upstream' }, 'provider_unavailable'],
  [504, 'upstream timeout', 'provider_timeout'],
];

describe('errors', () => {
  it.each(rows)('%i %j is `%s` and is rendered again as it was', (status, body, code) => {
    const error = parseError(replyOf(body, status));
    expect(error.code).toBe(code);
    const reply = renderError(error);
    expect({ status: reply.status, body: reply.body }).toEqual({ status, body });
  });

  it('says ours with an id and a message', () => {
    const error = new KeelsonError('rate_limited', 'Slow down.', { details: { providerRequestId: 'r1' } });
    const { status, body } = renderError(error);
    expect(status).toBe(429);
    expect(body).toEqual({ id: 'r1', message: expect.stringContaining('Slow down.') });
  });
});
