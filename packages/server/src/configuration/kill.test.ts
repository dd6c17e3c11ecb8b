/** A process that is killed while it exchanges its configuration: the file is one of those it was, and the next start takes it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage, silentLog, systemClock } from '@keelson/engine';
import { expect, test } from 'vitest';
import { openKit } from './__fixtures__/live-kit.ts';

const program = join(import.meta.dirname, '__fixtures__/apply-forever.ts');

test('the file is whole, in the history, and in force with the next start', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-killed-'));
  try {
    const child = spawn(process.execPath, [program, folder]);
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    expect(String(said)).toMatch(/^applied\n/);
    await systemClock.sleep(100 + Math.random() * 200);
    child.kill('SIGKILL');
    await once(child, 'close');
    const text = readFileSync(join(folder, 'keelson.config.yaml'), 'utf8');
    const limit = Number(/limit: (\d+)/.exec(text)?.[1]);
    expect(text.endsWith('x\n') || text.endsWith('# \n')).toBe(true);
    const storage = await openStorage(
      { kind: 'sqlite', path: join(folder, 'keelson.db') },
      { clock: systemClock, log: silentLog },
    );
    const history = await storage.configurations.list({ limit: 2 });
    // The newest at most has not come as far as the file.
    expect(history.map((each) => each.text)).toContain(text);
    const kit = await openKit(text, { folder, storage });
    expect(kit.engine.limits?.budgets.map((budget) => budget.limit)).toEqual([limit]);
    await expect.poll(async () => (await kit.live.history())[0]?.text === text).toBe(true);
    await kit.close();
    await storage.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
