/**
 * One writer at a time for one file, across processes: a file beside it that only one can create. A holder that died is
 * found out by its process, or on other machines by age, and its lock taken over.
 */
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { KeelsonError } from '@keelson/core';
import type { Clock, Random } from '../observability/index.ts';

export interface LockfileDeps {
  readonly clock: Clock;
  readonly random: Random;
}

/** Writing takes milliseconds; whoever still holds the lock after this is gone or stuck. */
const oldestHolderMs = 30_000;
const longestWaitMs = 15_000;
const longestPauseMs = 50;

export interface FileLock {
  /** Of this holder alone, for names of files that only it may write. */
  readonly token: string;
  /** Whether nobody has taken it over, for a last look before what cannot be undone. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

export async function acquireFileLock(path: string, deps: LockfileDeps): Promise<FileLock> {
  const token = [...deps.random.bytes(12)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const content = JSON.stringify({ pid: process.pid, host: hostname(), token });
  const { clock } = deps;
  const until = clock.elapsed() + longestWaitMs;
  while (!(await tryCreate(path, content))) {
    await removeDeadHolder(path, token, clock);
    if (clock.elapsed() > until) throw heldTooLong(path);
    await clock.sleep(1 + deps.random.float() * longestPauseMs);
  }
  const isHeld = async (): Promise<boolean> => (await readHolder(path)) === content;
  return {
    token,
    isHeld,
    release: async () => {
      if (await isHeld()) await rm(path, { force: true });
    },
  };
}

async function tryCreate(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw notWritable(path, error);
  }
}

function notWritable(path: string, cause: unknown): KeelsonError {
  const why = (cause as NodeJS.ErrnoException).code ?? 'an unknown reason';
  return new KeelsonError('configuration_invalid', `The file \`${path}\` cannot be written: ${why}.`, {
    hint: 'Check the folder and its permissions.',
    details: { field: 'lockfile' },
    cause,
  });
}

function heldTooLong(path: string): KeelsonError {
  return new KeelsonError('conflict', `Another process has been writing for long; its lock is \`${path}\`.`, {
    hint: 'Try again. If no Keelson is running anywhere, remove that file.',
  });
}

async function readHolder(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Moving it away first makes sure that only one of those who wait removes it. Should it have become somebody else's in
 * between, that one sees before its last step that it no longer holds it, and begins again.
 */
async function removeDeadHolder(path: string, token: string, clock: Clock): Promise<void> {
  if (!(await isDead(path, clock))) return;
  const aside = `${path}.${token}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  await rm(aside, { force: true });
}

async function isDead(path: string, clock: Clock): Promise<boolean> {
  const holder = await readHolder(path);
  if (holder === undefined) return false;
  const { pid, host } = parseHolder(holder);
  if (pid !== undefined && host === hostname() && !isRunning(pid)) return true;
  try {
    return clock.now() - (await stat(path)).mtimeMs > oldestHolderMs;
  } catch {
    return false;
  }
}

function parseHolder(text: string): { readonly pid?: number; readonly host?: string } {
  try {
    const { pid, host } = JSON.parse(text) as { pid?: unknown; host?: unknown };
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host } : {};
  } catch {
    return {};
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
