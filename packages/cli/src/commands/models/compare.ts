/** `keelson models compare`: models side by side, and what one call would cost with each. */
import type { ModelCard } from '@keelson/core';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { costOfCall } from '../../subject/cost-of-call.ts';
import { dollars, priceOf, stateOf, tokens } from '../../subject/describe-price.ts';
import { findModels } from '../../subject/find-model.ts';
import { getRegistry } from '../../subject/open-registry.ts';
import { renderTable } from '../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const registry = await getRegistry(input, surroundings);
  const cards = await findModels(input.words, registry, input, surroundings);
  const call = { input: input.number('input-tokens') ?? 1000, output: input.number('output-tokens') ?? 1000 };
  const costs = cards.map((card) => costOfCall(card, call));
  const abilities = [...new Set(cards.flatMap((card) => Object.keys(card.abilities)))].sort();
  const facts: [string, (card: ModelCard, at: number) => string][] = [
    ['context', ({ limits }) => tokens(limits.contextWindow)],
    ['longest answer', ({ limits }) => tokens(limits.maxOutput)],
    ['$/M input', ({ row }) => dollars(priceOf(row, 'input'))],
    ['$/M cached input', ({ row }) => dollars(row.dollars_per_million_tokens_cache_read)],
    ['$/M output', ({ row }) => dollars(priceOf(row, 'output'))],
    [`call of ${call.input} + ${call.output}`, (_card, at) => dollarText(costs[at])],
    ['released', ({ lifeCycle }) => lifeCycle.releaseDate ?? '?'],
    ['state', stateOf],
    ...abilities.map((ability): [string, (card: ModelCard) => string] => [ability, abilityText(ability)]),
  ];
  const columns = [{ title: '' }, ...cards.map(({ key }) => ({ title: key, isNumber: true }))];
  const rows = facts.map(([title, tell]) => [title, ...cards.map(tell)]);
  return {
    data: asJson({
      call: { inputTokens: call.input, outputTokens: call.output },
      models: cards.map((card, at) => ({
        model: card.key,
        contextWindow: card.limits.contextWindow ?? null,
        maxOutput: card.limits.maxOutput ?? null,
        input: priceOf(card.row, 'input') ?? null,
        output: priceOf(card.row, 'output') ?? null,
        callDollars: costs[at] ?? null,
        state: stateOf(card),
        abilities: card.abilities,
      })),
    }),
    text: (look) => renderTable(columns, rows, look),
  };
};

const dollarText = (amount: string | undefined): string => (amount === undefined ? '?' : `$${amount}`);

const abilityText =
  (ability: string) =>
  ({ abilities }: ModelCard): string => {
    const answer = abilities[ability];
    if (answer === undefined) return '?';
    return answer ? 'yes' : 'no';
  };
