// Names that exist without any configuration: only of providers that are there, and never of a model that is not.
import { findCard, loadBundledRegistry } from '@keelson/core';
import { expect, test } from 'vitest';
import { defaultAliases } from './default-aliases.ts';

test('an alias holds the models of the providers that are there', () => {
  expect(defaultAliases(new Set(['mistral', 'openai', 'simulator']))).toEqual({
    fast: ['openai:gpt-5.4-mini', 'mistral:mistral-small-latest'],
    smart: ['openai:gpt-5.6', 'mistral:mistral-medium-latest'],
  });
});

test('the simulator answers only where nobody else could', () => {
  expect(defaultAliases(new Set(['simulator']))).toEqual({
    fast: ['simulator:fast'],
    smart: ['simulator:smart'],
  });
  expect(defaultAliases(new Set())).toEqual({});
});

test('every model has a card with prices', async () => {
  const registry = await loadBundledRegistry();
  const all = new Set(['anthropic', 'openai', 'gemini', 'mistral', 'deepseek', 'cohere', 'xai']);
  const models = Object.values(defaultAliases(all)).flat();
  expect(models.length).toBe(14);
  for (const model of models) expect(findCard(registry, model)?.prices, model).toBeDefined();
});
