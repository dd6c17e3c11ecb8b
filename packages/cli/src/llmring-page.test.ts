// docs/llmring.md says where every promise stands and which test holds it: rows and commands are those that there are.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { catalog } from './catalog/index.ts';
import { findCommand } from './line/find-command.ts';

const root = resolve(import.meta.dirname, '../../..');
const page = readFileSync(resolve(root, 'docs/llmring.md'), 'utf8');

interface Row {
  readonly number: number;
  readonly state: string;
  readonly tests: string;
}

function rowsUnder(heading: string): Row[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, number, cells = '']) => {
    const [, state = '', , tests = ''] = cells.split(' | ');
    return { number: Number(number), state, tests };
  });
}

const promises = rowsUnder('What it promised');
const weaknesses = rowsUnder('What was weak in it');
/** That there is such a test, tools/tidy looks. */
const namesTest = /\.(?:test|contract)\.ts`\s"/;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

test('every promise and every weakness has its row, with a state and a test where it holds', () => {
  expect(promises.map(({ number }) => number)).toEqual(upTo(16));
  expect(weaknesses.map(({ number }) => number)).toEqual(upTo(15));
  for (const { number, state, tests } of [...promises, ...weaknesses]) {
    expect(['holds', 'in work'], `row ${number}`).toContain(state);
    if (state === 'holds') expect(tests, `row ${number}`).toMatch(namesTest);
  }
});

test.each([
  ['docs/llmring.md', 5],
  ['docs/guides/source-of-truth.md', 2],
])('every command that %s names is there', (file, least) => {
  const lines = [...readFileSync(resolve(root, file), 'utf8').matchAll(/`keelson ([^`]+)`/g)];
  expect(lines.length).toBeGreaterThanOrEqual(least);
  for (const [, line = ''] of lines) {
    const words = line.split(' ').filter((word) => !word.startsWith('-'));
    expect(findCommand(catalog, words).spec.load, line).toBeDefined();
  }
});

test('every clause of source-of-truth v3.5 has its state', () => {
  const guide = readFileSync(resolve(root, 'docs/guides/source-of-truth.md'), 'utf8');
  const clauses = [...guide.matchAll(/^\| (\d+) \| .* \| (.*) \| .+ \|$/gm)];
  expect(clauses.map(([, number]) => Number(number))).toEqual(upTo(13));
  for (const [, number, state] of clauses) expect(['holds', 'in work'], `clause ${number}`).toContain(state);
});
