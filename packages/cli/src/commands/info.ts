/** `keelson info` and `models show`: everything that is known of a model. */
import { isPriceField, type ModelCard, priceVersionOf } from '@keelson/core';
import { asJson } from '../line/as-json.ts';
import type { Run } from '../line/command-spec.ts';
import { stateOf, unknown } from '../subject/describe-price.ts';
import { findModels } from '../subject/find-model.ts';
import { getRegistry } from '../subject/open-registry.ts';
import { renderFacts } from '../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const registry = await getRegistry(input, surroundings);
  const cards = await findModels(input.words, registry, input, surroundings);
  return {
    data: asJson(cards.length === 1 ? describe(cards[0] as ModelCard) : cards.map(describe)),
    text: (look) => cards.map((card) => renderFacts(factsOf(card), look)).join('\n'),
  };
};

const count = (value: number | undefined): string => (value === undefined ? unknown : `${value} tokens`);

function factsOf(card: ModelCard): [string, string][] {
  const { limits, lifeCycle, abilities } = card;
  const named = (answer: boolean): string =>
    Object.keys(abilities)
      .filter((ability) => abilities[ability] === answer)
      .sort()
      .join(', ') || 'nothing known';
  const prices = Object.entries(card.row).filter(([field, value]) => isPriceField(field) && value !== null);
  return [
    ['model', card.key],
    ...(card.displayName === undefined ? [] : [['name', card.displayName] as [string, string]]),
    ...(card.aliases.length === 0 ? [] : [['also', card.aliases.join(', ')] as [string, string]]),
    ['state', stateOf(card)],
    ['released', lifeCycle.releaseDate ?? unknown],
    ['kind', card.endpoint ?? unknown],
    ['context', count(limits.contextWindow)],
    ['longest answer', count(limits.maxOutput)],
    ['can', named(true)],
    ['cannot', named(false)],
    ...(prices.length === 0
      ? [['prices', unknown] as [string, string]]
      : prices.map(([field, value]): [string, string] => [field, priceText(value)])),
    ['prices are', `${priceVersionOf(card)}`],
  ];
}

const priceText = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

const describe = (card: ModelCard) => ({
  model: card.key,
  provider: card.provider,
  displayName: card.displayName ?? null,
  aliases: card.aliases,
  state: stateOf(card),
  endpoint: card.endpoint ?? null,
  limits: card.limits,
  abilities: card.abilities,
  prices: Object.fromEntries(Object.entries(card.row).filter(([field]) => isPriceField(field))),
  priceVersion: priceVersionOf(card),
  registryVersion: card.registryVersion,
  lifeCycle: card.lifeCycle,
});
