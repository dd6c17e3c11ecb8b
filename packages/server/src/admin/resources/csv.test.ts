// Tables for spreadsheets: what needs quotes has them, and nothing that callers wrote is a formula.
import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test('a line has quotes where it needs them, and nothing for what is not known', () => {
  expect(csvLine(['plain', 'a "word"', 'one, two', 'two\nlines', undefined, 0, true])).toBe(
    'plain,"a ""word""","one, two","two\nlines",,0,true\r\n',
  );
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('%j is no formula any more', (text) => {
  expect(csvLine([text]).replace(/^"/, '')).toMatch(/^'/);
});

test('numbers below zero stay numbers', () => {
  expect(csvLine([-1.5])).toBe('-1.5\r\n');
});
