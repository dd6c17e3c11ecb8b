/** Jina: https://api.jina.ai/redoc (October 2026). It embeds and reranks, and lists no models. */
import { bearer, type ProviderForm } from '../provider-form.ts';

export const jina: ProviderForm = {
  name: 'jina',
  label: 'Jina',
  address: 'https://api.jina.ai',
  authentication: bearer,
  chat: [],
  embed: {
    dialect: 'openai-embeddings',
    base: '/v1',
    quirks: {
      purposeField: 'task',
      truncationField: 'truncate',
      kindField: 'embedding_type',
      tokenInputs: false,
    },
  },
  rerank: { dialect: 'cohere-rerank', base: '/v1', quirks: { objectDocuments: true, returnDocuments: true } },
  environment: { key: ['JINA_API_KEY'] },
  requestIdHeaders: ['x-request-id'],
};
