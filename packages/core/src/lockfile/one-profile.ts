/**
 * One profile of a lockfile as a document of its own: what is shared with others. It keeps everything that means something:
 * pools, constraints, defaults, registry versions, pins, whom it inherits from, and the packages that its aliases may name.
 */
import { isJsonObject, type JsonObject } from '../json/index.ts';
import { digestLockfile } from './digest.ts';
import { lockfileData } from './lock-data.ts';
import { LockfileError } from './lock-problem.ts';
import type { LockedProfile, Lockfile } from './lockfile.ts';
import { parseLockfile } from './parse-lockfile.ts';
import { chooseProfile } from './profiles.ts';

/** Throws where there is no such profile. A profile that inherits has the name of the other one and nothing of it. */
export function documentOfProfile(lockfile: Lockfile, name: string): JsonObject {
  return lockfileData(onlyProfile(lockfile, name));
}

/** Of a lockfile that has nothing but this profile; for a file that has no other, the digest of that file. */
export function digestProfile(lockfile: Lockfile, name: string): string {
  return digestLockfile(onlyProfile(lockfile, name));
}

function onlyProfile(lockfile: Lockfile, name: string): Lockfile {
  chooseProfile(lockfile, name);
  const { packages, packageDigests, profiles } = lockfile;
  const profile = profiles.get(name) as LockedProfile;
  return { defaultProfile: name, packages, packageDigests, profiles: new Map([[name, profile]]) };
}

const fileName = 'lockfile';

/**
 * Reads such a document, or takes the profile out of that of a whole lockfile. Whom the profile inherits from need not be
 * there. Throws a `LockfileError`, also for a document of a newer format.
 */
export function parseProfileDocument(document: unknown, name: string): Lockfile {
  const fields = isJsonObject(document) ? document : {};
  const profiles = isJsonObject(fields.profiles) ? fields.profiles : {};
  const own = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  // Of another format nothing else can be said than which one it is.
  if (own === undefined && fields.version === 1) {
    const hint = `It has ${Object.keys(profiles).slice(0, 20).join(', ') || 'no profiles'}.`;
    throw new LockfileError([{ path: 'profiles', says: `has no profile \`${name}\`.`, hint }], { fileName });
  }
  const alone = { [name]: own ?? {} };
  const { metadata: _, created_at: __, updated_at: ___, ...rest } = fields;
  const whole = { ...rest, default_profile: name, profiles: { ...ancestorOf(own, name), ...alone } };
  return onlyProfile(parseLockfile(JSON.stringify(whole), fileName), name);
}

/** An empty one in its place: it is looked at where both are. */
function ancestorOf(profile: unknown, name: string): Readonly<Record<string, object>> {
  const inherits = isJsonObject(profile) ? profile.inherits : undefined;
  return typeof inherits === 'string' && inherits !== name ? { [inherits]: {} } : {};
}

/** Profiles that were shared one by one, as the lockfile that they make together. */
export function joinProfiles(lockfiles: readonly Lockfile[], defaultProfile: string): Lockfile {
  const packages = [...new Set(lockfiles.flatMap((lockfile) => lockfile.packages))];
  return {
    defaultProfile,
    packages,
    packageDigests: new Map(lockfiles.flatMap(({ packageDigests }) => [...packageDigests])),
    profiles: new Map(lockfiles.flatMap(({ profiles }) => [...profiles])),
  };
}

/** The same change as of a whole lockfile, of one whose profile may inherit from one that is elsewhere. */
export function changeProfileAlone(
  lockfile: Lockfile,
  name: string,
  change: (whole: Lockfile) => Lockfile,
): Lockfile {
  const inherits = lockfile.profiles.get(name)?.inherits;
  const profiles = new Map(lockfile.profiles);
  if (inherits !== undefined && !profiles.has(inherits))
    profiles.set(inherits, { registryVersions: new Map(), aliases: new Map(), pins: new Map() });
  return onlyProfile(change({ ...lockfile, profiles }), name);
}
