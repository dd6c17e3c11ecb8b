/**
 * What usage that was charged once costs by other prices. Where these do not cover it, nothing is guessed: it says why, and
 * whoever asks keeps the old cost. Which calls are priced anew does not belong here.
 */
import type { Usage } from '../message/index.ts';
import { costOf, longContextNote } from './cost.ts';
import type { PriceRow } from './price-row.ts';
import { totalOf } from './total-of.ts';

/** `long_context`: the row says from where on a context is long, and not what it costs then. */
export type PriceRefusal = 'no_prices' | 'long_context' | 'uncovered';

export type NewPrice =
  | { readonly nanoDollars: number }
  | {
      readonly refusal: PriceRefusal;
      /** Buckets and circumstances that no price covers. */
      readonly unpriced: readonly string[];
    };

export function priceAgain(usage: Usage, prices: PriceRow | undefined): NewPrice {
  if (prices === undefined) return { refusal: 'no_prices', unpriced: [] };
  const nanoDollars = totalOf(usage, prices);
  if (nanoDollars !== undefined) return { nanoDollars };
  const { unpriced, notes } = costOf(usage, prices);
  const isLong = notes.includes(longContextNote) && isCoveredWhenShort(usage, prices);
  return { refusal: isLong ? 'long_context' : 'uncovered', unpriced };
}

function isCoveredWhenShort(usage: Usage, prices: PriceRow): boolean {
  return costOf(usage, { ...prices, longContextAbove: undefined }).status === 'priced';
}
