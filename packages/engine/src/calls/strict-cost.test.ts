// With strict cost, nothing is sent whose price nobody knows; without it, such a call is recorded as unpriced.
import { createRegistry, readWholeRegistryFile } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestEngine, type TestEngine } from './__fixtures__/test-engine.ts';
import { createPricedTest, createPriceList } from './index.ts';

const price = { dollars_per_million_tokens_input: 1, dollars_per_million_tokens_output: 2 };
const registry = createRegistry([
  readWholeRegistryFile({
    provider: 'openai',
    version: 1,
    models: {
      'openai:two': price,
      'openai:half': { dollars_per_million_tokens_input: 1 },
      'openai:vectors': { api_endpoint: 'embeddings', dollars_per_million_tokens_input: 1 },
    },
  }),
]);

let simulator: Simulator;
let strict: TestEngine;
let usual: TestEngine;
beforeAll(async () => {
  simulator = await startSimulator({ seed: 7 });
  const costOf = createPriceList(registry);
  strict = createTestEngine(simulator, { costOf, isPriced: createPricedTest(registry) });
  usual = createTestEngine(simulator, { costOf });
});
afterAll(async () => {
  await strict.close();
  await usual.close();
  await simulator.close();
});

const refused = async (model: string): Promise<void> => {
  const { caller, record } = await strict.ask({ model });
  expect([caller.status, caller.headers['x-keelson-error']]).toEqual([403, 'unpriced_model']);
  expect(record.attempts).toEqual([]);
};

test('a model that no card or half a card prices is refused before anything is sent', async () => {
  await refused('openai:unknown');
  await refused('openai:half');
  const { caller, record } = await usual.ask({ model: 'openai:unknown' });
  expect([caller.status, record.cost.status]).toEqual([200, 'unpriced']);
});

test('of a pool, only those with a price are asked', async () => {
  const { caller, record } = await strict.ask({ model: 'same' });
  expect(caller.status).toBe(200);
  expect(record.cost.status).toBe('priced');
  expect(record.attempts.map(({ model }) => model)).toEqual(['two']);
});

test('what a lockfile holds of prices stands against the registry, as when it is charged', () => {
  const facts = (): never => {
    throw new Error('Nobody asks.');
  };
  const question = { endpoint: 'chat', dialect: 'openai-chat', isStream: false, tags: {}, facts } as const;
  const targetOf = (model: string) => usual.parts.routing.plan({ ...question, model }).targets[0]!;
  const isPriced = createPricedTest(registry);
  const prices = registry.cards.get('openai:two')?.prices;
  const [two, half] = [targetOf('openai:two'), targetOf('openai:half')];
  expect([isPriced(two), isPriced(half)]).toEqual([true, false]);
  expect(isPriced({ ...two, locked: { prices: undefined, priceVersion: undefined } })).toBe(false);
  expect(isPriced({ ...half, locked: { prices, priceVersion: 'openai:half@1#0' } })).toBe(true);
});
