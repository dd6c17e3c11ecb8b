/** The simulator of this repository: a vendor that speaks every format, costs nothing and needs no key. */
import { bearer, type ProviderForm } from '../provider-form.ts';

export const simulator: ProviderForm = {
  name: 'simulator',
  label: 'Simulator',
  authentication: { ...bearer, isOptional: true },
  chat: [
    { dialect: 'openai-chat', base: '/v1', quirks: { reasoningField: 'reasoning_details' } },
    { dialect: 'anthropic-messages', base: '/v1' },
    { dialect: 'openai-responses', base: '/v1' },
    { dialect: 'gemini-generate', base: '/v1beta' },
    { dialect: 'bedrock-converse', base: '' },
    { dialect: 'cohere-chat', base: '' },
    { dialect: 'mistral-chat', base: '/mistral/v1' },
    { dialect: 'ollama-chat', base: '' },
    { dialect: 'ollama-generate', base: '' },
    { dialect: 'openai-completions', base: '/v1' },
  ],
  embed: { dialect: 'openai-embeddings', base: '/v1' },
  rerank: { dialect: 'cohere-rerank', base: '/v2' },
  passing: [
    { dialect: 'bedrock', base: '' },
    { dialect: 'vertex', base: '/v1/publishers' },
  ],
  environment: { address: ['KEELSON_SIMULATOR_URL'] },
  listing: { base: '/v1', path: '/models', list: 'data', id: 'id' },
  requestIdHeaders: ['x-request-id', 'request-id'],
  traceHeader: { name: 'x-client-request-id', holds: 'call-id' },
  isLocal: true,
};
