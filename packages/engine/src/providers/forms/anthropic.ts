/** Anthropic: https://docs.anthropic.com/en/api (October 2026). */
import type { ProviderForm } from '../provider-form.ts';

export const anthropic: ProviderForm = {
  name: 'anthropic',
  label: 'Anthropic',
  address: 'https://api.anthropic.com',
  authentication: { kind: 'header', name: 'x-api-key' },
  chat: [{ dialect: 'anthropic-messages', base: '/v1', headers: { 'anthropic-version': '2023-06-01' } }],
  environment: { key: ['ANTHROPIC_API_KEY'], address: ['ANTHROPIC_BASE_URL'] },
  listing: { base: '/v1', path: '/models', list: 'data', id: 'id' },
  requestIdHeaders: ['request-id'],
};
