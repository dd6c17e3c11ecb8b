/** Mistral: https://docs.mistral.ai/api (October 2026). */
import { bearer, type ProviderForm } from '../provider-form.ts';

export const mistral: ProviderForm = {
  name: 'mistral',
  label: 'Mistral',
  address: 'https://api.mistral.ai',
  authentication: bearer,
  chat: [{ dialect: 'mistral-chat', base: '/v1' }],
  embed: {
    dialect: 'openai-embeddings',
    base: '/v1',
    quirks: { dimensionsField: 'output_dimension', kindField: 'output_dtype', tokenInputs: false },
  },
  environment: { key: ['MISTRAL_API_KEY'] },
  listing: { base: '/v1', path: '/models', list: 'data', id: 'id' },
  requestIdHeaders: ['mistral-correlation-id', 'x-kong-request-id'],
};
