/** Vendors that serve models of many makers in OpenAI's formats. */
import { bearer, type ProviderForm } from '../provider-form.ts';
import { compatible, openWeights } from './compatible.ts';

const listing = { base: '/v1', path: '/models', list: 'data', id: 'id' } as const;
const embed = { dialect: 'openai-embeddings', base: '/v1', quirks: { tokenInputs: false } } as const;
const shared = { authentication: bearer, requestIdHeaders: ['x-request-id'] } as const;

/** https://console.groq.com/docs/api-reference; its own client's address is without the version (October 2026). */
export const groq: ProviderForm = {
  ...shared,
  name: 'groq',
  label: 'Groq',
  address: 'https://api.groq.com',
  chat: [
    {
      dialect: 'openai-chat',
      base: '/openai/v1',
      quirks: { reasoningField: 'reasoning', cacheMark: 'none' },
    },
    { dialect: 'openai-responses', base: '/openai/v1' },
  ],
  environment: { key: ['GROQ_API_KEY'], address: ['GROQ_BASE_URL'] },
  listing: { ...listing, base: '/openai/v1' },
};

/** https://docs.together.ai/reference (October 2026). */
export const together: ProviderForm = {
  ...shared,
  name: 'together',
  label: 'Together',
  address: 'https://api.together.xyz',
  chat: [
    { dialect: 'openai-chat', base: '/v1', quirks: { ...openWeights, reasoningField: 'reasoning' } },
    { dialect: 'openai-completions', base: '/v1' },
  ],
  embed,
  rerank: { dialect: 'cohere-rerank', base: '/v1', quirks: { objectDocuments: true, returnDocuments: true } },
  environment: { key: ['TOGETHER_API_KEY'], address: ['TOGETHER_BASE_URL'], addressIncludes: '/v1' },
  listing: { base: '/v1', path: '/models', id: 'id' },
};

/** https://docs.fireworks.ai/api-reference (October 2026). */
export const fireworks: ProviderForm = {
  ...shared,
  name: 'fireworks',
  label: 'Fireworks',
  address: 'https://api.fireworks.ai/inference',
  chat: [
    { dialect: 'openai-chat', base: '/v1', quirks: openWeights },
    { dialect: 'openai-responses', base: '/v1' },
    { dialect: 'anthropic-messages', base: '/v1' },
    { dialect: 'openai-completions', base: '/v1' },
  ],
  embed,
  rerank: { dialect: 'cohere-rerank', base: '/v1', quirks: { returnDocuments: true } },
  environment: { key: ['FIREWORKS_API_KEY'], address: ['FIREWORKS_BASE_URL'], addressIncludes: '/v1' },
  listing,
};

/** https://inference-docs.cerebras.ai/api-reference; its own client's address is without the version (October 2026). */
export const cerebras: ProviderForm = {
  ...shared,
  name: 'cerebras',
  label: 'Cerebras',
  address: 'https://api.cerebras.ai',
  chat: [
    { dialect: 'openai-chat', base: '/v1', quirks: { reasoningField: 'reasoning', cacheMark: 'none' } },
    { dialect: 'openai-completions', base: '/v1' },
  ],
  environment: { key: ['CEREBRAS_API_KEY'], address: ['CEREBRAS_BASE_URL'] },
  listing,
};

/** https://huggingface.co/docs/inference-providers (October 2026). Anybody may see its models. */
export const huggingFace: ProviderForm = {
  ...shared,
  name: 'huggingface',
  label: 'Hugging Face',
  address: 'https://router.huggingface.co',
  chat: [
    { dialect: 'openai-chat', base: '/v1', quirks: compatible },
    { dialect: 'openai-responses', base: '/v1' },
  ],
  environment: { key: ['HF_TOKEN', 'HUGGINGFACE_API_KEY'] },
  listing: { ...listing, isPublic: true },
  requestIdHeaders: ['x-request-id', 'inference-id'],
};

/** https://docs.api.nvidia.com/nim/reference, or a NIM of one's own by address (October 2026). Its models are public. */
export const nvidia: ProviderForm = {
  ...shared,
  name: 'nvidia',
  label: 'NVIDIA NIM',
  address: 'https://integrate.api.nvidia.com',
  chat: [
    { dialect: 'openai-chat', base: '/v1', quirks: openWeights },
    { dialect: 'openai-completions', base: '/v1' },
  ],
  embed: {
    dialect: 'openai-embeddings',
    base: '/v1',
    quirks: {
      purposeField: 'input_type',
      documentWord: 'passage',
      defaultPurpose: 'passage',
      tokenInputs: false,
    },
  },
  environment: {
    key: ['NVIDIA_API_KEY', 'NVIDIA_NIM_API_KEY'],
    address: ['NVIDIA_BASE_URL'],
    addressIncludes: '/v1',
  },
  listing: { ...listing, isPublic: true },
  requestIdHeaders: ['nvcf-reqid'],
};
