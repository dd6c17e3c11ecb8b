/** xAI: https://docs.x.ai/docs/api-reference (October 2026). */
import { bearer, type ProviderForm } from '../provider-form.ts';

export const xai: ProviderForm = {
  name: 'xai',
  label: 'xAI',
  address: 'https://api.x.ai',
  authentication: bearer,
  chat: [
    {
      dialect: 'openai-chat',
      base: '/v1',
      quirks: { reasoningField: 'reasoning_content', cacheMark: 'none' },
    },
    { dialect: 'openai-responses', base: '/v1' },
  ],
  environment: { key: ['XAI_API_KEY'], address: ['XAI_BASE_URL'], addressIncludes: '/v1' },
  listing: { base: '/v1', path: '/models', list: 'data', id: 'id' },
  requestIdHeaders: ['x-request-id'],
};
