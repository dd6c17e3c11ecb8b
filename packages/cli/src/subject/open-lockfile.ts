/** The lockfile that a command works with: found, read, with the packages that it extends. */
import { chooseProfile, getProfile, KeelsonError, type Lockfile, type WholeProfile } from '@keelson/core';
import {
  type FoundLockfile,
  findLockfile,
  loadInstalledPackages,
  type ReadLockfileFile,
  readLockfileFile,
} from '@keelson/engine';
import type { Surroundings } from '../line/command-spec.ts';
import type { Input } from '../line/input.ts';

export interface OpenLockfile extends ReadLockfileFile {
  readonly origin: FoundLockfile['origin'];
  readonly packages: ReadonlyMap<string, Lockfile>;
  readonly missingPackages: readonly { readonly package: string; readonly says: string }[];
}

/** Undefined where none is named and none is found. */
export async function findOpenLockfile(
  input: Input,
  surroundings: Surroundings,
): Promise<OpenLockfile | undefined> {
  const found = await locateLockfile(input, surroundings);
  if (found === undefined) return undefined;
  const read = await readLockfileFile(found.path);
  const { packages, missing } = loadInstalledPackages(read.lockfile, found.path);
  return { ...read, origin: found.origin, packages, missingPackages: missing };
}

export async function openLockfile(input: Input, surroundings: Surroundings): Promise<OpenLockfile> {
  return (await findOpenLockfile(input, surroundings)) ?? refuse(surroundings);
}

function refuse({ folder }: Surroundings): never {
  throw new KeelsonError('configuration_invalid', `No lockfile was found from \`${folder}\` upwards.`, {
    hint: 'Run `keelson lock init`, which makes one, or name one with --lockfile.',
    details: { field: 'lockfile' },
  });
}

export function locateLockfile(
  input: Input,
  { folder, environment }: Surroundings,
): Promise<FoundLockfile | undefined> {
  const path = input.text('lockfile');
  return findLockfile({ folder, environment, ...(path !== undefined && { path }) });
}

/** The path of the lockfile that is there, for commands that change it. */
export async function locateForChange(input: Input, surroundings: Surroundings): Promise<string> {
  return (await locateLockfile(input, surroundings))?.path ?? refuse(surroundings);
}

export function profileFor(lockfile: Lockfile, input: Input, { environment }: Surroundings): WholeProfile {
  return getProfile(lockfile, chooseProfile(lockfile, input.text('profile'), environment).name);
}
