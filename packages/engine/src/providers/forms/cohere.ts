/** Cohere: https://docs.cohere.com/reference (October 2026). */
import { bearer, type ProviderForm } from '../provider-form.ts';

export const cohere: ProviderForm = {
  name: 'cohere',
  label: 'Cohere',
  address: 'https://api.cohere.com',
  authentication: bearer,
  // The format itself says the version of the chat.
  chat: [{ dialect: 'cohere-chat', base: '' }],
  embed: { dialect: 'cohere-embed', base: '/v2' },
  rerank: { dialect: 'cohere-rerank', base: '/v2' },
  environment: { key: ['CO_API_KEY', 'COHERE_API_KEY'], address: ['CO_API_URL'] },
  listing: { base: '/v1', path: '/models', list: 'models', id: 'name' },
  requestIdHeaders: ['x-debug-trace-id'],
};
