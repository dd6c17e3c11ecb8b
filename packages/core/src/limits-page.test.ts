/** The limits that people read about are those that the code has, and the other way round. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { framingBounds } from './framing/index.ts';
import { maxCanonicalDepth, maxJsonDepth, maxRepairLength, maxRepairNotes } from './json/index.ts';
import { lockfileBounds } from './lockfile/index.ts';
import { bounds } from './message/index.ts';

const page = readFileSync(new URL('../../../docs/limits.md', import.meta.url), 'utf8');
const documented = Object.fromEntries(
  [...page.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, limit, value]) => [limit, Number(value)]),
);

const json = { maxCanonicalDepth, maxJsonDepth, maxRepairLength, maxRepairNotes };

it('docs/limits.md lists every bound with its value', () => {
  expect(documented).toEqual({ ...bounds, ...json, ...framingBounds, ...lockfileBounds });
});
