/** Perplexity: https://docs.perplexity.ai/api-reference (October 2026). It lists no models. */
import { bearer, type ProviderForm } from '../provider-form.ts';
import { compatible } from './compatible.ts';

export const perplexity: ProviderForm = {
  name: 'perplexity',
  label: 'Perplexity',
  address: 'https://api.perplexity.ai',
  authentication: bearer,
  chat: [{ dialect: 'openai-chat', base: '', quirks: { ...compatible, topK: true, askForUsage: false } }],
  environment: { key: ['PERPLEXITY_API_KEY', 'PPLX_API_KEY'] },
  requestIdHeaders: ['x-request-id'],
};
