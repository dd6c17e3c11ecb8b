/** Any host that speaks Anthropic's format. Its address is what Anthropic's clients call the base URL, without `/v1`. */
import type { ProviderForm } from '../provider-form.ts';

export const anthropicCompatible: ProviderForm = {
  name: 'anthropic-compatible',
  label: 'Anthropic-compatible host',
  authentication: { kind: 'header', name: 'x-api-key', isOptional: true },
  chat: [{ dialect: 'anthropic-messages', base: '/v1', headers: { 'anthropic-version': '2023-06-01' } }],
  environment: {},
  listing: { base: '/v1', path: '/models', list: 'data', id: 'id' },
  requestIdHeaders: ['request-id', 'x-request-id'],
};
