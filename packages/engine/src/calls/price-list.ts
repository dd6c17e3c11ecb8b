/** What usage costs at a target, by the cards of a registry. A model without a card is unpriced, never free. */
import { findCard, type ModelCard, priceVersionOf, type Registry, totalOf, type Usage } from '@keelson/core';
import type { RecordedCost } from '../observability/index.ts';
import type { LockedModel, Target } from '../routing/index.ts';

/** Callers may name any model; what they have named must not fill the memory. */
const maxRemembered = 10_000;

export function createPriceList(registry: Registry): (target: Target, usage: Usage) => RecordedCost {
  const remembered = new Map<string, ModelCard | undefined>();
  const cardOf = ({ key, provider, model }: Target): ModelCard | undefined => {
    const known = remembered.get(key);
    if (known !== undefined || remembered.has(key)) return known;
    const card = findCard(registry, `${provider.form.registry ?? provider.form.name}:${model}`);
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(key, card);
    return card;
  };
  return (target, usage) => {
    if (target.provider.isFree) return { status: 'priced', nanoDollars: 0, priceVersion: 'local' };
    const { locked } = target;
    if (locked !== undefined) return costByLock(locked, usage);
    const card = cardOf(target);
    const nanoDollars = card && totalOf(usage, card.prices);
    if (card === undefined || nanoDollars === undefined) return { status: 'unpriced' };
    return { status: 'priced', nanoDollars, priceVersion: priceVersionOf(card) };
  };
}

/** By the prices that were locked, whatever the registry says today. */
function costByLock({ prices, priceVersion }: LockedModel, usage: Usage): RecordedCost {
  const nanoDollars = totalOf(usage, prices);
  if (nanoDollars === undefined || priceVersion === undefined) return { status: 'unpriced' };
  return { status: 'priced', nanoDollars, priceVersion };
}
