/** The lockfile that holds somewhere: found, read, with the packages that it extends and the profile that applies. */
import { chooseProfile, type LoadedPackages, type Lockfile } from '@keelson/core';
import { type FindOptions, type FoundLockfile, findLockfile } from './find-lockfile.ts';
import { loadInstalledPackages } from './load-installed-packages.ts';
import { type ReadLockfileFile, readLockfileFile } from './read-lockfile-file.ts';

interface OpenOptions extends FindOptions {
  /** In place of what the environment or the file says. */
  readonly profile?: string;
}

export interface OpenedLockfile extends ReadLockfileFile {
  readonly origin: FoundLockfile['origin'];
  readonly packages: ReadonlyMap<string, Lockfile>;
  readonly missingPackages: LoadedPackages['missing'];
  /** For whoever names none. */
  readonly profile: string;
}

/** Undefined where none is named and none is found. Throws for one that cannot be used, and for a profile that is not in it. */
export async function openLockfile(options: OpenOptions): Promise<OpenedLockfile | undefined> {
  const found = await findLockfile(options);
  if (found === undefined) return undefined;
  const read = await readLockfileFile(found.path);
  const { packages, missing } = loadInstalledPackages(read.lockfile, found.path);
  const { name: profile } = chooseProfile(read.lockfile, options.profile, options.environment);
  return { ...read, origin: found.origin, packages, missingPackages: missing, profile };
}
