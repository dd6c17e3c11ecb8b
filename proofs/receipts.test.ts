// The proof of receipts itself: a short run finds nothing, and verification that was made blind on purpose is found.
import { expect, onTestFinished, test } from 'vitest';
import { startProof } from './start-proof.ts';

const timeout = 180_000;

async function run(...more: readonly string[]) {
  const { child, seen } = startProof('receipts', '--small', ...more);
  // A test that gave up leaves nobody behind who writes to nobody.
  onTestFinished(() => void child.kill());
  return seen;
}

test('a short proof finds nothing in receipts as they are', { timeout }, async () => {
  const { code, lines, unmet } = await run('--mutations', '120');
  expect(unmet).toEqual([]);
  expect(code).toBe(0);
  expect(lines.map((line) => line.case)).toEqual([
    'as it was',
    'bytes of an export',
    'bytes of a proof',
    'receipts removed',
    'receipts doubled',
    'receipts moved',
    'batches removed',
    'batches doubled',
    'batches moved',
  ]);
});

test.each([
  ['blind-to-paths', 'bytes of an export'],
  ['blind-to-order', 'receipts removed'],
  ['any-signature', 'bytes of an export'],
])('a short proof finds what was planted: %s', { timeout }, async (plant, unmet) => {
  const seen = await run('--mutations', '120', '--plant', plant);
  expect(seen.code).toBe(1);
  expect(seen.unmet).toContain(unmet);
});
