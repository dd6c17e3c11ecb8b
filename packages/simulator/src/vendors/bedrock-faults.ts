/** Errors as Bedrock tells them (API reference and recordings, 2026): a message, and the class of the error in a header. */
import type { FaultForm } from './fault-form.ts';

const typesByStatus: Readonly<Record<number, string>> = {
  401: 'UnrecognizedClientException',
  402: 'ServiceQuotaExceededException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  409: 'ConflictException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
  504: 'ModelTimeoutException',
  529: 'ServiceUnavailableException',
};

function typeOf(status: number): string {
  return typesByStatus[status] ?? (status < 500 ? 'ValidationException' : 'InternalServerException');
}

/** Stands behind the class, where it is defined. */
const definition = 'http://internal.amazon.com/coral/com.amazon.bedrock/';

export const bedrockFaults: FaultForm = {
  told: {
    'context-too-long': { message: 'Input is too long for requested model.' },
    'content-blocked': {
      message: 'The model returned the following errors: Output blocked by content filtering policy',
    },
    // Nobody is unauthorized here: who is not known may do nothing.
    unauthorized: {
      status: 403,
      type: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    },
    quota: { status: 400, type: 'ServiceQuotaExceededException' },
    forbidden: { message: "You don't have access to the model with the specified model ID." },
    // Most names that are wrong cannot even be names of models.
    'not-found': {
      status: 400,
      type: 'ValidationException',
      message: 'The provided model identifier is invalid.',
    },
    unprocessable: { status: 400 },
    'rate-limit': { message: 'Too many requests, please wait before trying again.' },
    overloaded: { status: 503, message: 'Bedrock is unable to process your request.' },
  },
  render: ({ status, message, type = typeOf(status) }) => ({
    body: { message },
    headers: { 'x-amzn-errortype': `${type}:${definition}` },
  }),
};
