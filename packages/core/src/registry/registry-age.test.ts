// A registry that is too old, or that nobody can say the age of, is not gone by where somebody asks for a fresh one.
import { expect, test } from 'vitest';
import { assertRegistryFresh, registryAgeDays } from './registry-age.ts';

const now = Date.UTC(2026, 10, 22, 12);

test.each<[string | undefined, number | undefined]>([
  ['2026-11-22', 0],
  ['2026-11-23', 0],
  ['2026-08-18', 96],
  ['2026-11-21T13:00:00Z', 0],
  ['2030-01-01', undefined],
  ['soon', undefined],
  [undefined, undefined],
])('%s is %s days ago', (updatedAt, days) => {
  expect(registryAgeDays(updatedAt, now)).toBe(days);
});

test.each<[string | undefined, RegExp]>([
  ['2026-08-18', /The registry of `p` is of 2026-08-18, 96 days ago; 95 days are allowed\./],
  [undefined, /does not say when it was made/],
  ['2030-01-01', /`updated_at` is `2030-01-01`/],
])('%s is refused', (updatedAt, says) => {
  const file = { provider: 'p', ...(updatedAt !== undefined && { updatedAt }) };
  expect(() => assertRegistryFresh(file, { maxAgeDays: 95, now })).toThrow(says);
});

test('what is as old as allowed is fresh', () => {
  expect(() =>
    assertRegistryFresh({ provider: 'p', updatedAt: '2026-08-18' }, { maxAgeDays: 96, now }),
  ).not.toThrow();
});
