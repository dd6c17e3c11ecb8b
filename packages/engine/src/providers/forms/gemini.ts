/** Google's Gemini API: https://ai.google.dev/api (October 2026). */
import type { ProviderForm } from '../provider-form.ts';

export const gemini: ProviderForm = {
  name: 'gemini',
  label: 'Google Gemini',
  address: 'https://generativelanguage.googleapis.com',
  authentication: { kind: 'header', name: 'x-goog-api-key' },
  chat: [{ dialect: 'gemini-generate', base: '/v1beta' }],
  embed: { dialect: 'gemini-embed', base: '/v1beta' },
  environment: { key: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], address: ['GOOGLE_GEMINI_BASE_URL'] },
  listing: { base: '/v1beta', path: '/models', list: 'models', id: 'name', prefix: 'models/' },
  requestIdHeaders: [],
};
