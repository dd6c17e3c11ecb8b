/** Voyage: https://docs.voyageai.com/reference (October 2026). It embeds and reranks, and lists no models. */
import { bearer, type ProviderForm } from '../provider-form.ts';

export const voyage: ProviderForm = {
  name: 'voyage',
  label: 'Voyage',
  address: 'https://api.voyageai.com',
  authentication: bearer,
  chat: [],
  embed: {
    dialect: 'openai-embeddings',
    base: '/v1',
    quirks: {
      dimensionsField: 'output_dimension',
      purposeField: 'input_type',
      documentWord: 'document',
      truncationField: 'truncation',
      kindField: 'output_dtype',
      tokenInputs: false,
    },
  },
  rerank: {
    dialect: 'cohere-rerank',
    base: '/v1',
    quirks: { topField: 'top_k', returnDocuments: true, lengthField: 'truncation' },
  },
  environment: { key: ['VOYAGE_API_KEY'] },
  requestIdHeaders: ['x-request-id'],
};
