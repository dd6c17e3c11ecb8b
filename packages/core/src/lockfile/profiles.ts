/** Which profile applies, and what it says once everything that it inherits has been added. */
import { KeelsonError } from '../errors/index.ts';
import { suggestProfile } from './check-inheritance.ts';
import type { LockedAlias, LockedProfile, Lockfile, Pin } from './lockfile.ts';

/** Read in this order; the second is for those who come from LLMRing. */
export const profileVariables = ['KEELSON_PROFILE', 'LLMRING_PROFILE'] as const;

export interface ChosenProfile {
  readonly name: string;
  /** Who chose it: the caller, a variable of the environment, or the file. */
  readonly origin: 'asked' | (typeof profileVariables)[number] | 'default_profile';
}

/** Throws where the name is of no profile: nothing is ever created by being asked for. */
export function chooseProfile(
  lockfile: Lockfile,
  asked?: string,
  environment: Readonly<Record<string, string | undefined>> = {},
): ChosenProfile {
  const chosen =
    asked === undefined
      ? withoutBeingAsked(lockfile, environment)
      : { name: asked, origin: 'asked' as const };
  if (!lockfile.profiles.has(chosen.name)) throw unknownProfile(chosen, lockfile);
  return chosen;
}

function withoutBeingAsked(
  lockfile: Lockfile,
  environment: Readonly<Record<string, string | undefined>>,
): ChosenProfile {
  for (const variable of profileVariables) {
    const name = environment[variable];
    if (name !== undefined && name !== '') return { name, origin: variable };
  }
  return { name: lockfile.defaultProfile, origin: 'default_profile' };
}

const longestShown = 100;

function unknownProfile({ name, origin }: ChosenProfile, lockfile: Lockfile): KeelsonError {
  const by = origin === 'asked' ? '' : `, which \`${origin}\` names`;
  const says = `The lockfile has no profile \`${name.slice(0, longestShown)}\`${by}.`;
  return new KeelsonError('configuration_invalid', says, {
    hint: suggestProfile(name, lockfile.profiles.keys()),
    details: { field: 'profile' },
  });
}

/** An entry, and the profile in which it stands. */
export interface Inherited<Entry> {
  readonly entry: Entry;
  readonly profile: string;
}

export interface WholeProfile {
  readonly name: string;
  /** The profile itself, then those that it inherits from. */
  readonly chain: readonly string[];
  readonly aliases: ReadonlyMap<string, Inherited<LockedAlias>>;
  readonly registryVersions: ReadonlyMap<string, number>;
  readonly pins: ReadonlyMap<string, Inherited<Pin>>;
}

const wholeProfiles = new WeakMap<Lockfile, Map<string, WholeProfile>>();

/** A profile's own entries win over inherited ones. */
export function getProfile(lockfile: Lockfile, asked?: string): WholeProfile {
  const { name } = chooseProfile(lockfile, asked);
  const known = wholeProfiles.get(lockfile) ?? new Map<string, WholeProfile>();
  wholeProfiles.set(lockfile, known);
  const whole = known.get(name) ?? flatten(lockfile, name);
  known.set(name, whole);
  return whole;
}

function flatten(lockfile: Lockfile, name: string): WholeProfile {
  const chain: [string, LockedProfile][] = [];
  for (let next: string | undefined = name; next !== undefined && chain.length <= lockfile.profiles.size; ) {
    const profile = lockfile.profiles.get(next);
    if (profile === undefined) break;
    chain.push([next, profile]);
    next = profile.inherits;
  }
  const aliases = new Map<string, Inherited<LockedAlias>>();
  const pins = new Map<string, Inherited<Pin>>();
  const registryVersions = new Map<string, number>();
  for (const [profile, { aliases: own, pins: ownPins, registryVersions: versions }] of chain.toReversed()) {
    for (const [alias, entry] of own) aliases.set(alias, { entry, profile });
    for (const [reference, entry] of ownPins) pins.set(reference, { entry, profile });
    for (const [provider, version] of versions) registryVersions.set(provider, version);
  }
  return { name, chain: chain.map(([profile]) => profile), aliases, registryVersions, pins };
}
