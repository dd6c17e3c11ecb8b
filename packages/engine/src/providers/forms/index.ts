// Every vendor's form, by name. Models that run inside this process (GGUF files) are not among them yet.
import type { ProviderForm } from '../provider-form.ts';
import { anthropic } from './anthropic.ts';
import { anthropicCompatible } from './anthropic-compatible.ts';
import { azureOpenai, azureOpenaiDeployments } from './azure-openai.ts';
import { bedrock, bedrockAnthropic } from './bedrock.ts';
import { cohere } from './cohere.ts';
import { deepseek } from './deepseek.ts';
import { gemini } from './gemini.ts';
import { jina } from './jina.ts';
import { litellm } from './litellm.ts';
import { gpt4All, llamaCpp, llamafile, lmStudio, localAi, vllm } from './local-servers.ts';
import { mistral } from './mistral.ts';
import { ollama } from './ollama.ts';
import { cerebras, fireworks, groq, huggingFace, nvidia, together } from './open-hosts.ts';
import { openai } from './openai.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { openrouter } from './openrouter.ts';
import { perplexity } from './perplexity.ts';
import { simulator } from './simulator.ts';
import { vertex, vertexAnthropic, vertexExpress } from './vertex.ts';
import { voyage } from './voyage.ts';
import { xai } from './xai.ts';

const vendors = [
  anthropic,
  azureOpenai,
  azureOpenaiDeployments,
  bedrock,
  bedrockAnthropic,
  cerebras,
  cohere,
  deepseek,
  fireworks,
  gemini,
  groq,
  huggingFace,
  jina,
  mistral,
  nvidia,
  openai,
  openrouter,
  perplexity,
  together,
  vertex,
  vertexAnthropic,
  vertexExpress,
  voyage,
  xai,
];
const servers = [gpt4All, llamaCpp, llamafile, lmStudio, localAi, ollama, vllm];
const others = [anthropicCompatible, litellm, openaiCompatible, simulator];
const all: readonly ProviderForm[] = [...vendors, ...servers, ...others];

export const providerForms: ReadonlyMap<string, ProviderForm> = new Map(all.map((form) => [form.name, form]));
