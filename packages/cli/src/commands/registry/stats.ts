/** `keelson registry stats`: how many models there are, and how much is known of them. */
import type { ModelCard } from '@keelson/core';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { priceOf } from '../../subject/describe-price.ts';
import { getRegistry } from '../../subject/read-registry.ts';
import { renderTable } from '../../terminal/table.ts';

const columns = [
  { title: 'PROVIDER' },
  { title: 'VERSION', isNumber: true },
  { title: 'MODELS', isNumber: true },
  { title: 'ACTIVE', isNumber: true },
  { title: 'PRICED', isNumber: true },
  { title: 'WITH CONTEXT', isNumber: true },
  { title: 'WITH ABILITIES', isNumber: true },
];

export const run: Run = async (input, surroundings) => {
  const registry = await getRegistry(input, surroundings);
  const shelves = new Map<string, ModelCard[]>();
  for (const card of registry.cards.values())
    shelves.set(card.provider, [...(shelves.get(card.provider) ?? []), card]);
  const providers = [...shelves].map(([provider, cards]) => count(provider, cards));
  const total = count('total', [...registry.cards.values()]);
  const rows = [...providers, total].map(({ provider, version, ...counts }) => [
    provider,
    provider === 'total' ? '' : String(version),
    ...Object.values(counts).map(String),
  ]);
  const { version: _newest, provider: _name, ...sums } = total;
  return {
    data: asJson({ providers, total: sums }),
    text: (look) => renderTable(columns, rows, look),
  };
};

const count = (provider: string, cards: readonly ModelCard[]) => ({
  provider,
  version: Math.max(...cards.map(({ registryVersion }) => registryVersion)),
  models: cards.length,
  active: cards.filter(({ lifeCycle }) => lifeCycle.isActive).length,
  priced: cards.filter(({ row }) => typeof priceOf(row, 'input') === 'number').length,
  withContext: cards.filter(({ limits }) => limits.contextWindow !== undefined).length,
  withAbilities: cards.filter(({ abilities }) => Object.keys(abilities).length > 0).length,
});
