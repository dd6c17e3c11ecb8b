/**
 * Errors as Mistral tells them (API reference and recordings, 2026): flat fields with `object: "error"`, and `detail` from
 * what stands in front of the models: as a text for a wrong key, as a list for a wrong field.
 */
import type { ErrorReply, FaultForm, Telling } from './fault-form.ts';

function render({ fault, status, message, type = typeOf(status), param, code }: Telling): ErrorReply {
  if (fault === 'unauthorized') return { body: { detail: message } };
  if (fault === 'unprocessable')
    return {
      body: { detail: [{ type: 'value_error', loc: ['body', 'messages'], msg: message, input: null }] },
    };
  const fields = { message, type, param: param ?? null, code: code ?? null };
  return { body: { object: 'error', ...fields, raw_status_code: status } };
}

function typeOf(status: number): string {
  return status < 500 ? 'invalid_request_error' : 'internal_server_error';
}

export const mistralFaults: FaultForm = {
  told: {
    'context-too-long': {
      type: 'invalid_request_prompt_too_long',
      code: '3059',
      message: 'Prompt 40000 > 32768 maximum context length',
    },
    'content-blocked': { type: 'guardrail_violation' },
    unauthorized: { message: 'Unauthorized' },
    quota: { type: 'insufficient_quota' },
    'not-found': { status: 400, type: 'invalid_model', code: '1500', message: 'Invalid model' },
    'rate-limit': { type: 'rate_limited', code: '1300', message: 'Rate limit exceeded' },
    // A model without room is a rate limit by its status.
    overloaded: {
      status: 429,
      type: 'service_tier_capacity_exceeded',
      code: '3505',
      message: 'Service tier capacity exceeded for this model.',
    },
  },
  render,
};
