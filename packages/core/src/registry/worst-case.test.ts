// What is reserved before a call, computed by hand.
import { expect, test } from 'vitest';
import type { PriceRow } from './price-row.ts';
import { readWholeRegistryFile } from './read-registry-file.ts';
import { worstCase } from './worst-case.ts';

const pricesFrom = (row: Record<string, unknown>): PriceRow | undefined =>
  readWholeRegistryFile({ provider: 'p', version: 1, models: { 'p:m': row as never } }).cards[0]?.prices;

const row = {
  dollars_per_million_tokens_input: 2,
  dollars_per_million_tokens_output: 8,
  dollars_per_million_tokens_cache_write_1h: 4,
  dollars_per_million_tokens_input_audio: 10,
  dollars_per_million_tokens_output_thinking: 9,
  dollars_per_million_tokens_input_long_context: 12,
  dollars_per_million_tokens_output_long_context: 20,
  long_context_threshold_tokens: 1000,
};

test('the dearest rate that any of the tokens could have', () => {
  const prices = pricesFrom(row);
  expect(worstCase(100, 10, prices).nanoDollars).toBe(100 * 10_000 + 10 * 9000);
  expect(worstCase(100, 10, prices, { textOnly: true }).nanoDollars).toBe(100 * 4000 + 10 * 9000);
  expect(worstCase(1000, 0, prices).nanoDollars).toBe(1000 * 10_000);
  expect(worstCase(1001, 10, prices).nanoDollars).toBe(1001 * 12_000 + 10 * 20_000);
  expect(worstCase(0, 0, prices).nanoDollars).toBe(0);
});

test('regions, units and requests are reserved for', () => {
  const prices = pricesFrom({
    ...row,
    price_factor_by_region: { us: 1.1 },
    bills_requests_apart: true,
    dollars_per_thousand_units: { searches: 10, requests: 1 },
  });
  expect(worstCase(0, 10, prices).nanoDollars).toBe(99_000 + 1_000_000);
  expect(worstCase(0, 10, prices, { region: 'global' }).nanoDollars).toBe(90_000 + 1_000_000);
  expect(worstCase(0, 0, prices, { units: { searches: 2 } }).nanoDollars).toBe(20_000_000 + 1_000_000);
});

test('what has no price cannot be reserved for', () => {
  const prices = pricesFrom(row);
  expect(worstCase(1, 1, undefined).unpriced).toEqual(['prices']);
  expect(worstCase(1, 1, prices, { tier: 'priority' }).unpriced).toContain('tier:priority');
  expect(worstCase(1, 1, prices, { units: { searches: 1 } }).unpriced).toEqual(['units.searches']);
  expect(worstCase(1, 1, pricesFrom({ dollars_per_million_tokens_input: 1 })).unpriced).toEqual([
    'output.total',
  ]);
  expect(worstCase(Number.NaN, 1, prices).unpriced).toEqual(['input.total']);
});
