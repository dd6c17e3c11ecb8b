/** What one call to a model would cost, by the registry's prices. */
import { costOf, formatDollars, type ModelCard } from '@keelson/core';

/** In dollars; undefined where any of it has no price. */
export function costOfCall(card: ModelCard, call: { input: number; output: number }): string | undefined {
  const usage = { input: { total: call.input, uncached: call.input }, output: { total: call.output } };
  const cost = costOf(usage, card.prices);
  return cost.status === 'priced' ? formatDollars(cost.nanoDollars) : undefined;
}
