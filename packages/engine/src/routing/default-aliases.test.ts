// Names that exist without any configuration: only of providers that are there, and never of a model that is not.
import { createRegistry, findCard, loadBundledRegistry, suggestedAliases } from '@keelson/core';
import { expect, test } from 'vitest';
import { defaultAliases } from './default-aliases.ts';

const registry = await loadBundledRegistry();
const provider = (name: string, form = name) => ({ name, form: { name: form } });

test('every alias leads to priced models of the providers that are there', () => {
  const aliases = defaultAliases(registry, [provider('mistral'), provider('openai'), provider('simulator')]);
  expect(Object.keys(aliases)).toEqual(
    expect.arrayContaining(['fast', 'deep', 'balanced', 'long_context', 'pdf_reader']),
  );
  for (const model of Object.values(aliases).flat()) {
    expect(['mistral', 'openai']).toContain(model.slice(0, model.indexOf(':')));
    expect(findCard(registry, model)?.prices, model).toBeDefined();
  }
  expect(aliases.fast?.map((model) => model.split(':')[0]).sort()).toEqual(['mistral', 'openai']);
});

test('a provider of another name is asked by that name, unless there is one of the usual name too', () => {
  const alone = defaultAliases(registry, [provider('ours', 'openai')]);
  expect(alone.fast?.[0]).toMatch(/^ours:/);
  const both = defaultAliases(registry, [provider('ours', 'openai'), provider('openai')]);
  expect(both.fast?.[0]).toMatch(/^openai:/);
});

test('the simulator answers only where nobody else could', () => {
  const aliases = defaultAliases(createRegistry([]), [provider('simulator')]);
  expect(Object.keys(aliases)).toEqual([...suggestedAliases]);
  expect(aliases.fast).toEqual(['simulator:fast']);
  expect(defaultAliases(registry, [])).toEqual({});
});
