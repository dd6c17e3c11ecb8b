// docs/llmring.md says where every promise stands and which test holds it: rows, commands, files and titles of tests are those that there are.
import { existsSync, readFileSync } from 'node:fs';
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
const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

test('every promise and every weakness has its row, with a state and a test where it holds', () => {
  expect(promises.map(({ number }) => number)).toEqual(upTo(16));
  expect(weaknesses.map(({ number }) => number)).toEqual(upTo(15));
  for (const { number, state, tests } of [...promises, ...weaknesses]) {
    expect(['holds', 'in work'], `row ${number}`).toContain(state);
    if (state === 'holds') expect(namedTests(tests), `row ${number}`).not.toEqual([]);
  }
});

interface NamedTest {
  readonly path: string;
  readonly title: string;
}

/** A path, and behind it one title or several. */
function namedTests(text: string): NamedTest[] {
  return [...text.matchAll(/`([^`]+\.(?:test|contract)\.ts)` ("[^"]+"(?:, "[^"]+")*)/g)].flatMap(
    ([, path = '', titles = '']) =>
      [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => ({ path, title })),
  );
}

function lackOf({ path, title }: NamedTest): string | undefined {
  const file = resolve(root, 'packages', path);
  if (!existsSync(file)) return `There is no ${path}.`;
  const source = readFileSync(file, 'utf8');
  const isThere = ["'", '"', '`'].some((quote) => source.includes(`(${quote}${title}${quote},`));
  return isThere ? undefined : `${path} has no test "${title}".`;
}

test('every test that is named is there', () => {
  const named = namedTests(page);
  expect(named.map(lackOf).filter((lack) => lack !== undefined)).toEqual([]);
  // Nothing that looks like a test escapes the form.
  expect(new Set(named.map(({ path }) => path)).size).toBe(
    new Set([...page.matchAll(/`([^`]+\.(?:test|contract)\.ts)`/g)].map(([, path]) => path)).size,
  );
  expect(lackOf({ path: 'cli/src/llmring-page.test.ts', title: 'no such title' })).toContain('has no test');
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
