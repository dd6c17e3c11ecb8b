import { describe, expect, it } from 'vitest';
import { complaintsAbout, expectCaught, source } from '../planted-tree.ts';

const tablePath = 'packages/core/src/errors/error-table.ts';
const table = source(
  'declare function row(status: number, retry: string, fault: string, hint: string): unknown;',
  'export const errorTable = {',
  "  not_found: row(404, 'never', 'caller', 'Check the id.'),",
  "  rate_limited: { status: 429, retry: 'next-target', fault: 'provider', hint: 'Wait.' },",
  '} as const satisfies Record<string, unknown>;',
);
const head =
  '# Errors\n\n| word | meaning |\n|---|---|\n| `other` | a table of other things |\n\n| code | status | retry | fault | hint |\n|---|---|---|---|---|\n';
const notFound = '| `not_found` | 404 | never | caller | Check the id. |\n';
const rateLimited = '| `rate_limited` | 429 | `next-target` | provider | Wait. |\n';
const clean = { [tablePath]: table, 'docs/errors.md': head + notFound + rateLimited };

describe('error docs', () => {
  it('catches a code that the page leaves out', () => {
    expectCaught({
      clean,
      planted: { 'docs/errors.md': head + notFound },
      says: [
        `${tablePath}:5: \`rate_limited\` is not in docs/errors.md; add \`| \\\`rate_limited\\\` | 429 | next-target | provider | hint |\`.`,
      ],
    });
  });

  it('catches a row for a code that does not exist, and a row that comes twice', () => {
    expectCaught({
      clean,
      planted: {
        'docs/errors.md': `${head + notFound + rateLimited + notFound}| \`gone\` | 410 | never | caller | No. |\n`,
      },
      says: [
        'docs/errors.md:11: `not_found` is described twice; remove one row.',
        `docs/errors.md:12: \`gone\` is no code of ${tablePath}; remove the row or correct the name.`,
      ],
    });
  });

  it.each([
    ['status', '404', '405'],
    ['retry', 'never', 'same-target'],
    ['fault', 'caller', 'us'],
  ])('catches another %s', (column, right, wrong) => {
    expectCaught({
      clean,
      planted: { 'docs/errors.md': head + notFound.replace(right, wrong) + rateLimited },
      says: [
        `docs/errors.md:9: the ${column} of \`not_found\` is \`${right}\` in the error table, not \`${wrong}\`; correct the page.`,
      ],
    });
  });

  it('catches a missing page and a table it cannot read', () => {
    expect(complaintsAbout({ [tablePath]: table })).toEqual([
      `${tablePath}:1: docs/errors.md is missing; describe there each code of this table.`,
    ]);
    expect(
      complaintsAbout({ ...clean, [tablePath]: source('export const errorTable = buildTable();') }),
    ).toEqual([
      `${tablePath}:1: no error code can be read here; write \`export const errorTable = { code: row(status, retry, fault, hint) }\`.`,
    ]);
  });
});
