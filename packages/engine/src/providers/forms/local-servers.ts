/** Servers of open weights on this machine or in this network. They need no key, and most take one that was set at their start. */
import { bearer, type ProviderForm } from '../provider-form.ts';
import { compatible, openWeights } from './compatible.ts';

const authentication = { ...bearer, isOptional: true } as const;
const listing = { base: '/v1', path: '/models', list: 'data', id: 'id' } as const;
const chat = { dialect: 'openai-chat', base: '/v1', quirks: openWeights } as const;
const responses = { dialect: 'openai-responses', base: '/v1' } as const;
const completions = { dialect: 'openai-completions', base: '/v1' } as const;
const messages = { dialect: 'anthropic-messages', base: '/v1' } as const;
const embed = { dialect: 'openai-embeddings', base: '/v1' } as const;
const rerank = { dialect: 'cohere-rerank', base: '/v1' } as const;
const shared = { authentication, listing, requestIdHeaders: ['x-request-id'], isLocal: true } as const;

function environment(address: string, key?: string): ProviderForm['environment'] {
  const known = { address: [address], addressIncludes: '/v1', meant: [address] };
  return key === undefined ? known : { ...known, key: [key] };
}

/** https://github.com/mozilla-ai/llamafile */
export const llamafile: ProviderForm = {
  ...shared,
  name: 'llamafile',
  label: 'llamafile',
  address: 'http://127.0.0.1:8080',
  chat: [chat, completions],
  embed,
  environment: environment('LLAMAFILE_BASE_URL'),
};

/** https://github.com/ggml-org/llama.cpp/tree/master/tools/server */
export const llamaCpp: ProviderForm = {
  ...shared,
  name: 'llama-cpp',
  label: 'llama.cpp server',
  address: 'http://127.0.0.1:8080',
  chat: [chat, messages, completions],
  embed,
  rerank,
  environment: environment('LLAMA_CPP_BASE_URL', 'LLAMA_API_KEY'),
};

/** https://localai.io */
export const localAi: ProviderForm = {
  ...shared,
  name: 'localai',
  label: 'LocalAI',
  address: 'http://127.0.0.1:8080',
  chat: [chat, completions],
  embed,
  rerank,
  environment: environment('LOCALAI_BASE_URL', 'LOCALAI_API_KEY'),
};

/** https://docs.vllm.ai */
export const vllm: ProviderForm = {
  ...shared,
  name: 'vllm',
  label: 'vLLM',
  address: 'http://127.0.0.1:8000',
  chat: [chat, responses, messages, completions],
  embed,
  rerank,
  environment: environment('VLLM_BASE_URL', 'VLLM_API_KEY'),
  traceHeader: { name: 'traceparent', holds: 'traceparent' },
};

/** https://lmstudio.ai/docs/developer */
export const lmStudio: ProviderForm = {
  ...shared,
  name: 'lm-studio',
  label: 'LM Studio',
  address: 'http://127.0.0.1:1234',
  chat: [chat, responses, completions],
  embed,
  environment: environment('LMSTUDIO_BASE_URL', 'LM_API_TOKEN'),
};

/** https://docs.gpt4all.io/gpt4all_api_server */
export const gpt4All: ProviderForm = {
  ...shared,
  name: 'gpt4all',
  label: 'GPT4All',
  address: 'http://127.0.0.1:4891',
  chat: [{ ...chat, quirks: { ...compatible, topK: true } }, completions],
  environment: environment('GPT4ALL_BASE_URL'),
};
