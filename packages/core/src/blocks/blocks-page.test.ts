/** The reasons that people read about are those that the code has, and the other way round. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorTypes, reasonTable } from './index.ts';

const page = readFileSync(new URL('../../../../docs/blocks.md', import.meta.url), 'utf8');

it('docs/blocks.md lists every reason with its error type and meaning', () => {
  const documented = [...page.matchAll(/^\| `(\w+)` \| `?([\w.]+|that of the cause)`? \| (.+) \|$/gm)].map(
    (row) => row.slice(1, 4),
  );
  const known = Object.entries(reasonTable).map(([reason, { errorType, means }]) => [
    reason,
    errorType === 'root' ? 'that of the cause' : errorType,
    means,
  ]);
  expect(documented).toEqual(known);
});

it('every error type that a reason has is one that is known', () => {
  for (const { errorType } of Object.values(reasonTable))
    expect([...errorTypes, 'root']).toContain(errorType);
});
