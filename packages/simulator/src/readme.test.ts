// The README lists every keyword, fault, setting and route, and nothing that does not exist.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { faultNames, faultRow } from './faults/index.ts';
import { createRoutes } from './routes.ts';
import { keywords } from './script/index.ts';
import { usageNames } from './script/usage.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

/** The first words of table rows whose first cell is code. */
const rows = (section: string) => {
  const text = readme.split(/^## /m).find((part) => part.startsWith(section)) ?? '';
  return [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = '']) => cell);
};

test('keywords', () => {
  const listed = rows('Keywords').map((cell) => /^\[\[([a-z-]+)/.exec(cell)?.[1]);
  expect(new Set(listed)).toEqual(new Set([...Object.keys(keywords), 'then']));
});

test('faults and their settings', () => {
  const listed = rows('Faults').map((cell) => cell.split(' ')[0]);
  expect(listed.toSorted()).toEqual([...faultNames].toSorted());
  for (const name of faultNames) {
    const line = readme.split('\n').find((row) => row.startsWith(`| \`${name}`)) ?? '';
    for (const setting of Object.keys(faultRow(name).settings ?? {})) expect(line).toContain(`${setting}=`);
  }
});

test('counts of usage and routes', () => {
  for (const name of usageNames) expect(readme).toContain(`\`${name}\``);
  for (const { method, path } of createRoutes(1)) expect(readme).toContain(`${method} …${path}`);
});
