// The quick sum and the whole cost say the same of every call.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Usage } from '../message/index.ts';
import { costOf } from './cost.ts';
import type { PriceRow } from './price-row.ts';
import { readWholeRegistryFile } from './read-registry-file.ts';
import { totalOf } from './total-of.ts';

const inputFields = [
  'total',
  'cacheRead',
  'uncached',
  'text',
  'cacheWrite',
  'cacheWrite5m',
  'audio',
  'image',
];
const outputFields = ['total', 'reasoning', 'text', 'audio'];
const count = fc.oneof(
  { arbitrary: fc.nat({ max: 4000 }), weight: 12 },
  { arbitrary: fc.constant(0), weight: 4 },
  fc.maxSafeNat(),
  fc.constantFrom(-1, 0.5, -0, Number.NaN, 2 ** 53),
);
const counts = (fields: readonly string[]) =>
  fc.record(
    Object.fromEntries(fields.map((field) => [field, fc.option(count, { nil: undefined, freq: 3 })])),
    {
      requiredKeys: [],
    },
  );
const plainCounts = (fields: readonly string[]) =>
  fc.record(Object.fromEntries(fields.map((field) => [field, count])), { requiredKeys: ['total'] });
const word = fc.constantFrom(undefined, 'default', 'Standard', 'flex', 'europe', 'unheard of');
const usages = fc.oneof(
  fc.record({ input: plainCounts(['total', 'cacheRead']), output: plainCounts(['total', 'reasoning']) }),
  fc.record(
    {
      input: counts(inputFields),
      output: counts(outputFields),
      tier: word,
      speed: word,
      traffic: word,
      region: word,
      toolUnits: fc.constantFrom({}, { searches: 2 }),
      billed: fc.constantFrom({}, { input_tokens: 7, output_tokens: 3 }),
      iterations: fc.constantFrom([], [{ type: 'message' }], [{ type: 'advisor' }]),
    },
    { requiredKeys: ['input', 'output'] },
  ),
) as fc.Arbitrary<Usage>;

function pricesFrom(row: Record<string, unknown>): PriceRow | undefined {
  return readWholeRegistryFile({ provider: 'p', version: 1, models: { 'p:m': row as never } }).cards[0]
    ?.prices;
}

const input = 'dollars_per_million_tokens_input';
const output = 'dollars_per_million_tokens_output';
const plain = { [input]: 2.5, [output]: 10 };
const rows = [
  plain,
  { ...plain, dollars_per_million_tokens_cache_read: 0.037501, [`${output}_thinking`]: 11.7 },
  { ...plain, dollars_per_million_tokens_cache_read: 0.0000000001 },
  {
    ...plain,
    long_context_threshold_tokens: 500,
    [`${input}_long_context`]: 5,
    [`${output}_long_context`]: 20,
  },
  { ...plain, [`${input}_flex`]: 1, [`${output}_flex`]: 2, [`${input}_audio`]: 32 },
  { [input]: 2.5 },
  { [input]: 0, [output]: 0 },
].map(pricesFrom);

test('the quick sum is that of the whole cost, whatever is counted and however it is priced', () => {
  fc.assert(
    fc.property(usages, fc.constantFrom(undefined, ...rows), (usage, row) => {
      expect(totalOf(usage, row)).toBe(costOf(usage, row).nanoDollars);
    }),
    { numRuns: 3000 },
  );
});

test('a half of a nano-dollar is rounded up, as in the whole cost', () => {
  const row = pricesFrom({ [input]: 0.0005, [output]: 0 });
  const usage = (total: number): Usage => ({ input: { total }, output: { total: 0 } });
  expect([1, 2, 999, 1000].map((total) => totalOf(usage(total), row))).toEqual([1, 1, 500, 500]);
});
