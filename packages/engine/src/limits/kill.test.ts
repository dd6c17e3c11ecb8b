// Processes that are killed while they spend: what they had spent is charged to the nano-dollar, what was under way at what was
// set aside, and nothing that they had said is lost.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { silentLog, systemClock } from '../observability/index.ts';
import { openStorage } from '../storage/index.ts';
import { createFile } from './__fixtures__/databases.ts';
import { budget, createTestClock, money, TestProcess, tempFolder } from './__fixtures__/limits-kit.ts';

const program = join(import.meta.dirname, '__fixtures__/spend-forever.ts');
const rounds = 4;
const limit = 1_000_000;

it('killed spenders lose nothing and overrun nothing', { timeout: 180_000 }, async () => {
  const database = await createFile();
  const folder = tempFolder();
  const storage = await openStorage(database.target, { clock: systemClock, log: silentLog });
  const first = new TestProcess(storage, createTestClock(systemClock.now()), folder.path);
  await first.limits.ready;
  await first.limits.create(budget({ id: 'b', window: 'total', limit: money(limit) }));
  let sum = 0;
  const recovered = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    const spenders = [0, 1].map(() =>
      spawn(process.execPath, [program, folder.path, database.target.path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    const said = spenders.map(({ stdout }) => {
      const output = { text: '' };
      stdout.setEncoding('utf8').on('data', (text: string) => (output.text += text));
      return output;
    });
    await Promise.all(spenders.map(({ stdout }) => once(stdout, 'data')));
    const count = (): number => said.flatMap(({ text }) => text.match(/^over /gm) ?? []).length;
    await expect.poll(count).toBeGreaterThan(20);
    await systemClock.sleep(Math.random() * 300);
    for (const spender of spenders) spender.kill('SIGKILL');
    await Promise.all(spenders.map((spender) => once(spender, 'close')));
    const before = first.recovered.length;
    expect(await first.limits.recover()).toBe(2);
    const calls = first.recovered.slice(before);
    const interrupted = calls.filter(({ outcome }) => outcome === undefined);
    const text = said.map((output) => output.text).join('');
    const sent = new Set([...text.matchAll(/^sent (\S+)$/gm)].map(([, id]) => id as string));
    const over = new Map(
      [...text.matchAll(/^over (\S+) (\d+)$/gm)].map(([, id, used]) => [id as string, Number(used)]),
    );
    expect(over.size).toBeGreaterThan(20);
    // What was over is not charged once more, and whatever was sent and is not over was told.
    for (const { callId } of interrupted) expect(over.has(callId)).toBe(false);
    const told = new Set(calls.map(({ callId }) => callId));
    for (const id of sent) if (!over.has(id)) expect(told.has(id)).toBe(true);
    for (const { callId } of calls) {
      expect(recovered.has(callId)).toBe(false);
      recovered.add(callId);
    }
    const [window] = await storage.budgets.windows('b', 1);
    expect(window?.leased).toBe(0);
    expect(window?.settled).toBeLessThanOrEqual(limit);
    // Of calls that ended without a word we know only that they used at most what was set aside.
    const known = [...over.values()].reduce((total, used) => total + used, 0);
    const silent = told.size + sent.size;
    sum += known;
    expect(window?.settled).toBeGreaterThanOrEqual(sum + interrupted.length * 100);
    expect(window?.settled).toBeLessThanOrEqual(sum + silent * 100);
    sum = window?.settled ?? Number.NaN;
  }
  await first.limits.close();
  await storage.close();
  await database.remove();
  folder.remove();
});
