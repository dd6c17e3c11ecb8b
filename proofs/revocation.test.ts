// The proof of revocation itself: a short run finds nothing in the server as it is, and a revocation that was left out is found.
import { expect, onTestFinished, test } from 'vitest';
import { startProof } from './start-proof.ts';

function start(...more: readonly string[]) {
  const { child, seen } = startProof('revocation', ...more);
  onTestFinished(() => void child.kill());
  return seen;
}

test('a revoked key is refused at once here and within a second elsewhere', {
  timeout: 120_000,
}, async () => {
  const { lines, unmet, progress, code } = await start('--rounds', '2');
  expect(unmet, progress).toEqual([]);
  expect(lines.map((line) => [line.case, line.tried])).toEqual([
    ['where it was revoked, ms', 2],
    ['elsewhere, ms', 2],
    ['replicas that never refused', 2],
  ]);
  expect(code).toBe(0);
});

test('finds a revocation that was left out', { timeout: 120_000 }, async () => {
  const { unmet, code } = await start('--rounds', '1', '--plant', 'not-revoked');
  expect(code).toBe(1);
  expect(unmet).toHaveLength(3);
});
