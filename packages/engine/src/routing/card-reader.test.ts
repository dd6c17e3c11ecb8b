/** What routing reads on the registry's cards: the bundled ones, under whatever name a provider is configured. */
import { loadBundledRegistry } from '@keelson/core';
import { describe, expect, test } from 'vitest';
import {
  ask,
  createKit,
  fakeProvider,
  modelsOf,
  providersOf,
  refusalOf,
} from './__fixtures__/routing-kit.ts';
import { createCardReader } from './card-reader.ts';

describe('cards', async () => {
  const registry = await loadBundledRegistry();
  const work = fakeProvider('work', { name: 'openai' });
  const providers = providersOf(work, 'anthropic');
  const reader = createCardReader(registry, providers);
  const [known] = [...registry.cards.values()].filter(
    ({ provider, limits, prices, abilities }) =>
      provider === 'openai' &&
      limits.contextWindow !== undefined &&
      prices?.rates.input !== undefined &&
      prices.rates.output !== undefined &&
      abilities.function_calling === true,
  );
  const card = known!;

  test('are found by the vendor of a provider and told as figures', () => {
    const facts = reader.factsOf(work, card.model)!;
    expect(facts.contextWindow).toBeLessThanOrEqual(card.limits.contextWindow!);
    expect(facts.inputPrice! * 1e12).toBeCloseTo(Number(card.prices!.rates.input), 0);
    expect(facts.outputPrice! * 1e12).toBeCloseTo(Number(card.prices!.rates.output), 0);
    expect(facts.supports('tools')).toBe(true);
    expect(reader.factsOf(work, 'no-such-model')).toBeUndefined();
  });

  test('a model without its provider is found, and one that is misspelt is suggested', () => {
    const { routing } = createKit({ providers, ...reader });
    expect(modelsOf(routing.plan(ask(card.model)))).toEqual([`work:${card.model}`]);
    expect(refusalOf(() => routing.plan(ask(`${card.model}x!`))).hint).toContain(`\`work:${card.model}\``);
  });

  test('every model that is suggested has a card', () => {
    const models = [...reader.models()];
    expect(models.length).toBeGreaterThan(20);
    for (const name of models) {
      const [provider = '', ...model] = name.split(':');
      expect(reader.factsOf(providers.get(provider)!, model.join(':'))).toBeDefined();
    }
  });
});
