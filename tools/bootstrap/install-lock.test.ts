// Two installs at once take turns, and a lock left by a dead process does not block the next.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withInstallLock } from './install-lock.mjs';

let folder = '';
let lock = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-lock-'));
  lock = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the second waits, says so once, and runs after the first', async () => {
  const order: string[] = [];
  const onWait = vi.fn();
  const turn = (name: string) =>
    withInstallLock(lock, onWait, async () => {
      order.push(`${name} in`);
      await sleep(700);
      order.push(`${name} out`);
    });
  await Promise.all([turn('a'), turn('b')]);
  expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
  expect(onWait).toHaveBeenCalledTimes(1);
  expect(existsSync(lock)).toBe(false);
});

test('a lock whose owner died is taken over at once', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(lock, String(pid));
  const onWait = vi.fn();
  expect(await withInstallLock(lock, onWait, async () => 'done')).toBe('done');
  expect(onWait).not.toHaveBeenCalled();
});

test('work that fails frees the lock', async () => {
  await expect(withInstallLock(lock, vi.fn(), () => Promise.reject(new Error('full disk')))).rejects.toThrow(
    'full disk',
  );
  expect(existsSync(lock)).toBe(false);
});
