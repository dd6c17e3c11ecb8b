/** DeepSeek: https://api-docs.deepseek.com (October 2026). Its paths have no version, but for Anthropic's format. */
import { bearer, type ProviderForm } from '../provider-form.ts';
import { compatible } from './compatible.ts';

export const deepseek: ProviderForm = {
  name: 'deepseek',
  label: 'DeepSeek',
  address: 'https://api.deepseek.com',
  authentication: bearer,
  chat: [
    {
      dialect: 'openai-chat',
      base: '',
      quirks: { ...compatible, reasoningField: 'reasoning_content' },
    },
    { dialect: 'anthropic-messages', base: '/anthropic/v1' },
    { dialect: 'openai-responses', base: '' },
  ],
  environment: { key: ['DEEPSEEK_API_KEY'], address: ['DEEPSEEK_BASE_URL'] },
  listing: { base: '', path: '/models', list: 'data', id: 'id' },
  requestIdHeaders: ['x-ds-trace-id'],
};
