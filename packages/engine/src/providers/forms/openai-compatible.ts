/** Any host that speaks OpenAI's formats. Its address is what OpenAI's clients call the base URL, version included. */
import { bearer, type ProviderForm } from '../provider-form.ts';
import { compatible } from './compatible.ts';

export const openaiCompatible: ProviderForm = {
  name: 'openai-compatible',
  label: 'OpenAI-compatible host',
  authentication: { ...bearer, isOptional: true },
  chat: [
    { dialect: 'openai-chat', base: '', quirks: compatible },
    { dialect: 'openai-completions', base: '' },
  ],
  embed: { dialect: 'openai-embeddings', base: '' },
  rerank: { dialect: 'cohere-rerank', base: '' },
  environment: {},
  listing: { base: '', path: '/models', list: 'data', id: 'id' },
  requestIdHeaders: ['x-request-id'],
};
