// The proof of receipts itself: a short run finds nothing, and verification that was made blind on purpose is found.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const proof = fileURLToPath(new URL('./receipts.ts', import.meta.url));

async function run(...more: readonly string[]) {
  const child = spawn(process.execPath, [proof, '--mutations', '150', ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const unmet = lines.flatMap((line) => (line.met === true ? [] : [line.case]));
  return { code: code as number, lines, unmet };
}

describe.concurrent('a short proof', { timeout: 60_000 }, () => {
  test('finds nothing in receipts as they are', async () => {
    const { code, lines, unmet } = await run();
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
  ])('finds what was planted: %s', async (plant, unmet) => {
    const seen = await run('--plant', plant);
    expect(seen.code).toBe(1);
    expect(seen.unmet).toContain(unmet);
  });
});
