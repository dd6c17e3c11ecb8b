/** What a lockfile gives to routing: the aliases of a profile with their pins, as an alias table has them, and models that were pinned. */
import {
  getProfile,
  KeelsonError,
  type LockedTarget,
  type Lockfile,
  listAliases,
  type PriceRow,
  type Registry,
  type RequestDefaults,
  resolveAlias,
} from '@keelson/core';

export interface LockedNames {
  readonly lockfile: Lockfile;
  readonly digest: string;
  /** Lockfiles of the packages that it extends. */
  readonly packages?: ReadonlyMap<string, Lockfile>;
  /** For callers who name none; the lockfile's own default when left out. */
  readonly profile?: string;
}

/** What was true of a model when it was locked, which stands against what the registry says today. */
export interface LockedModel {
  /** Undefined where it had none: it is then unpriced, whatever the registry says. */
  readonly prices: PriceRow | undefined;
  readonly priceVersion: string | undefined;
  readonly contextWindow?: number;
  readonly maxOutput?: number;
}

export interface LockedEntry {
  /** `provider:model`, as it is asked for. */
  readonly model: string;
  readonly locked: LockedModel | undefined;
}

/** One alias of a lockfile as far as it can be used here. */
export interface LockedPool {
  readonly targets: readonly LockedEntry[];
  readonly defaults: RequestDefaults;
  /** Models that are not used here, and why. */
  readonly dropped: readonly { readonly model: string; readonly why: string }[];
  /** Why there are no targets. */
  readonly lacks?: string;
}

export interface ProfileNames {
  readonly name: string;
  readonly aliases: ReadonlyMap<string, LockedPool>;
  /** By the reference that a caller would write, what it was pinned to. */
  readonly pinned: ReadonlyMap<string, LockedEntry>;
}

interface Reading {
  readonly names: LockedNames;
  readonly providers: ReadonlyMap<string, unknown>;
  /** Chooses for what was never locked, and prices what was never pinned. */
  readonly registry: Registry | undefined;
}

/** Every profile by its name. An alias that cannot be used is there all the same, with what is wrong: it is told whoever asks for it. */
export function readProfiles(reading: Reading): ReadonlyMap<string, ProfileNames> {
  const { lockfile } = reading.names;
  return new Map([...lockfile.profiles.keys()].map((name) => [name, readProfile(name, reading)]));
}

function readProfile(profile: string, reading: Reading): ProfileNames {
  const { names, registry } = reading;
  const { lockfile, packages = new Map() } = names;
  const options = { profile, packages, ...(registry && { registry }) };
  const aliases = new Map<string, LockedPool>();
  for (const name of listAliases(lockfile, options)) aliases.set(name, readPool(name, reading, options));
  const pinned = new Map<string, LockedEntry>();
  for (const reference of getProfile(lockfile, profile).pins.keys()) {
    const [target] = aliases.has(reference) ? [] : resolveAlias(lockfile, reference, options).targets;
    if (target !== undefined && isThere(target, reading)) pinned.set(reference, entryOf(target));
  }
  return { name: profile, aliases, pinned };
}

function readPool(
  name: string,
  reading: Reading,
  options: Parameters<typeof resolveAlias>[2] & object,
): LockedPool {
  try {
    const { targets, defaults, dropped } = resolveAlias(reading.names.lockfile, name, options);
    const entries = new Map(
      targets
        .filter((target) => isThere(target, reading))
        .map((target) => [modelOf(target), entryOf(target)]),
    );
    const missing = [
      ...dropped.map(({ entry, says }) => ({
        model: typeof entry === 'string' ? entry : entry.match,
        why: says,
      })),
      ...targets
        .filter((target) => !isThere(target, reading))
        .map((target) => ({
          model: modelOf(target),
          why: `is of \`${target.provider}\`, which is not set up here`,
        })),
    ];
    const told = missing.map(({ model, why }) => `\`${model}\` ${why}`).join('; ');
    return {
      targets: [...entries.values()],
      defaults,
      dropped: missing,
      ...(entries.size === 0 && { lacks: `The alias \`${name}\` has no model that can be asked: ${told}.` }),
    };
  } catch (error) {
    if (!KeelsonError.is(error)) throw error;
    return { targets: [], defaults: {}, dropped: [], lacks: error.message };
  }
}

const modelOf = ({ provider, model }: LockedTarget): string => `${provider}:${model}`;

const isThere = (target: LockedTarget, { providers }: Reading): boolean => providers.has(target.provider);

function entryOf(target: LockedTarget): LockedEntry {
  return { model: modelOf(target), locked: lockedModel(target) };
}

/** Undefined where nothing was locked: the registry then says what it costs. */
function lockedModel({ pin, registryVersion, prices, priceVersion }: LockedTarget): LockedModel | undefined {
  if (pin?.isUnlisted === true || registryVersion === undefined) return undefined;
  const { contextWindow, maxOutput } = pin ?? {};
  return {
    prices,
    priceVersion,
    ...(contextWindow !== undefined && { contextWindow }),
    ...(maxOutput !== undefined && { maxOutput }),
  };
}
