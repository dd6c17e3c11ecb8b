/**
 * A proxy of the LiteLLM kind: one address and one key for many vendors. Without either nothing is sent anywhere, least of
 * all to a vendor directly.
 */
import { bearer, type ProviderForm } from '../provider-form.ts';
import { compatible } from './compatible.ts';

export const litellm: ProviderForm = {
  name: 'litellm',
  label: 'LiteLLM proxy',
  authentication: bearer,
  chat: [
    { dialect: 'openai-chat', base: '/v1', quirks: { ...compatible, reasoningField: 'reasoning_content' } },
    { dialect: 'openai-responses', base: '/v1' },
    { dialect: 'anthropic-messages', base: '/v1' },
    { dialect: 'openai-completions', base: '/v1' },
  ],
  embed: { dialect: 'openai-embeddings', base: '/v1' },
  rerank: { dialect: 'cohere-rerank', base: '/v1', quirks: { returnDocuments: true } },
  environment: {
    key: ['LITELLM_PROXY_API_KEY', 'LITELLM_API_KEY'],
    address: ['LITELLM_PROXY_API_BASE', 'LITELLM_PROXY_BASE_URL', 'LITELLM_API_BASE'],
    addressIncludes: '/v1',
  },
  listing: { base: '/v1', path: '/models', list: 'data', id: 'id' },
  requestIdHeaders: ['x-litellm-call-id'],
  traceHeader: { name: 'traceparent', holds: 'traceparent' },
};
