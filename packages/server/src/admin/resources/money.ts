// Money as the management API writes it: whole billionths of a dollar as a text of digits, because numbers are exact only up to nine
// million dollars.
import type { CallRecord } from '@keelson/engine';
import { object, oneOf, optional, text } from '../contract/index.ts';

export const nanoDollars = (description: string) =>
  text(`${description} In billionths of a dollar, as a text of digits.`, { most: 40, pattern: '^\\d+$' });

const costStatuses = ['priced', 'estimated', 'unpriced'] as const;

export const cost = object({
  status: oneOf(
    '`estimated`: from what was seen of an answer that broke off. `unpriced`: no price is known, which is not the same as free.',
    costStatuses,
  ),
  nano_dollars: optional(nanoDollars('What it cost; left out where no price is known.')),
  price_version: optional(text('The prices that it was computed by.', { most: 1000 })),
});

export function showCost({ status, nanoDollars: amount, priceVersion }: CallRecord['cost']) {
  return {
    status,
    ...(amount !== undefined && { nano_dollars: String(amount) }),
    ...(priceVersion !== undefined && { price_version: priceVersion }),
  };
}
