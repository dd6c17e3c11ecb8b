import { describe, expect, it } from 'vitest';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { mistralChat } from './index.ts';

const flat = (fields: object) => ({ object: 'error', param: null, raw_status_code: 400, ...fields });

describe('errors of Mistral', () => {
  it.each([
    [400, flat({ message: 'Invalid model: x', type: 'invalid_model', code: '1500' }), 'model_not_found'],
    [
      400,
      flat({ message: 'Logprobs are off', type: 'invalid_request_invalid_args', code: '3051' }),
      'invalid_request',
    ],
    [
      400,
      flat({ message: 'Prompt contains 40000 tokens, too large for model with 32768', type: 'x', code: 1 }),
      'context_too_long',
    ],
    [401, { detail: 'Unauthorized' }, 'provider_authentication_failed'],
    [
      422,
      { detail: [{ loc: ['body', 'model'], msg: 'Field required', type: 'missing' }] },
      'invalid_request',
    ],
    [
      422,
      flat({ message: { detail: [{ loc: ['body', 'n'], msg: 'Too small' }] }, type: 'y' }),
      'invalid_request',
    ],
    [429, flat({ message: 'Too many requests', type: 'rate_limited', code: '1300' }), 'rate_limited'],
    [503, flat({ message: 'Busy', type: 'internal', code: null }), 'provider_unavailable'],
  ])('reads %i %j as %s, and gives it back as it was', (status, body, code) => {
    const error = mistralChat.outbound.parseError(replyOf(JSON.stringify(body), status));
    expect(error.code).toBe(code);
    expect(mistralChat.inbound.renderError(error)).toMatchObject({ status, body });
  });

  it('names the field in a list of complaints', () => {
    const body = { detail: [{ loc: ['body', 'model'], msg: 'Field required' }] };
    expect(mistralChat.outbound.parseError(replyOf(body, 422)).message).toBe('body.model: Field required');
  });
});
