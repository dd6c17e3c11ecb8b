// Definitions of budgets: what is taken, and how all that is wrong with them is told at once.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBudget, readBudgetFile, spans } from './budget.ts';
import { windowAt } from './calendar.ts';

const plain = { id: 'b', scope: 'key', subject: 'k', measure: 'money', window: 'month', limit: '12.5' };

describe('a budget', () => {
  test('is read with its amounts in whole numbers', () => {
    expect(readBudget({ ...plain, outageAllowance: '0.000000001' })).toEqual({
      ...plain,
      limit: 12_500_000_000,
      outageAllowance: 1,
      policy: 'refuse',
      unpriced: 'refuse',
    });
    expect(readBudget({ ...plain, measure: 'tokens', limit: 0 })).toMatchObject({ limit: 0 });
  });

  test.each([
    [{ limit: '-1' }, '`limit` must be dollars'],
    [{ limit: '1e9' }, '`limit` must be dollars'],
    [{ limit: '9000001' }, '`limit` must be dollars'],
    [{ limit: '0.0000000001' }, '`limit` must be dollars'],
    [{ limit: 5 }, '`limit` must be dollars as text'],
    [{ limit: 'much' }, '`limit` must be dollars'],
    [{ measure: 'requests', limit: -1 }, '`limit` must be a whole number from 0'],
    [{ measure: 'requests', limit: 1.5 }, '`limit` must be a whole number'],
    [{ measure: 'tokens', limit: Number.NaN }, '`limit`'],
    [{ measure: 'tokens', limit: Number.POSITIVE_INFINITY }, '`limit`'],
    [{ measure: 'tokens', limit: 1e15 }, '`limit` must be a whole number from 0 to 1000000000000'],
    [{ measure: 'concurrency', limit: 5 }, 'has no `window`'],
    [{ window: undefined }, '`window` is missing'],
    [{ window: 'year' }, '`window`'],
    [{ scope: 'planet' }, '`scope`'],
    [{ subject: '' }, '`subject`'],
    [{ scope: 'tag', subject: 'team' }, '`name=value`'],
    [{ policy: 'downgrade' }, '`downgrade` needs an `alias`'],
    [{ alias: 'cheap' }, '`alias` is only for `downgrade`'],
    [{ outageAllowance: '13' }, 'more than the `limit`'],
    [{ maxOutput: 0 }, '`maxOutput`'],
    [{ id: 'a b' }, '`id`'],
    [{ colour: 'red' }, 'colour'],
  ])('%j is refused', (changes, problem) => {
    expect(() => readBudget({ ...plain, ...changes })).toThrow(problem);
  });
});

describe('a file of budgets', () => {
  test('is told all that is wrong in it', () => {
    const text = JSON.stringify({ budgets: [{ ...plain, limit: '-1' }, plain, plain, { id: 'x' }, 7] });
    const read = (): unknown => readBudgetFile(text);
    for (const problem of [
      'Budget `b`: `limit`',
      'Budget `b`: there is another with this id',
      'Budget `x`: `scope`',
      'Budget 5: ',
    ])
      expect(read).toThrow(problem);
  });

  test.each(['', '[]', '{}', '{"budgets": 7}', 'null'])('%j is none', (text) => {
    expect(() => readBudgetFile(text)).toThrow('The budgets are wrong');
  });
});

describe('windows', () => {
  test.each([
    ['minute', '2026-02-28T23:59:30Z', '2026-02-28T23:59:00Z', '2026-03-01T00:00:00Z'],
    ['hour', '2026-02-28T23:59:30Z', '2026-02-28T23:00:00Z', '2026-03-01T00:00:00Z'],
    ['day', '2026-02-28T23:59:30Z', '2026-02-28T00:00:00Z', '2026-03-01T00:00:00Z'],
    ['week', '2026-03-01T12:00:00Z', '2026-02-23T00:00:00Z', '2026-03-02T00:00:00Z'],
    ['month', '2028-02-29T12:00:00Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
    ['month', '2026-12-31T23:59:59Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  ] as const)('of a %s at %s', (span, at, startsAt, endsAt) => {
    expect(windowAt(span, Date.parse(at))).toEqual({
      startsAt: Date.parse(startsAt),
      endsAt: Date.parse(endsAt),
    });
  });

  test('follow each other without gaps, and hold the moment that they are asked for', () => {
    fc.assert(
      fc.property(fc.constantFrom(...spans), fc.integer({ min: 0, max: 4e12 }), (span, at) => {
        const { startsAt, endsAt } = windowAt(span, at);
        expect(at >= startsAt && at < endsAt).toBe(true);
        if (span !== 'total') expect(windowAt(span, endsAt).startsAt).toBe(endsAt);
      }),
    );
  });
});
