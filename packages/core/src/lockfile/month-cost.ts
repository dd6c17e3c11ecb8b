/** What a month of calls costs at given prices: exactly, or not at all. */
import type { Usage } from '../message/index.ts';
import { costOf, type PriceRow } from '../registry/index.ts';

/** Sums over all calls of the month. */
export interface MonthUsage {
  readonly calls: number;
  readonly inputTokens: number;
  /** How many of the input tokens came out of the provider's cache. */
  readonly cachedTokens?: number;
  readonly outputTokens: number;
  /** How many of the output tokens were reasoning. */
  readonly reasoningTokens?: number;
}

export type MonthCost =
  | { readonly status: 'priced'; readonly nanoDollars: number }
  /** What no price covers, in the words of `costOf`, or `prices` where there are none at all. */
  | { readonly status: 'unpriced'; readonly unpriced: readonly string[] };

export function costOfMonth(usage: MonthUsage, prices: PriceRow | undefined): MonthCost {
  if (prices === undefined) return { status: 'unpriced', unpriced: ['prices'] };
  const { calls, inputTokens, cachedTokens = 0, outputTokens, reasoningTokens } = usage;
  // A charge for every call is not in the sum that `costOf` makes of one usage.
  if (prices.billsRequests) return { status: 'unpriced', unpriced: ['units.requests'] };
  const sums: Usage = {
    input: { total: inputTokens, uncached: inputTokens - cachedTokens, cacheRead: cachedTokens },
    output: { total: outputTokens, ...(reasoningTokens !== undefined && { reasoning: reasoningTokens }) },
  };
  const cost = costOf(sums, forCallsOf(calls === 0 ? 0 : inputTokens / calls, prices));
  return cost.status === 'priced'
    ? { status: 'priced', nanoDollars: cost.nanoDollars }
    : { status: 'unpriced', unpriced: cost.unpriced };
}

/** Long context is a matter of the single call, and a month's sum would always pass for one: the usual call decides. */
function forCallsOf(inputTokens: number, prices: PriceRow): PriceRow {
  if (prices.longContextAbove === undefined) return prices;
  return { ...prices, longContextAbove: inputTokens > prices.longContextAbove ? 0 : undefined };
}
