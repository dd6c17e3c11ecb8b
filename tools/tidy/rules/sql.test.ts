import { describe, expect, it } from 'vitest';
import { complaintsAbout, expectCaught, source } from '../planted-tree.ts';

const path = 'packages/engine/src/limits/index.ts';
const storage = 'packages/engine/src/storage/budgets.ts';
const manifest = { 'packages/engine/package.json': '{"dependencies":{"kysely":"1","pg":"1"}}' };
const clean = {
  ...manifest,
  [path]: source(
    "export const prose = ['Select a model from the list, please.', 'select a model from settings', 'Update the key'];",
    "export const more = ['insert into the prompt', 'Create table of contents', 'delete from history', 'SELECTED FROM'];",
    "import type { Generated } from 'kysely';",
    'export type Id = Generated<number>;',
  ),
  [storage]: source("import { sql } from 'kysely';", 'export const all = sql`SELECT * FROM budgets`;'),
  'packages/engine/src/limits/budget.test.ts': "export const query = 'SELECT id FROM budgets';\n",
};

const statements = [
  "'SELECT id FROM budgets WHERE id = 1'",
  "'select * from budgets'",
  "'select id, name from budgets'",
  "'INSERT INTO budgets VALUES (1)'",
  "'insert into budgets (id) values (1)'",
  "'UPDATE budgets SET leased = 1'",
  "'update budgets set leased = 1'",
  "'DELETE FROM budgets'",
  "'delete from budgets where id = 1'",
  "'CREATE TABLE budgets (id INTEGER)'",
  "'create index by_name on budgets (name)'",
  "'PRAGMA journal_mode = WAL'",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the planted code holds the placeholder.
  '`SELECT ${"id"} FROM ${"budgets"}`',
];

describe('sql', () => {
  it('leaves prose, types, tests and the storage room alone', () => {
    expect(complaintsAbout(clean)).toEqual([]);
  });

  it.each(statements)('catches %s', (statement) => {
    expectCaught({
      clean,
      planted: { [path]: source('', `export const query = ${statement};`) },
      says: [
        `${path}:3: SQL belongs in engine/src/storage; add a function to the query file of this aggregate and call it.`,
      ],
    });
  });

  it('catches database libraries outside storage', () => {
    expectCaught({
      clean,
      planted: { [path]: source("import { Pool } from 'pg';", "import 'node:sqlite';", 'export { Pool };') },
      says: ['pg', 'node:sqlite'].map(
        (library, index) =>
          `${path}:${index + 2}: only engine/src/storage talks to a database; take its functions instead of \`${library}\`.`,
      ),
    });
  });
});
