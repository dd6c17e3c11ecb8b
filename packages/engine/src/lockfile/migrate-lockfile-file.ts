/** Makes a `keelson.lock` of an `llmring.lock`, which stays as it is, with a copy beside it for whoever then removes it. */
import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { KeelsonError, type Lockfile, type Migration } from '@keelson/core';
import { changeLockfile, exists } from './change-lockfile.ts';
import type { LockfileDeps } from './file-lock.ts';
import { readLockfileFile } from './read-lockfile-file.ts';

export interface MigratedFile extends Migration {
  readonly path: string;
  readonly backup: string;
  readonly digest: string;
}

/** `finish` may pin models before the file is written. A target that exists is never touched. */
export async function migrateLockfileFile(
  from: string,
  to: string,
  deps: LockfileDeps,
  finish: (lockfile: Lockfile) => Lockfile = (lockfile) => lockfile,
): Promise<MigratedFile> {
  if (await exists(to)) {
    throw new KeelsonError('conflict', `\`${to}\` exists already, and a migration would overwrite it.`, {
      hint: 'Remove it, or migrate to another path.',
      details: { field: 'lockfile' },
    });
  }
  const read = await readLockfileFile(from);
  if (read.form === 'keelson') {
    throw new KeelsonError('configuration_invalid', `\`${from}\` is a lockfile of Keelson already.`, {
      hint: 'Nothing needs to be done.',
      details: { field: 'lockfile' },
    });
  }
  const backup = await backUp(from);
  const { lockfile, digest } = await changeLockfile(to, finish, deps, { create: () => read.lockfile });
  const { form, notes, legacyDigest } = read;
  return {
    lockfile,
    form,
    notes,
    ...(legacyDigest !== undefined && { legacyDigest }),
    path: to,
    backup,
    digest,
  };
}

/** An earlier copy is never overwritten. */
async function backUp(path: string): Promise<string> {
  for (let count = 1; ; count++) {
    const backup = count === 1 ? `${path}.backup` : `${path}.backup-${count}`;
    try {
      await copyFile(path, backup, constants.COPYFILE_EXCL);
      return backup;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
