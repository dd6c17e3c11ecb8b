/** The example pays back once, however often it is run, and docs/durable-runs.md shows its own lines. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { payBack } from './durable-flow.ts';

const folder = mkdtempSync(join(tmpdir(), 'keelson-example-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('ends with the payment, and finds the same run again', { timeout: 60_000 }, async () => {
  expect(await payBack(folder, 7)).toBe('paid back 12');
  expect(await payBack(folder, 7)).toBe('paid back 12');
});

it('is what docs/durable-runs.md shows', () => {
  const page = readFileSync(new URL('../docs/durable-runs.md', import.meta.url), 'utf8');
  const source = readFileSync(new URL('durable-flow.ts', import.meta.url), 'utf8');
  const shown = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].flatMap(([, code = '']) => code.split('\n'));
  expect(shown.length).toBeGreaterThan(15);
  expect(shown.filter((line) => !source.includes(line.trim()))).toEqual([]);
});
