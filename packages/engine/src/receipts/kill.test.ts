// Processes that are killed while they issue: what they stored verifies, and the next ones go on with their chains without a gap.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../observability/index.ts';
import { createReceiptKit, type ReceiptKit } from './__fixtures__/receipt-kit.ts';

const rounds = 3;
const program = join(import.meta.dirname, '__fixtures__/issue-forever.ts');
const compileCache = join(import.meta.dirname, '../../../../node_modules/.cache/compile');

describe.each(['sqlite', 'postgres'] as const)('killing issuers on %s', (kind) => {
  let kit: ReceiptKit;
  beforeEach(async () => {
    kit = await createReceiptKit(kind);
  });
  afterEach(() => kit.close());

  test('leaves chains that go on, and loses nothing that was stored', { timeout: 120_000 }, async () => {
    let stored = 0;
    for (let round = 0; round < rounds; round++) {
      const issuers = [start(kit), start(kit)];
      await Promise.all(issuers.map(({ child }) => once(child.stdout!, 'data')));
      await systemClock.sleep(50 + Math.random() * 150);
      for (const { child } of issuers) child.kill('SIGKILL');
      await Promise.all(issuers.map(({ child }) => once(child, 'close')));
      for (const { said } of issuers) {
        const counts = said.join('').split('\n').slice(0, -1);
        stored += counts.reduce((sum, count) => sum + Number(count), 0);
      }
      const verdict = await kit.export();
      expect(verdict.faults).toEqual([]);
      expect(verdict.receipts).toBeGreaterThanOrEqual(stored);
    }
    const { logs } = await kit.export();
    // Two processes at a time need two logs, and those of the dead are gone on with.
    expect(logs).toHaveLength(2);
    expect(stored).toBeGreaterThan(0);
  });
});

function start({ target, folder }: ReceiptKit): { child: ChildProcess; said: string[] } {
  const place = target.kind === 'sqlite' ? target.path : target.url;
  const child = spawn(process.execPath, [program, target.kind, place, folder], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  return { child, said };
}
