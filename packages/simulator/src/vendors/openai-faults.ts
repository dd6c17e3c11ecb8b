/** Errors as OpenAI tells them (API reference and recordings, 2026): an object with four fields, two of them often null. */
import type { FaultForm, ToldFault } from './fault-form.ts';

const refused = 'invalid_request_error';

const told: FaultForm['told'] = {
  'context-too-long': {
    type: refused,
    code: 'context_length_exceeded',
    message: "This model's maximum context length is exceeded by the messages.",
  },
  'content-blocked': { type: refused, code: 'content_policy_violation' },
  unauthorized: { type: refused, code: 'invalid_api_key', message: 'Incorrect API key provided.' },
  // No credit left is a rate limit by its status and told by its type.
  quota: { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
  forbidden: { type: 'request_forbidden', code: 'unsupported_country_region_territory' },
  'not-found': { type: refused, code: 'model_not_found' },
  'rate-limit': { type: 'requests', code: 'rate_limit_exceeded' },
  overloaded: { status: 503, type: 'service_unavailable_error', code: 'server_is_overloaded' },
};

export const openAiFaults: FaultForm = {
  told,
  render: ({
    status,
    message,
    type = status < 500 ? refused : 'server_error',
    param = null,
    code = null,
  }) => ({
    body: { error: { message, type, param, code } },
  }),
};

/** Responses refuses a model that it does not know as any other wrong field (recorded 2026). */
const unknownModel: ToldFault = { status: 400, type: refused, code: 'model_not_found', param: 'model' };

export const openAiResponsesFaults: FaultForm = {
  ...openAiFaults,
  told: { ...told, 'not-found': unknownModel },
};
