/** Errors as Ollama tells them (server source, 2026): one sentence under `error`, told apart by the status. */
import type { FaultForm } from './fault-form.ts';

export const ollamaFaults: FaultForm = {
  told: {
    'context-too-long': { message: 'the input length exceeds the context length' },
    unauthorized: { message: 'unauthorized' },
    'not-found': { message: 'model not found, try pulling it first' },
    overloaded: { status: 503, message: 'server busy, please try again. maximum pending requests exceeded' },
  },
  render: ({ message }) => ({
    body: { error: message },
    headers: { 'content-type': 'application/json; charset=utf-8' },
  }),
};
