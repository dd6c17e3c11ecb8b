// What blocks know of an alias before they ask it, on the bundled registry: never less than what any of its models comes to cost.
import {
  costOf,
  createRegistry,
  findCard,
  loadBundledRegistry,
  type Registry,
  readWholeRegistryFile,
  seq,
} from '@keelson/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { silentLog, systemClock, systemRandom } from '../../observability/index.ts';
import { createProvider, providerForms } from '../../providers/index.ts';
import { type AliasTable, createCardReader, createRouting, defaultAliases } from '../../routing/index.ts';
import { Secret } from '../../secrets/index.ts';
import { createEnvironment, createModelFinder, estimateRun, prompt } from '../index.ts';
import { worstOfCall } from '../kinds/model-bounds.ts';

const names = ['openai', 'anthropic', 'gemini', 'ollama', 'perplexity'];
const providers = new Map(
  names.map((name) => [
    name,
    createProvider({
      name,
      form: providerForms.get(name)!,
      address: 'http://127.0.0.1:1',
      key: new Secret('k'),
    }),
  ]),
);
let registry: Registry;
beforeAll(async () => {
  registry = await loadBundledRegistry(['openai', 'anthropic', 'gemini', 'perplexity']);
});

const routingOf = (aliases: AliasTable['aliases'], cards = registry, there = providers) =>
  createRouting({
    providers: there,
    aliases,
    registry: cards,
    clock: systemClock,
    random: systemRandom,
    ...createCardReader(cards, there),
  });
const finderOf = (aliases: AliasTable['aliases'], cards = registry) =>
  createModelFinder({ routing: routingOf(aliases, cards), registry: cards });
/** The usual price of a model, by the exact arithmetic. */
const realCost = (model: string, inputTokens: number, outputTokens: number): number | undefined =>
  costOf(
    { input: { total: inputTokens }, output: { total: outputTokens } },
    findCard(registry, model)?.prices,
  ).nanoDollars;

describe('a model', () => {
  it('costs what its card says, with all that text can be charged at', () => {
    const facts = finderOf({})('openai:gpt-4o-mini');
    const million = (facts?.nanoDollarsPerInputToken ?? 0) * 1_000_000;
    expect(million).toBeCloseTo(realCost('openai:gpt-4o-mini', 1_000_000, 0) as number, 3);
    expect(facts?.contextTokens).toBe(128_000);
  });

  it('is never cheaper than it really is, long context and fees of a call included', () => {
    const find = finderOf({});
    let checked = 0;
    for (const card of registry.cards.values()) {
      const name = `${card.provider}:${card.model}`;
      if (card.endpoint !== undefined && card.endpoint !== 'chat') continue;
      const facts = find(name);
      for (const [input, output] of [
        [1, 0],
        [999, 1],
        [150_000, 7000],
        [900_000, 60_000],
      ] as const) {
        const real = realCost(name, input, output);
        if (facts === undefined || real === undefined) continue;
        checked += 1;
        const { contextTokens: _, ...open } = facts;
        expect(worstOfCall({ bytes: input, maxOutputTokens: output }, open), name).toBeGreaterThanOrEqual(
          real,
        );
      }
    }
    expect(checked).toBeGreaterThan(200);
  });

  it("is unknown without a card or a price, and costs nothing where it runs on a machine of one's own", () => {
    const find = finderOf({});
    expect(find('openai:nobody')).toBeUndefined();
    expect(find('nobody')).toBeUndefined();
    expect(find('no:where')).toBeUndefined();
    expect(find('ollama:anything')).toMatchObject({
      nanoDollarsPerInputToken: 0,
      nanoDollarsPerOutputToken: 0,
    });
  });
});

describe('an alias', () => {
  const dear = 'anthropic:claude-opus-4-5';
  const cheap = 'openai:gpt-4o-mini';

  it('costs as much as the dearest that it may lead to, and takes what the largest takes', () => {
    const find = finderOf({
      pool: { targets: [cheap, { model: dear, tier: 3, tags: { team: 'a' } }] },
      trial: { targets: [cheap, { model: dear, percent: 1 }] },
      longer: { targets: [cheap], escalate: { context_too_long: [dear] } },
      milder: { targets: [cheap], escalate: { content_blocked: ['pool'] } },
      shadow: { targets: [cheap], shadow: { target: dear, percent: 100 } },
      hedged: { targets: [cheap], hedge: true },
    });
    const alone = find(dear);
    expect(alone?.contextTokens).toBe(200_000);
    for (const alias of ['pool', 'trial', 'longer', 'milder']) expect(find(alias), alias).toEqual(alone);
    // Nobody who asks is billed for a shadow.
    expect(find('shadow')).toEqual(find(cheap));
    expect(find('hedged')).toEqual({ ...find(cheap), answersPaid: 2 });
  });

  it('is unpriced where any of them has no price', () => {
    expect(finderOf({ pool: [cheap, 'openai:nobody'] })('pool')).toBeUndefined();
  });

  it('is what it is now, after its models or the prices have changed', () => {
    const cards = { cards: new Map(registry.cards), aliases: new Map(registry.aliases) };
    const there = new Map(providers);
    const routing = routingOf({ a: [cheap], b: ['openai:new'] }, cards, there);
    const find = createModelFinder({ routing, registry: cards });
    expect(find('a')).toEqual(finderOf({})(cheap));
    expect(find('b')).toBeUndefined();
    expect(find('other:model')).toBeUndefined();
    there.set('other', providers.get('ollama')!);
    expect(find('other:model')).toMatchObject({ nanoDollarsPerInputToken: 0 });
    routing.setAliases({ aliases: { a: [dear], b: ['openai:new'] } });
    expect(find('a')).toEqual(finderOf({})(dear));
    const added = createRegistry([
      readWholeRegistryFile({
        provider: 'openai',
        version: 1,
        models: {
          'openai:new': {
            provider: 'openai',
            model_name: 'new',
            dollars_per_million_tokens_input: 1,
            dollars_per_million_tokens_output: 2,
          },
        },
      }),
    ]);
    for (const [key, card] of added.cards) cards.cards.set(key, card);
    expect(find('b')).toMatchObject({ nanoDollarsPerInputToken: 1000, nanoDollarsPerOutputToken: 2000 });
  });
});

describe('the estimate of a flow with the aliases that everybody has', () => {
  it('is priced, with a worst case, and asks no more often than it must', () => {
    const configured = [...providers.values()].filter(({ name }) => name !== 'ollama');
    const aliases = defaultAliases(registry, configured);
    const findModel = finderOf(aliases);
    const environment = createEnvironment({ findModel, log: silentLog });
    expect(Object.keys(aliases).length).toBeGreaterThan(2);
    for (const model of Object.keys(aliases)) {
      // Those that embed or rank answer no prompt.
      if (findModel(model) === undefined) {
        expect(['embed', 'embedding', 'rerank']).toContain(model);
        continue;
      }
      const ask = prompt('ask', { model, maxInputBytes: 1000, maxOutputTokens: 100 });
      const { nanoDollars, notes } = estimateRun(seq('s', ask), 'hello', environment);
      expect(nanoDollars.max, model).toBeGreaterThan(nanoDollars.mean ?? Number.POSITIVE_INFINITY);
      expect(notes).not.toContain('unpriced_model');
    }
    for (const model of ['fast', 'deep']) expect(findModel(model), model).toBeDefined();
    // The same for as long as nothing changes: a graph of a thousand nodes asks a thousand times.
    const first = findModel('fast');
    expect(findModel('fast')).toBe(first);
    expect(findModel('openai:gpt-5.4')).toBe(findModel('openai:gpt-5.4'));
  });
});
