/** OpenRouter: https://openrouter.ai/docs/api-reference (October 2026). */
import { bearer, type ProviderForm } from '../provider-form.ts';

export const openrouter: ProviderForm = {
  name: 'openrouter',
  label: 'OpenRouter',
  address: 'https://openrouter.ai/api',
  authentication: bearer,
  chat: [
    {
      dialect: 'openai-chat',
      base: '/v1',
      quirks: {
        maxTokensField: 'max_tokens',
        reasoningField: 'reasoning_details',
        topK: true,
        cacheMark: 'cache_control',
      },
    },
    { dialect: 'openai-responses', base: '/v1' },
    { dialect: 'anthropic-messages', base: '/v1' },
  ],
  embed: { dialect: 'openai-embeddings', base: '/v1', quirks: { partInputs: true, tokenInputs: false } },
  environment: { key: ['OPENROUTER_API_KEY'], address: ['OPENROUTER_BASE_URL'], addressIncludes: '/v1' },
  listing: { base: '/v1', path: '/models', list: 'data', id: 'id', isPublic: true, keyPath: '/key' },
  requestIdHeaders: ['x-generation-id'],
};
