/** Errors as Cohere tells them (API reference and recordings, 2026): an id and a message, told apart by the status alone. */
import type { FaultForm } from './fault-form.ts';
import { uuidOf } from './names.ts';

export const cohereFaults: FaultForm = {
  told: {
    'context-too-long': { message: 'too many tokens: the prompt exceeds the context length of the model' },
    unauthorized: { message: 'invalid api token' },
    'not-found': {
      message:
        'model not found, make sure the correct model ID was used and that you have access to the model.',
    },
    'rate-limit': { message: 'Please wait and try again later' },
    overloaded: { status: 503 },
  },
  render: ({ message, requestId }) => ({ body: { id: uuidOf(requestId), message } }),
};
