/** OpenAI: https://platform.openai.com/docs/api-reference (October 2026). */
import { bearer, type ProviderForm } from '../provider-form.ts';

export const openai: ProviderForm = {
  name: 'openai',
  label: 'OpenAI',
  address: 'https://api.openai.com',
  settings: {
    organization: { about: 'Whose usage it is.', isOptional: true, header: 'openai-organization' },
    project: { about: 'The project it counts for.', isOptional: true, header: 'openai-project' },
  },
  authentication: bearer,
  chat: [
    { dialect: 'openai-chat', base: '/v1' },
    { dialect: 'openai-responses', base: '/v1' },
    { dialect: 'openai-completions', base: '/v1' },
  ],
  embed: { dialect: 'openai-embeddings', base: '/v1' },
  // Moderation costs nothing (platform.openai.com/docs/guides/moderation, October 2026).
  freeEndpoints: ['moderations'],
  environment: {
    key: ['OPENAI_API_KEY'],
    address: ['OPENAI_BASE_URL'],
    addressIncludes: '/v1',
    settings: { organization: ['OPENAI_ORG_ID'], project: ['OPENAI_PROJECT_ID'] },
  },
  listing: { base: '/v1', path: '/models', list: 'data', id: 'id' },
  requestIdHeaders: ['x-request-id'],
  traceHeader: { name: 'x-client-request-id', holds: 'call-id' },
};
