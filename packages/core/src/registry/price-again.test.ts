// Usage that is priced a second time, by other prices.
import { expect, test } from 'vitest';
import { formatManyDollars } from './money.ts';
import { priceAgain } from './price-again.ts';
import { isSamePrice, priceVersionOf } from './price-version.ts';
import { readWholeRegistryFile } from './read-registry-file.ts';

const cardOf = (row: Record<string, number>, version = 1) =>
  readWholeRegistryFile({ provider: 'x', version, models: { 'x:m': row } }).cards[0]!;

const plain = {
  dollars_per_million_tokens_input: 2,
  dollars_per_million_tokens_output: 8,
};
const usage = { input: { total: 1000 }, output: { total: 100 } };

test('what the prices cover costs what it costs anew', () => {
  expect(priceAgain(usage, cardOf(plain).prices)).toEqual({ nanoDollars: 1000 * 2000 + 100 * 8000 });
});

test('what they do not cover is refused, and said', () => {
  expect(priceAgain(usage, undefined)).toEqual({ refusal: 'no_prices', unpriced: [] });
  const sound = { ...usage, input: { total: 1000, audio: 10 } };
  expect(priceAgain(sound, cardOf(plain).prices)).toEqual({
    refusal: 'uncovered',
    unpriced: ['input.audio'],
  });
});

test('a long context without its own prices is said to be that', () => {
  const { prices } = cardOf(plain);
  const row = { ...prices!, longContextAbove: 500 };
  expect(priceAgain(usage, row)).toMatchObject({ refusal: 'long_context' });
  const short = { ...usage, input: { total: 500 } };
  expect(priceAgain(short, row)).toEqual({ nanoDollars: 500 * 2000 + 100 * 8000 });
  // With prices or without, sound is not covered.
  const sound = { ...usage, input: { total: 1000, audio: 10 } };
  expect(priceAgain(sound, row)).toMatchObject({ refusal: 'uncovered' });
});

test('prices are the same by what they say, not by the number of their file', () => {
  const version = priceVersionOf(cardOf(plain));
  expect(isSamePrice(version, priceVersionOf(cardOf(plain, 2)))).toBe(true);
  const dearer = cardOf({ ...plain, dollars_per_million_tokens_input: 3 });
  expect(isSamePrice(version, priceVersionOf(dearer))).toBe(false);
  expect(isSamePrice('local', 'local')).toBe(true);
  expect(isSamePrice('local', version)).toBe(false);
});

test.each([
  [0n, '0'],
  [1n, '0.000000001'],
  [-1_500_000_000n, '-1.5'],
  [123_456_789_000_000_000_000n, '123456789000'],
  [9_007_199_254_740_993_000_000_001n, '9007199254740993.000000001'],
])('%d nano-dollars are %s dollars', (nano, text) => {
  expect(formatManyDollars(nano)).toBe(text);
});
