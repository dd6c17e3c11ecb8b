// The proof of durable runs itself: a short run finds nothing, and a journal that was broken on purpose is found.
import { expect, onTestFinished, test } from 'vitest';
import { startProof } from './start-proof.ts';

const timeout = 180_000;

async function run(...more: readonly string[]) {
  const { child, seen } = startProof('crash', '--small', '--only', 'SQLite', ...more);
  // A test that gave up leaves nobody behind who writes to nobody.
  onTestFinished(() => void child.kill());
  return seen;
}

test('a short proof finds nothing in runs as they are', { timeout }, async () => {
  const { code, lines, unmet, progress } = await run();
  expect({ unmet, progress }).toMatchObject({ unmet: [] });
  expect(code).toBe(0);
  expect(lines.map((line) => line.case)).toEqual([
    'SQLite: killed after each write',
    'SQLite: killed before each write',
    'SQLite: three workers',
  ]);
});

test.each([['forget-results']])('a short proof finds what was planted: %s', { timeout }, async (plant) => {
  const { code, unmet } = await run('--plant', plant);
  expect(unmet).not.toEqual([]);
  expect(code).toBe(1);
});
