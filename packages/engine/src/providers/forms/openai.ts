/** OpenAI: https://platform.openai.com/docs/api-reference (October 2026). */
import { bearer, type ProviderForm } from '../provider-form.ts';

export const openai: ProviderForm = {
  name: 'openai',
  label: 'OpenAI',
  address: 'https://api.openai.com',
  authentication: bearer,
  chat: [
    { dialect: 'openai-chat', base: '/v1' },
    { dialect: 'openai-responses', base: '/v1' },
    { dialect: 'openai-completions', base: '/v1' },
  ],
  embed: { dialect: 'openai-embeddings', base: '/v1' },
  environment: { key: ['OPENAI_API_KEY'], address: 'OPENAI_BASE_URL' },
  listing: { path: '/v1/models', list: 'data', id: 'id' },
  requestIdHeaders: ['x-request-id'],
};
