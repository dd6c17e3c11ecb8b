// The proof of receipts itself: a short run finds nothing, and verification that was made blind on purpose is found.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

const proof = join(import.meta.dirname, 'receipts.ts');
const compileCache = join(import.meta.dirname, '../node_modules/.cache/compile');
const timeout = 180_000;

async function run(...more: readonly string[]) {
  const child = spawn(process.execPath, [proof, '--small', ...more], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // A test that gave up leaves nobody behind who writes to nobody.
  onTestFinished(() => void child.kill());
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const unmet = lines.flatMap((line) => (line.met === true ? [] : [line.case]));
  return { code: code as number, lines, unmet };
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
