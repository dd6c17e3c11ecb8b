/** Changes to lockfiles, each a new lockfile: bind and unbind aliases, pin models. What is changed is checked like a file. */
import { didYouMean, KeelsonError } from '../errors/index.ts';
import { canonicalJson } from '../json/index.ts';
import type { Registry } from '../registry/index.ts';
import { digestLockfile } from './digest.ts';
import { pinData } from './lock-data.ts';
import {
  defaultProfileName,
  type LockedAlias,
  type LockedProfile,
  type Lockfile,
  type Pin,
  type PoolEntry,
} from './lockfile.ts';
import { chooseModel } from './match-models.ts';
import { readReference } from './model-reference.ts';
import { pinModel } from './pin.ts';
import { chooseProfile } from './profiles.ts';
import { assertWritable } from './writable.ts';

/** The first profile is the default; the others inherit from it, and are there to be changed. */
export function createLockfile(
  aliases: ReadonlyMap<string, LockedAlias>,
  profiles: readonly string[] = [defaultProfileName],
  createdAt?: string,
): Lockfile {
  const [defaultProfile = defaultProfileName, ...others] = profiles;
  const empty = { registryVersions: new Map(), aliases: new Map(), pins: new Map() };
  return assertWritable({
    defaultProfile,
    ...(createdAt !== undefined && { createdAt }),
    packages: [],
    packageDigests: new Map(),
    profiles: new Map<string, LockedProfile>([
      [defaultProfile, { ...empty, aliases }],
      ...others.map((name): [string, LockedProfile] => [name, { ...empty, inherits: defaultProfile }]),
    ]),
  });
}

/** An alias that is bound already gets the new pool; what else is not given stays as it was. */
export function bindAlias(lockfile: Lockfile, name: string, alias: LockedAlias, asked?: string): Lockfile {
  return changeProfile(lockfile, asked, (profile) => {
    const bound = { ...profile.aliases.get(name), ...alias };
    return { ...profile, aliases: new Map([...profile.aliases, [name, bound]]) };
  });
}

/** Takes pins along that no other alias of the profile needs. */
export function unbindAlias(lockfile: Lockfile, name: string, asked?: string): Lockfile {
  return changeProfile(lockfile, asked, (profile, profileName) => {
    if (!profile.aliases.has(name)) throw notBound(name, profileName, profile);
    const aliases = new Map([...profile.aliases].filter(([other]) => other !== name));
    return { ...profile, aliases, pins: neededPins(profile.pins, aliases) };
  });
}

function notBound(name: string, profileName: string, profile: LockedProfile): KeelsonError {
  const says = `The profile \`${profileName}\` does not bind \`${name.slice(0, 100)}\` itself.`;
  const inherited = profile.inherits === undefined ? '' : ` It inherits from \`${profile.inherits}\`.`;
  return new KeelsonError('model_not_found', says + inherited, {
    hint:
      didYouMean(name, profile.aliases.keys()) ??
      `It binds ${[...profile.aliases.keys()].join(', ') || 'nothing'}.`,
    details: { model: name.slice(0, 100) },
  });
}

export interface LockOptions {
  /** Only this profile; otherwise all. */
  readonly profile?: string;
  /** Chooses and pins everything anew; otherwise only what is not locked yet. */
  readonly refresh?: boolean;
  /** A date for new pins. It means nothing. */
  readonly lockedAt?: string;
  /** Lockfiles of packages, whose digests are then locked too. */
  readonly packages?: ReadonlyMap<string, Lockfile>;
}

/** Pins every model that a profile names itself, and the registry versions that its prices come from. */
export function lockModels(lockfile: Lockfile, registry: Registry, options: LockOptions = {}): Lockfile {
  const only = options.profile === undefined ? undefined : chooseProfile(lockfile, options.profile).name;
  const profiles = [...lockfile.profiles].map(([name, profile]): [string, LockedProfile] =>
    only === undefined || only === name ? [name, lockProfile(profile, registry, options)] : [name, profile],
  );
  return assertWritable({
    ...lockfile,
    packageDigests: lockPackages(lockfile, options),
    profiles: new Map(profiles),
  });
}

function lockPackages(
  { packages, packageDigests }: Lockfile,
  options: LockOptions,
): ReadonlyMap<string, string> {
  const digests = new Map(packageDigests);
  for (const name of packages) {
    const own = options.packages?.get(name);
    if (own !== undefined && (options.refresh === true || !digests.has(name)))
      digests.set(name, digestLockfile(own));
  }
  return digests;
}

function lockProfile(profile: LockedProfile, registry: Registry, options: LockOptions): LockedProfile {
  const aliases = new Map(
    [...profile.aliases].map(([name, alias]): [string, LockedAlias] => [
      name,
      { ...alias, models: alias.models.map((entry) => lockEntry(entry, registry, options)) },
    ]),
  );
  const kept = neededPins(profile.pins, aliases);
  const pins = new Map<string, Pin>();
  const registryVersions = new Map(profile.registryVersions);
  for (const reference of namedModels(aliases)) {
    const old = options.refresh === true ? undefined : kept.get(reference);
    const pin = old ?? pinModel(reference, registry, options.lockedAt);
    pins.set(reference, sameButForTheDate(pin, kept.get(reference)));
    const provider = readReference(reference)?.provider ?? '';
    if (pin.registryVersion !== undefined && (options.refresh === true || !registryVersions.has(provider)))
      registryVersions.set(provider, pin.registryVersion);
  }
  return { ...profile, aliases, pins, registryVersions };
}

/** A pin of which nothing has changed keeps its date, so that locking again changes no line. */
function sameButForTheDate(pin: Pin, old: Pin | undefined): Pin {
  if (old === undefined) return pin;
  const { lockedAt: _new, ...now } = pin;
  const { lockedAt: _old, ...then } = old;
  return canonicalJson(pinData(now)) === canonicalJson(pinData(then)) ? old : pin;
}

function lockEntry(entry: PoolEntry, registry: Registry, { refresh }: LockOptions): PoolEntry {
  if (typeof entry === 'string' || (entry.locked !== undefined && refresh !== true)) return entry;
  const { locked: _former, ...constraint } = entry;
  const card = chooseModel(constraint, registry);
  if (card !== undefined) return { ...constraint, locked: card.key };
  throw new KeelsonError(
    'configuration_invalid',
    `No model of the registry fits \`${entry.match}\` with its limits.`,
    {
      hint: 'Loosen one of its limits; `keelson models search` shows what each model has.',
      details: { field: entry.match },
    },
  );
}

/** Every model that the pools name or have chosen. */
function namedModels(aliases: ReadonlyMap<string, LockedAlias>): ReadonlySet<string> {
  const references = [...aliases.values()].flatMap(({ models }) =>
    models.map((entry) => (typeof entry === 'string' ? entry : entry.locked)),
  );
  return new Set(references.filter((reference) => reference !== undefined));
}

function neededPins(
  pins: ReadonlyMap<string, Pin>,
  aliases: ReadonlyMap<string, LockedAlias>,
): ReadonlyMap<string, Pin> {
  const needed = namedModels(aliases);
  return new Map([...pins].filter(([reference]) => needed.has(reference)));
}

function changeProfile(
  lockfile: Lockfile,
  asked: string | undefined,
  change: (profile: LockedProfile, name: string) => LockedProfile,
): Lockfile {
  const { name } = chooseProfile(lockfile, asked);
  const changed = change(lockfile.profiles.get(name) as LockedProfile, name);
  return assertWritable({ ...lockfile, profiles: new Map([...lockfile.profiles, [name, changed]]) });
}
