// Decimal text and exact amounts, both ways.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import { formatDollars, parseDollars, scaleDecimal } from './money.ts';

test.each([
  [0, '0'],
  [1, '0.000000001'],
  [1_234_500_000, '1.2345'],
  [-30_000_000, '-0.03'],
  [5_000_000_000, '5'],
  [Number.MAX_SAFE_INTEGER, '9007199.254740991'],
])('%d nano-dollars are written %s', (nano, text) => {
  expect(formatDollars(nano)).toBe(text);
  expect(parseDollars(text)).toBe(nano);
});

test('every amount comes back', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (nano) => {
      expect(parseDollars(formatDollars(nano))).toBe(nano);
    }),
  );
});

test('nothing comes back as minus nothing', () => {
  expect(Object.is(parseDollars('-0'), 0)).toBe(true);
  expect(parseDollars('1.50')).toBe(1_500_000_000);
});

test.each([
  '',
  '$1',
  '1,5',
  '1e3',
  '.5',
  '1.',
  '1.0000000001',
  '99999999.0',
  'NaN',
  ' 1',
])('refuses `%s`', (text) => {
  expect(() => parseDollars(text)).toThrow(KeelsonError);
});

test('refuses to write what is no whole number of nano-dollars', () => {
  for (const amount of [0.5, Number.NaN, 2 ** 53]) expect(() => formatDollars(amount)).toThrow(KeelsonError);
});

test('prices keep every decimal that their number is written with', () => {
  expect(scaleDecimal(0.0028, 12)).toBe(2_800_000_000n);
  expect(scaleDecimal(1e-12, 12)).toBe(1n);
  expect(scaleDecimal(1e-13, 12)).toBeUndefined();
  expect(scaleDecimal(0.1 + 0.2, 12)).toBeUndefined();
  expect(scaleDecimal(1e21, 1)).toBe(10n ** 22n);
  expect(scaleDecimal(0.5, 0)).toBeUndefined();
  expect(scaleDecimal(7, 0)).toBe(7n);
  for (const amount of [-1, -1e-9, Number.NaN, Number.POSITIVE_INFINITY])
    expect(scaleDecimal(amount, 12)).toBeUndefined();
});

test('reads every decimal of up to nine places exactly', () => {
  const places = fc.integer({ min: 0, max: 9 });
  fc.assert(
    fc.property(fc.nat({ max: 999_999 }), places, (digits, count) => {
      const value = Number(`${digits}e-${count}`);
      expect(scaleDecimal(value, 12)).toBe(BigInt(digits) * 10n ** BigInt(12 - count));
    }),
  );
});
