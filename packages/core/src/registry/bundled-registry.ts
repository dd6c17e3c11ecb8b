/**
 * The cards that Keelson brings along, so that nothing needs the network. They are loaded when asked for: a program that
 * never prices anything never reads them.
 */
import type { JsonObject } from '../json/index.ts';
import { type RegistryFile, readWholeRegistryFile } from './read-registry-file.ts';
import { createRegistry, type Registry } from './registry.ts';

export const bundledProviders = [
  'anthropic',
  'azure',
  'bedrock',
  'cerebras',
  'cohere',
  'deepseek',
  'fireworks',
  'gemini',
  'groq',
  'huggingface',
  'mistral',
  'ollama_cloud',
  'openai',
  'openrouter',
  'perplexity',
  'together',
  'vertexai',
  'xai',
] as const;

export type BundledProvider = (typeof bundledProviders)[number];

// The type is written out: published declarations must not name the JSON files, which a consumer's compiler may refuse.
const sources: Readonly<Record<BundledProvider, () => Promise<{ readonly default: unknown }>>> = {
  anthropic: () => import('./bundled/anthropic.json', { with: { type: 'json' } }),
  azure: () => import('./bundled/azure.json', { with: { type: 'json' } }),
  bedrock: () => import('./bundled/bedrock.json', { with: { type: 'json' } }),
  cerebras: () => import('./bundled/cerebras.json', { with: { type: 'json' } }),
  cohere: () => import('./bundled/cohere.json', { with: { type: 'json' } }),
  deepseek: () => import('./bundled/deepseek.json', { with: { type: 'json' } }),
  fireworks: () => import('./bundled/fireworks.json', { with: { type: 'json' } }),
  gemini: () => import('./bundled/gemini.json', { with: { type: 'json' } }),
  groq: () => import('./bundled/groq.json', { with: { type: 'json' } }),
  huggingface: () => import('./bundled/huggingface.json', { with: { type: 'json' } }),
  mistral: () => import('./bundled/mistral.json', { with: { type: 'json' } }),
  ollama_cloud: () => import('./bundled/ollama-cloud.json', { with: { type: 'json' } }),
  openai: () => import('./bundled/openai.json', { with: { type: 'json' } }),
  openrouter: () => import('./bundled/openrouter.json', { with: { type: 'json' } }),
  perplexity: () => import('./bundled/perplexity.json', { with: { type: 'json' } }),
  together: () => import('./bundled/together.json', { with: { type: 'json' } }),
  vertexai: () => import('./bundled/vertexai.json', { with: { type: 'json' } }),
  xai: () => import('./bundled/xai.json', { with: { type: 'json' } }),
};

/** Parsed once for the whole process, because cards never change. */
const loaded = new Map<BundledProvider, Promise<RegistryFile>>();

export function loadBundledFile(provider: BundledProvider): Promise<RegistryFile> {
  const begun = loaded.get(provider) ?? readSource(provider);
  loaded.set(provider, begun);
  return begun;
}

async function readSource(provider: BundledProvider): Promise<RegistryFile> {
  return readWholeRegistryFile(await loadBundledJson(provider));
}

/** The file as it was published, for whoever passes it on. */
export async function loadBundledJson(provider: BundledProvider): Promise<JsonObject> {
  const { default: json } = await sources[provider]();
  return json as JsonObject;
}

export function isBundled(provider: string): provider is BundledProvider {
  return (bundledProviders as readonly string[]).includes(provider);
}

/** All bundled cards, or those of the providers that are named. */
export async function loadBundledRegistry(
  providers: readonly BundledProvider[] = bundledProviders,
): Promise<Registry> {
  return createRegistry(await Promise.all(providers.map(loadBundledFile)));
}
