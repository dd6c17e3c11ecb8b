// docs/blocks-promises.md says what every rule came to, and names a test of each that holds.
import { readFileSync } from 'node:fs';
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

/** That there is such a test, tools/tidy looks. */
const namesTest = /\.(?:test|contract)\.ts`\s"/;
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
    if (state === 'holds') expect(tests, id).toMatch(namesTest);
  }
});

it('no section escapes', () => {
  const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(sections.map(([heading]) => heading));
});
