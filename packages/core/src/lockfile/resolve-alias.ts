/** From the name that a caller writes to models in order, with what was locked of each. */
import { didYouMean, KeelsonError } from '../errors/index.ts';
import { known } from '../message/index.ts';
import { findCard, type PriceRow, priceVersionOf, type Registry } from '../registry/index.ts';
import type { LockedAlias, Lockfile, Pin, PoolEntry, RequestDefaults } from './lockfile.ts';
import { chooseModel } from './match-models.ts';
import { readReference } from './model-reference.ts';
import { pricesOfPin } from './pin.ts';
import { getProfile, type WholeProfile } from './profiles.ts';

export interface ResolveOptions {
  readonly profile?: string;
  /** Lockfiles of the packages that this one extends, by name; see `loadPackages`. */
  readonly packages?: ReadonlyMap<string, Lockfile>;
  /** Chooses for constraints that were never locked, and prices models that were never pinned. */
  readonly registry?: Registry;
}

export interface ResolvedAlias {
  readonly name: string;
  readonly profile: string;
  /** The profile in which the alias stands. Left out for a model that was named itself. */
  readonly definedIn?: string;
  /** The package whose lockfile answered. */
  readonly package?: string;
  /** Never empty, in the order in which they are tried. */
  readonly targets: readonly LockedTarget[];
  readonly defaults: RequestDefaults;
  /** Entries of the pool that give no target, and why. */
  readonly dropped: readonly { readonly entry: PoolEntry; readonly says: string }[];
}

export interface LockedTarget {
  readonly reference: string;
  readonly provider: string;
  /** What the provider is asked for: the dated model where one was pinned. */
  readonly model: string;
  readonly pin?: Pin;
  /** The version of the provider's registry file that prices this target. */
  readonly registryVersion?: number;
  readonly prices?: PriceRow;
  readonly priceVersion?: string;
}

/**
 * An alias of the profile, an alias `package:alias` of a package, or a model `provider:model`; in this order, so that one's
 * own entry `package:alias` wins over the package's.
 */
export function resolveAlias(lockfile: Lockfile, name: string, options: ResolveOptions = {}): ResolvedAlias {
  const profile = getProfile(lockfile, options.profile);
  const found = profile.aliases.get(name);
  if (found !== undefined) return resolveEntry({ name, alias: found.entry, profile, options }, found.profile);
  const colon = name.indexOf(':');
  const packageName = colon > 0 ? name.slice(0, colon) : '';
  if (lockfile.packages.includes(packageName))
    return resolveInPackage(packageName, name.slice(colon + 1), profile.name, options);
  if (readReference(name) !== undefined) {
    const question = { name, alias: { models: [name] }, profile, options };
    const { definedIn: _nowhere, ...direct } = resolveEntry(question, profile.name);
    return direct;
  }
  throw unknownAlias(name, profile, listAliases(lockfile, options));
}

/** Every name that resolves as an alias, own ones first. */
export function listAliases(lockfile: Lockfile, options: ResolveOptions = {}): readonly string[] {
  const profile = getProfile(lockfile, options.profile);
  const names = new Set(profile.aliases.keys());
  for (const packageName of lockfile.packages) {
    const whole = profileOfPackage(options.packages?.get(packageName), profile.name);
    for (const alias of whole?.aliases.keys() ?? []) names.add(`${packageName}:${alias}`);
  }
  return [...names];
}

export const hasAlias = (lockfile: Lockfile, name: string, options: ResolveOptions = {}): boolean =>
  listAliases(lockfile, options).includes(name);

/** For libraries, when they start: throws one error that lists everything that is missing. `asker` names the library. */
export function requireAliases(
  lockfile: Lockfile,
  names: readonly string[],
  options: ResolveOptions & { readonly asker?: string } = {},
): void {
  const there = listAliases(lockfile, options);
  const missing = names.filter((name) => !there.includes(name));
  if (missing.length === 0) return;
  const profile = getProfile(lockfile, options.profile).name;
  const list = missing.map((name) => `\`${name}\``).join(', ');
  const says = `${options.asker ?? 'This program'} needs aliases that the profile \`${profile}\` does not have: ${list}.`;
  throw new KeelsonError('configuration_invalid', says, {
    hint: missing
      .map((name) => `Run \`keelson bind ${name} PROVIDER:MODEL --profile ${profile}\`.`)
      .join(' '),
    details: { field: missing.join(', ') },
  });
}

/** The profile of the same name, or the package's default. What the package itself extends is none of our business. */
function profileOfPackage(lockfile: Lockfile | undefined, profile: string): WholeProfile | undefined {
  return lockfile && getProfile(lockfile, lockfile.profiles.has(profile) ? profile : lockfile.defaultProfile);
}

function resolveInPackage(
  packageName: string,
  alias: string,
  profile: string,
  options: ResolveOptions,
): ResolvedAlias {
  const whole = profileOfPackage(options.packages?.get(packageName), profile);
  if (whole === undefined) {
    const says = `The lockfile of the package \`${packageName}\` is not at hand, so \`${packageName}:${alias}\` means nothing.`;
    throw new KeelsonError('configuration_invalid', says, {
      hint: `Install \`${packageName}\`, or bind \`${packageName}:${alias}\` yourself.`,
      details: { field: 'extends.packages' },
    });
  }
  const found = whole.aliases.get(alias);
  const name = `${packageName}:${alias}`;
  if (found === undefined) {
    const there = [...whole.aliases.keys()].map((other) => `${packageName}:${other}`);
    throw unknownAlias(name, whole, there);
  }
  const resolved = resolveEntry({ name, alias: found.entry, profile: whole, options }, found.profile);
  return { ...resolved, package: packageName };
}

function unknownAlias(name: string, profile: WholeProfile, names: readonly string[]): KeelsonError {
  const shown = name.slice(0, 100);
  const near = didYouMean(name, names);
  return new KeelsonError('model_not_found', `The profile \`${profile.name}\` has no alias \`${shown}\`.`, {
    hint:
      near ?? (names.length === 0 ? 'It has no aliases at all.' : `It has ${names.slice(0, 20).join(', ')}.`),
    details: { model: shown },
  });
}

interface Question {
  readonly name: string;
  readonly alias: LockedAlias;
  readonly profile: WholeProfile;
  readonly options: ResolveOptions;
}

function resolveEntry({ name, alias, profile, options }: Question, definedIn: string): ResolvedAlias {
  const targets: LockedTarget[] = [];
  const dropped: { entry: PoolEntry; says: string }[] = [];
  for (const entry of alias.models) {
    const reference = typeof entry === 'string' ? entry : (entry.locked ?? choose(entry, options.registry));
    if (reference === undefined) dropped.push({ entry, says: whyNothing(options.registry) });
    else if (targets.some((target) => target.reference === reference))
      dropped.push({ entry, says: `chooses \`${reference}\`, which comes earlier in the pool` });
    else targets.push(lockedTarget(reference, profile, options.registry));
  }
  if (targets.length === 0) throw emptyPool(name, dropped);
  return { name, profile: profile.name, definedIn, targets, defaults: alias.defaults ?? {}, dropped };
}

function choose(entry: Exclude<PoolEntry, string>, registry: Registry | undefined): string | undefined {
  return registry && chooseModel(entry, registry)?.key;
}

const whyNothing = (registry: Registry | undefined): string =>
  registry === undefined ? 'was never locked' : 'no model of the registry fits';

function emptyPool(name: string, dropped: ResolvedAlias['dropped']): KeelsonError {
  const told = dropped.map(
    ({ entry, says }) => `\`${typeof entry === 'string' ? entry : entry.match}\` ${says}`,
  );
  return new KeelsonError(
    'configuration_invalid',
    `The alias \`${name}\` has no model: ${told.join('; ')}.`,
    {
      hint: 'Run `keelson lock bump`, which chooses and pins models.',
      details: { field: name },
    },
  );
}

function lockedTarget(
  reference: string,
  profile: WholeProfile,
  registry: Registry | undefined,
): LockedTarget {
  const { provider, model } = readReference(reference) ?? { provider: '', model: reference };
  const pin = profile.pins.get(reference)?.entry;
  const card = pin === undefined && registry !== undefined ? findCard(registry, reference) : undefined;
  const pinned = pin && pricesOfPin(reference, pin);
  const version = pin?.registryVersion ?? profile.registryVersions.get(provider);
  // Prices of another version than the one that was locked are not this model's: unknown is better than wrong.
  const priced = version === undefined || card?.registryVersion === version ? card : undefined;
  return {
    reference,
    provider,
    model: pin?.model ?? model,
    ...known({
      pin,
      registryVersion: version ?? card?.registryVersion,
      prices: pinned === undefined ? priced?.prices : pinned.prices,
      priceVersion: pinned?.priceVersion ?? (priced && priceVersionOf(priced)),
    }),
  };
}
