// The budget proof itself: a short run finds nothing in the engine as it is, and a fault that was planted is found.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const proof = fileURLToPath(new URL('./budget.ts', import.meta.url));

async function run(...more: readonly string[]) {
  const child = spawn(process.execPath, [proof, '--seconds', '3', ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { case: string; met: boolean; tried: number });
  // In so short a run something may not happen; whatever happens must be right.
  const unmet = lines.flatMap(({ met, case: name }) =>
    met || /variety|each level/.test(name) ? [] : [name],
  );
  return { code: code as number, lines, unmet };
}

describe('a short proof of budgets', { timeout: 120_000 }, () => {
  test('finds nothing in the engine as it is', async () => {
    const { lines, unmet } = await run('--only', 'sqlite', '--aborted', '60');
    expect(unmet).toEqual([]);
    expect(lines.map((line) => line.case)).toEqual([
      'SQLite: never overrun',
      'SQLite: the ledger is the sum of the calls',
      'SQLite: nothing stays lent',
      'SQLite: each level is told once',
      'SQLite: variety',
      'SQLite: aborted streams are paid',
    ]);
    expect(lines[1]?.tried).toBeGreaterThan(50);
  });

  test.each([
    ['lent-twice', 'never overrun'],
    ['lost-settlement', 'the ledger is the sum of the calls'],
    ['forgotten-estate', 'the ledger is the sum of the calls'],
  ])('finds what was planted: %s', async (plant, unmet) => {
    const seen = await run('--only', 'sqlite', '--aborted', '0', '--plant', plant);
    expect(seen.code).toBe(1);
    expect(seen.unmet).toContain(`SQLite: ${unmet}`);
  });

  test('finds aborted streams that cost nothing', async () => {
    const seen = await run(
      '--only',
      'sqlite',
      '--aborted',
      '60',
      '--seconds',
      '0.5',
      '--plant',
      'free-aborts',
    );
    expect(seen.code).toBe(1);
    expect(seen.unmet).toContain('SQLite: aborted streams are paid');
  });
});
