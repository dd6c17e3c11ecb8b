// Days and the ids that belong to them: bounds that no id of another day crosses.
import { describe, expect, it, test } from 'vitest';
import { idAt } from './__fixtures__/call-records.ts';
import { dayMs, dayName, parseDayName, startOfDay, startOfMonth, startOfWeek } from './days.ts';
import { idBound, timeOfId } from './id-times.ts';

const day = Date.UTC(2026, 10, 21);

describe('days', () => {
  it('begin at midnight in UTC', () => {
    expect(startOfDay(day)).toBe(day);
    expect(startOfDay(day + dayMs - 1)).toBe(day);
    expect(startOfDay(-1)).toBe(-dayMs);
  });

  it('have names that say them', () => {
    expect(dayName(day)).toBe('20261121');
    expect(parseDayName('20261121')).toBe(day);
  });

  it('bound the ids that were made in them', () => {
    for (const [ms, isInside] of [
      [day - 1, false],
      [day, true],
      [day + dayMs - 1, true],
      [day + dayMs, false],
    ] as const) {
      const id = idAt(ms);
      expect(timeOfId(id)).toBe(ms);
      expect(id >= idBound(day) && id < idBound(day + dayMs)).toBe(isInside);
    }
  });

  it.each([
    '',
    'c1',
    '01a1f8d3-ea00-4000-8000-000000000001',
    '01a1f8d3-ea00-7000-8000-00000000000g',
  ])('are not read from `%s`', (id) => expect(() => timeOfId(id)).toThrow('no UUID of version 7'));
});

test('weeks begin on Mondays, months on their first day', () => {
  const start = (of: (ms: number) => number, date: string) =>
    new Date(of(Date.parse(date))).toISOString().slice(0, 10);
  expect(start(startOfWeek, '2026-11-22T23:59:59Z')).toBe('2026-11-16');
  expect(start(startOfWeek, '2026-11-23T00:00:00Z')).toBe('2026-11-23');
  expect(start(startOfWeek, '1970-01-05T00:00:00Z')).toBe('1970-01-05');
  expect(start(startOfMonth, '2024-02-29T12:00:00Z')).toBe('2024-02-01');
});
