/** A profile that others share, put into a lockfile: in the place of what is there, or merged into it. */
import { type LockedProfile, type Lockfile, parseLockfile, renderLockfile } from '@keelson/core';

export interface TakingOver {
  readonly name: string;
  /** A lockfile of that profile alone. */
  readonly shared: Lockfile;
  /** Own aliases that are not shared stay; of an alias that both have, the shared one counts. */
  readonly isMerging: boolean;
}

/** Throws where the whole cannot be: a profile that inherits from itself on the way. */
export function takeOver(local: Lockfile, taken: readonly TakingOver[]): Lockfile {
  const whole = taken.reduce(takeOne, local);
  parseLockfile(renderLockfile(whole));
  return whole;
}

function takeOne(local: Lockfile, { name, shared, isMerging }: TakingOver): Lockfile {
  const theirs = shared.profiles.get(name) as LockedProfile;
  const own = local.profiles.get(name);
  const profile = isMerging && own !== undefined ? merge(own, theirs) : theirs;
  // Packages are of the file: other profiles may need theirs.
  const isAlone = !isMerging && [...local.profiles.keys()].every((each) => each === name);
  const packages = isAlone ? shared.packages : [...new Set([...local.packages, ...shared.packages])];
  return {
    ...local,
    packages,
    packageDigests: isAlone
      ? shared.packageDigests
      : new Map([...local.packageDigests, ...shared.packageDigests]),
    profiles: new Map([...local.profiles, [name, profile]]),
  };
}

function merge(own: LockedProfile, theirs: LockedProfile): LockedProfile {
  return {
    ...own,
    ...theirs,
    registryVersions: new Map([...own.registryVersions, ...theirs.registryVersions]),
    aliases: new Map([...own.aliases, ...theirs.aliases]),
    pins: new Map([...own.pins, ...theirs.pins]),
  };
}

/** What a file that is not there yet begins as. */
export function beginLockfile(names: readonly string[], createdAt: string): Lockfile {
  const [first = 'default'] = names;
  return {
    defaultProfile: names.includes('default') ? 'default' : first,
    createdAt,
    packages: [],
    packageDigests: new Map(),
    profiles: new Map(),
  };
}
