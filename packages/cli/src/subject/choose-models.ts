/** Which models a list shows, and in which order. */
import { type Constraint, type ModelCard, type Registry, whyNot } from '@keelson/core';
import type { Input } from '../line/input.ts';
import { priceOf } from './describe-price.ts';

export function chooseModels(registry: Registry, input: Input): readonly ModelCard[] {
  const providers = input.list('provider');
  const parts = input.words.map((word) => word.toLowerCase());
  const limits = readLimits(input);
  const cards = [...registry.cards.values()].filter(
    (card) =>
      (providers?.includes(card.provider) ?? true) &&
      parts.every((part) => namesOf(card).includes(part)) &&
      fits(card, limits, input.isOn('all')),
  );
  return cards.toSorted((a, b) => orders[input.text('sort') ?? 'name']?.(a, b) || byName(a, b));
}

function readLimits(input: Input): Constraint {
  const [minContext, minOutput] = [input.number('min-context'), input.number('min-output')];
  const [maxCost, needs] = [input.number('max-cost'), input.list('needs')];
  return {
    match: '*',
    ...(minContext !== undefined && { minContext }),
    ...(minOutput !== undefined && { minOutput }),
    ...(maxCost !== undefined && { maxCost }),
    ...(needs !== undefined && { needs }),
  };
}

/** Limits are judged as a lockfile judges them, only that what is gone may be seen. */
function fits(card: ModelCard, limits: Constraint, showsAll: boolean): boolean {
  const lifeCycle = showsAll ? { ...card.lifeCycle, isActive: true, isDeprecated: false } : card.lifeCycle;
  return whyNot(limits, { ...card, lifeCycle }) === undefined;
}

const namesOf = ({ key, displayName = '', family = '', aliases }: ModelCard): string =>
  [key, displayName, family, ...aliases].join(' ').toLowerCase();

const byName = (a: ModelCard, b: ModelCard): number => (a.key < b.key ? -1 : 1);

/** A price that is not known comes last. */
function mixedPrice({ row }: ModelCard): number {
  const [input, output] = [priceOf(row, 'input'), priceOf(row, 'output')];
  if (typeof input !== 'number') return Number.MAX_VALUE;
  return 3 * input + (typeof output === 'number' ? output : 0);
}

const orders: Readonly<Record<string, (a: ModelCard, b: ModelCard) => number>> = {
  name: byName,
  price: (a, b) => mixedPrice(a) - mixedPrice(b),
  context: (a, b) => (b.limits.contextWindow ?? 0) - (a.limits.contextWindow ?? 0),
  date: (a, b) => {
    const [one = '', other = ''] = [a.lifeCycle.releaseDate, b.lifeCycle.releaseDate];
    return Number(other > one) - Number(other < one);
  },
};
