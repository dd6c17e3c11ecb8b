// Suggested aliases follow from the registry and the providers that are there, and hold for the registry that we bring along.
import { expect, test } from 'vitest';
import { findCard, loadBundledRegistry } from '../registry/index.ts';
import { smallRegistry } from './__fixtures__/small-registry.ts';
import { checkLockfile } from './check-lockfile.ts';
import { createLockfile, lockModels } from './edit-lockfile.ts';
import { suggestAliases, suggestedAliases } from './suggest-aliases.ts';

test('each rule, on a registry of four models', () => {
  const suggested = suggestAliases(smallRegistry(), {
    providers: new Set(['acme', 'other']),
    localModels: ['ollama:llama3.3:latest'],
  });
  expect(Object.fromEntries([...suggested].map(([name, { models }]) => [name, models]))).toEqual({
    fast: ['acme:small', 'other:mid'],
    balanced: ['other:mid', 'acme:small'],
    deep: ['acme:large', 'other:mid'],
    low_cost: ['acme:small', 'other:mid'],
    long_context: ['other:mid', 'acme:large'],
    vision: ['other:mid', 'acme:large'],
    multimodal: ['other:mid', 'acme:large'],
    pdf_reader: ['other:mid'],
    local: ['ollama:llama3.3:latest'],
    coder: ['other:mid', 'acme:large'],
  });
});

test('nobody there, nothing suggested', () => {
  expect(suggestAliases(smallRegistry(), { providers: new Set() }).size).toBe(0);
});

test('retired, deprecated and unpriced models are never suggested', () => {
  const registry = smallRegistry({
    'acme:large': { is_active: false },
    'acme:large-20260501': { is_active: false },
    'acme:small': { is_deprecated: true },
    'other:mid': { dollars_per_million_tokens_input: 0, dollars_per_million_tokens_output: 0 },
  });
  expect(suggestAliases(registry, { providers: new Set(['acme', 'other']) }).size).toBe(0);
});

test('with all big providers there, every alias is suggested, priced and able', async () => {
  const registry = await loadBundledRegistry();
  const suggested = suggestAliases(registry, {
    providers: new Set(['anthropic', 'openai', 'gemini', 'mistral', 'cohere', 'deepseek', 'xai']),
    localModels: ['ollama:llama3.3'],
  });
  expect([...suggested.keys()]).toEqual([...suggestedAliases]);
  const cards = (name: string) =>
    suggested.get(name)?.models.map((entry) => findCard(registry, entry as string)) ?? [];
  for (const name of suggestedAliases.filter((each) => each !== 'local' && each !== 'rerank'))
    for (const card of cards(name)) expect(card?.prices, `${name} ${card?.key}`).toBeDefined();
  for (const card of cards('vision')) expect(card?.abilities.vision).toBe(true);
  for (const card of cards('pdf_reader')) expect(card?.abilities.documents).toBe(true);
  for (const card of cards('json_mode')) expect(card?.abilities.json_schema).toBe(true);
  expect(cards('embedding').map((card) => card?.endpoint)).toEqual(['embeddings']);
  const locked = lockModels(createLockfile(suggested), registry);
  expect(checkLockfile(locked, { registry })).toMatchObject({ ok: true, findings: [] });
});

test.each([
  'anthropic',
  'openai',
  'gemini',
])('%s alone has a fast, a balanced and a deep model, each dearer', async (provider) => {
  const registry = await loadBundledRegistry([provider as 'openai']);
  const suggested = suggestAliases(registry, { providers: new Set([provider]) });
  const input = ['fast', 'balanced', 'deep'].map(
    (name) => findCard(registry, suggested.get(name)?.models[0] as string)?.prices?.rates.output ?? 0n,
  );
  expect(input[0]).toBeLessThan(input[1] as bigint);
  expect(input[1]).toBeLessThan(input[2] as bigint);
});
