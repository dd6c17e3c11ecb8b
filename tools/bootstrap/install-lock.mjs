// Keeps two installs from working on the same `node_modules` at once. A lock whose owner died is taken over. Plain
// JavaScript that Node 18 can parse, without dependencies.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 300;
const emptyLockMaxAgeMs = 5_000;

/** @param {string} path */
function tryLock(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {string} path */
function isAbandoned(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    if (pid > 0) return !isAlive(pid);
    return Date.now() - statSync(path).mtimeMs > emptyLockMaxAgeMs;
  } catch {
    return false;
  }
}

/**
 * Runs `work` while holding the lock at `path`; `onWait` is called once when another process holds it.
 * @template Result
 * @param {string} path
 * @param {() => void} onWait
 * @param {() => Promise<Result>} work
 */
export async function withInstallLock(path, onWait, work) {
  for (let told = false; !tryLock(path); told = true) {
    if (isAbandoned(path)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!told) onWait();
    await sleep(pollMs);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
