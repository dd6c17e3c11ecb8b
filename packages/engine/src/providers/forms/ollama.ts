/** Ollama, on this machine or another: https://docs.ollama.com/api (October 2026). */
import { bearer, type ProviderForm } from '../provider-form.ts';
import { compatible } from './compatible.ts';

export const ollama: ProviderForm = {
  name: 'ollama',
  label: 'Ollama',
  address: 'http://127.0.0.1:11434',
  authentication: { ...bearer, isOptional: true },
  chat: [
    { dialect: 'ollama-chat', base: '' },
    { dialect: 'ollama-generate', base: '' },
    {
      dialect: 'openai-chat',
      base: '/v1',
      quirks: { ...compatible, reasoningField: 'reasoning' },
    },
    { dialect: 'openai-completions', base: '/v1' },
  ],
  embed: { dialect: 'ollama-embed', base: '' },
  environment: { key: ['OLLAMA_API_KEY'], address: ['OLLAMA_HOST'], meant: ['OLLAMA_HOST'] },
  listing: { base: '', path: '/api/tags', list: 'models', id: 'name' },
  requestIdHeaders: [],
  isLocal: true,
};
