// The budget proof itself: a short run finds nothing in the engine as it is, and a fault that was planted is found.
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startProof } from './start-proof.ts';

function start(...more: readonly string[]) {
  const { child, seen } = startProof('budget', '--only', 'sqlite', ...more);
  // A test that gave up leaves nobody behind who writes to nobody.
  onTestFinished(() => void child.kill());
  // In so short a run something may not happen; whatever happens must be right.
  const isSure = (name: string): boolean => !/variety/.test(name);
  return { child, seen: seen.then((all) => ({ ...all, unmet: all.unmet.filter(isSure) })) };
}

describe('a short proof of budgets', { timeout: 180_000 }, () => {
  test('finds nothing in the engine as it is', async () => {
    const { lines, unmet, progress } = await start('--seconds', '2', '--aborted', '40').seen;
    expect(unmet, progress).toEqual([]);
    expect(lines.map((line) => line.case)).toEqual([
      'SQLite: never overrun',
      'SQLite: the ledger is the sum of the calls',
      'SQLite: the ledger is the sum of the receipts',
      'SQLite: nothing stays lent',
      'SQLite: each level is told once',
      'SQLite: variety',
      'SQLite: aborted streams are paid',
      'SQLite, aborted: the ledger is the sum of the receipts',
    ]);
    expect(lines[1]?.tried).toBeGreaterThan(50);
    expect(lines[2]?.tried).toBeGreaterThan(50);
  });

  test.each([
    ['lent-twice', 'never overrun'],
    ['lost-settlement', 'the ledger is the sum of the calls'],
    ['forgotten-estate', 'the ledger is the sum of the calls'],
    ['forgotten-receipts', 'the ledger is the sum of the receipts'],
  ])('finds what was planted: %s', async (plant, unmet) => {
    const seen = await start('--seconds', '2', '--aborted', '0', '--plant', plant).seen;
    expect(seen.code).toBe(1);
    expect(seen.unmet, seen.progress).toContain(`SQLite: ${unmet}`);
  });

  test('finds aborted streams that cost nothing', async () => {
    const seen = await start('--seconds', '0.5', '--aborted', '40', '--plant', 'free-aborts').seen;
    expect(seen.code).toBe(1);
    expect(seen.unmet, seen.progress).toContain('SQLite: aborted streams are paid');
  });

  test('says that it was stopped before its end', async () => {
    const { child, seen } = start('--seconds', '600');
    await once(child.stderr, 'data');
    child.kill('SIGTERM');
    const { code, unmet, lines } = await seen;
    expect(code).toBe(1);
    expect(unmet).toEqual(['comes to its end']);
    expect(lines[0]?.stage).toContain('SQLite: 4 processes');
  });
});
