/**
 * Changes a lockfile on disk: under a lock, on what stands there at that moment, by a whole new file that takes its place at
 * once. So no change is lost, no reader sees half a file, and a file that cannot be read is never overwritten.
 */
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { digestLockfile, KeelsonError, type Lockfile, renderLockfile } from '@keelson/core';
import { acquireFileLock, type FileLock, type LockfileDeps } from './file-lock.ts';
import { readLockfileFile } from './read-lockfile-file.ts';

export interface WrittenLockfile {
  readonly path: string;
  readonly lockfile: Lockfile;
  readonly digest: string;
  /** False where the file says all of it already. */
  readonly isChanged: boolean;
}

export interface ChangeOptions {
  /** What a file that does not exist begins as; without it, the file must exist. */
  readonly create?: () => Lockfile;
}

/** May be called more than once, each time with what stands in the file then. */
type Change = (lockfile: Lockfile) => Lockfile;

export async function changeLockfile(
  path: string,
  change: Change,
  deps: LockfileDeps,
  options: ChangeOptions = {},
): Promise<WrittenLockfile> {
  const target = await realTarget(path);
  for (;;) {
    const lock = await acquireFileLock(`${target}.writing`, deps);
    try {
      const written = await changeUnderLock(target, change, lock, options);
      if (written !== undefined) return written;
    } finally {
      await lock.release();
    }
  }
}

/** Undefined where the lock was taken over before the file was, so that all of it must be done again. */
async function changeUnderLock(
  path: string,
  change: Change,
  lock: FileLock,
  options: ChangeOptions,
): Promise<WrittenLockfile | undefined> {
  const former = await readFormer(path, options);
  const lockfile = change(former.lockfile);
  const text = renderLockfile(lockfile, former.text);
  const digest = digestLockfile(lockfile);
  if (text === former.text) return { path, lockfile, digest, isChanged: false };
  return (await replaceFile(path, text, lock)) ? { path, lockfile, digest, isChanged: true } : undefined;
}

async function readFormer(
  path: string,
  { create }: ChangeOptions,
): Promise<{ readonly lockfile: Lockfile; readonly text?: string }> {
  if (create !== undefined && !(await exists(path))) return { lockfile: create() };
  const former = await readLockfileFile(path);
  if (former.form === 'keelson') return former;
  const says = `\`${basename(path)}\` is a lockfile of LLMRing, which is read but never changed.`;
  throw new KeelsonError('configuration_invalid', says, {
    hint: 'Run `keelson lock migrate`, which makes a `keelson.lock` of it.',
    details: { field: 'lockfile' },
  });
}

/** A link stays a link: the file that it leads to is what changes. */
async function realTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

const defaultMode = 0o644;

/** Nobody else writes under that name, whatever becomes of the lock. The new file is on the disk before it takes the old one's name. */
async function replaceFile(path: string, text: string, lock: FileLock): Promise<boolean> {
  const fresh = join(dirname(path), `.${basename(path)}.${lock.token}.new`);
  try {
    const mode = (await exists(path)) ? (await stat(path)).mode & 0o777 : defaultMode;
    const file = await open(fresh, 'w', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (!(await lock.isHeld())) return false;
    await rename(fresh, path);
    return true;
  } finally {
    await rm(fresh, { force: true });
  }
}
