/** Plain pools are explained in the words in which routing explains the same aliases. */
import { expect, test } from 'vitest';
import { systemRandom } from '../observability/index.ts';
import { ask, createKit, factsFrom, providersOf } from './__fixtures__/routing-kit.ts';
import { explainPools } from './explain-pools.ts';

const providers = providersOf('openai', 'anthropic');
const factsOf = factsFrom({
  'openai:a': { supports: { tools: false } },
  'anthropic:b': { supports: { tools: true } },
});
const pools = { quick: ['openai:a', 'anthropic:b'] };

function explainBoth(model: string, facts: object) {
  const kit = createKit({ providers, aliases: pools, factsOf });
  const question = ask(model, { facts: { inputTokens: 10, ...facts } as never });
  const { clock } = kit;
  const models = (): string[] => ['openai:a', 'anthropic:b'];
  return [
    explainPools(pools, question, { providers, factsOf, clock, random: systemRandom, models }),
    kit.routing.explain(question),
  ];
}

test.each([
  ['quick', {}],
  ['quick', { hasTools: true }],
  ['anthropic:b', {}],
])('%s %j', (model, facts) => {
  const [pool, routing] = explainBoth(model, facts);
  expect(pool).toEqual(routing);
  expect(pool?.candidates.length).toBeGreaterThan(0);
});

test('a name that is of nothing is refused with what was meant', () => {
  expect(() => explainBoth('quik', {})).toThrow(expect.objectContaining({ code: 'model_not_found' }));
});

test('a pool at a provider that nobody knows is refused by its name', () => {
  const { clock } = createKit({ providers, factsOf });
  const settings = { providers, factsOf, clock, random: systemRandom, models: () => [] };
  expect(() => explainPools({ x: ['nobody:m'] }, ask('x', {}), settings)).toThrow('`nobody:m` of `x`');
});
