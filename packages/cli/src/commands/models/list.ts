/** `keelson models list` and `models search`: models with context and prices. */

import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { chooseModels } from '../../subject/choose-models.ts';
import { dollars, priceOf, stateOf, tokens } from '../../subject/describe-price.ts';
import { getRegistry } from '../../subject/open-registry.ts';
import { renderTable } from '../../terminal/table.ts';

const columns = [
  { title: 'MODEL' },
  { title: 'CONTEXT', isNumber: true },
  { title: 'OUTPUT', isNumber: true },
  { title: '$/M IN', isNumber: true },
  { title: '$/M OUT', isNumber: true },
  { title: 'RELEASED' },
  { title: 'STATE' },
];

export const run: Run = async (input, surroundings) => {
  const registry = await getRegistry(input, surroundings);
  const cards = chooseModels(registry, input);
  const rows = cards.map((card) => [
    card.key,
    tokens(card.limits.contextWindow),
    tokens(card.limits.maxOutput),
    dollars(priceOf(card.row, 'input')),
    dollars(priceOf(card.row, 'output')),
    card.lifeCycle.releaseDate ?? '',
    stateOf(card),
  ]);
  return {
    data: asJson(
      cards.map((card) => ({
        model: card.key,
        provider: card.provider,
        contextWindow: card.limits.contextWindow ?? null,
        maxOutput: card.limits.maxOutput ?? null,
        input: priceOf(card.row, 'input') ?? null,
        output: priceOf(card.row, 'output') ?? null,
        releaseDate: card.lifeCycle.releaseDate ?? null,
        state: stateOf(card),
      })),
    ),
    text: (look) => (rows.length === 0 ? 'No model fits.\n' : renderTable(columns, rows, look)),
  };
};
