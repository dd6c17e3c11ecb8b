// docs/blocks-promises.md says what every rule came to and which test holds it: rows, files and titles are those that there are.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../../..');
const page = readFileSync(resolve(root, 'docs/blocks-promises.md'), 'utf8');

interface Row {
  readonly id: string;
  readonly state: string;
  readonly tests: string;
}

function rowsUnder(heading: string): Row[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/^\| (\w+) \| (.*) \|$/gm)].map(([, id = '', cells = '']) => {
    const [, state = '', tests = ''] = cells.split(' | ');
    return { id, state, tests };
  });
}

const upTo = (count: number, letter = ''): string[] =>
  Array.from({ length: count }, (_, at) => `${letter}${at + 1}`);

const sections: readonly (readonly [string, readonly string[]])[] = [
  [
    'The rules',
    [...upTo(5, 'E'), ...upTo(8, 'R'), ...upTo(3, 'G'), ...upTo(3, 'S'), ...upTo(7, 'T'), ...upTo(4, 'D')],
  ],
  ['Defects of an earlier design', upTo(9)],
  ['What chaos asked for', upTo(35)],
  ['Metadata, reasons, recovery, estimates and the ledger of chaos', ['M2', 'M3', 'M4', 'M5', 'M6']],
  ['What was weak in chaos', upTo(14)],
  ['What users of other frameworks complain about', upTo(20)],
];

it.each(sections)('%s: every row is there, with a state, and with a test where it holds', (heading, ids) => {
  const rows = rowsUnder(heading);
  expect(rows.map(({ id }) => id)).toEqual(ids);
  for (const { id, state, tests } of rows) {
    expect(['holds', 'in work', 'otherwise'], id).toContain(state);
    if (state === 'holds') expect(namedTests(tests), id).not.toEqual([]);
  }
});

it('no section escapes', () => {
  const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(sections.map(([heading]) => heading));
});

interface NamedTest {
  readonly path: string;
  readonly title: string;
}

/** A path, and behind it one title or several. */
function namedTests(text: string): NamedTest[] {
  return [...text.matchAll(/`([^`]+\.(?:test|contract)\.ts)`\s("[^"]+"(?:, "[^"]+")*)/g)].flatMap(
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

it('every test that is named is there', () => {
  const named = namedTests(page);
  expect(named.map(lackOf).filter((lack) => lack !== undefined)).toEqual([]);
  // Nothing that looks like a test escapes the form.
  expect(new Set(named.map(({ path }) => path)).size).toBe(
    new Set([...page.matchAll(/`([^`]+\.(?:test|contract)\.ts)`/g)].map(([, path]) => path)).size,
  );
  const here = 'core/src/blocks/blocks-promises.test.ts';
  expect(lackOf({ path: here, title: 'no such title' })).toContain('has no test');
});
