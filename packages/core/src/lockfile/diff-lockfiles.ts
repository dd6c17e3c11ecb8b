/** What a change of a lockfile means: which calls go elsewhere, what they may do there, and what a month of them costs. */
import { canonicalJson } from '../json/index.ts';
import { comparePrices, formatDollars, type Registry, tellPriceChange } from '../registry/index.ts';
import { digestLockfile } from './digest.ts';
import { defaultsData, entryData } from './lock-data.ts';
import type { LockedAlias, Lockfile, Pin, PoolEntry } from './lockfile.ts';
import { costOfMonth, type MonthUsage } from './month-cost.ts';
import { getProfile, type Inherited, type WholeProfile } from './profiles.ts';
import { resolveAlias } from './resolve-alias.ts';

export type LockChangeKind =
  | 'default_profile_changed'
  | 'profile_added'
  | 'profile_removed'
  | 'inheritance_changed'
  | 'package_added'
  | 'package_removed'
  | 'package_changed'
  | 'alias_added'
  | 'alias_removed'
  | 'pool_changed'
  | 'defaults_changed'
  | 'registry_version_changed'
  | 'model_locked'
  | 'model_unlocked'
  | 'model_pinned'
  | 'price_changed'
  | 'ability_gained'
  | 'ability_lost'
  | 'limit_changed';

export interface LockChange {
  readonly kind: LockChangeKind;
  readonly says: string;
  readonly profile?: string;
  readonly alias?: string;
  readonly reference?: string;
  /** As text for people: a pool, a value, a price. */
  readonly before?: string;
  readonly after?: string;
}

/** What a month of one alias costs, if the first model of its pool answers. Amounts are dollars as decimal text. */
export interface AliasCost {
  readonly alias: string;
  /** Left out where the alias is not there, or has no price; `unpriced` then says so. */
  readonly before?: string;
  readonly after?: string;
  /** Left out where one side is not known. */
  readonly difference?: string;
  readonly unpriced: readonly ('before' | 'after')[];
}

export interface LockDiff {
  /** True where both files mean the same, whatever they look like. */
  readonly same: boolean;
  readonly digests: { readonly before: string; readonly after: string };
  readonly changes: readonly LockChange[];
  /** Of the profile that was asked for; only aliases whose usage was given. */
  readonly costs: readonly AliasCost[];
  /** Left out where one of the costs is not known: a sum of some reads like the sum of all. */
  readonly monthDifference?: string;
}

export interface DiffOptions {
  /** A month of calls by alias. */
  readonly usage?: ReadonlyMap<string, MonthUsage>;
  /** Whose costs are compared; otherwise each file's default profile. */
  readonly profile?: string;
  /** Prices models that were never pinned. */
  readonly registry?: Registry;
  readonly packages?: ReadonlyMap<string, Lockfile>;
}

export function diffLockfiles(before: Lockfile, after: Lockfile, options: DiffOptions = {}): LockDiff {
  const digests = { before: digestLockfile(before), after: digestLockfile(after) };
  const changes: LockChange[] = [...diffTop(before, after), ...diffProfiles(before, after)];
  const costs = [...(options.usage ?? [])].flatMap(([alias, month]) =>
    compareCosts(alias, month, [before, after], options),
  );
  const known = costs.every(({ unpriced }) => unpriced.length === 0);
  const sum = (side: 'before' | 'after'): bigint =>
    costs.reduce((total, cost) => total + nanoOf(cost[side]), 0n);
  return {
    same: digests.before === digests.after,
    digests,
    changes,
    costs,
    ...(costs.length > 0 && known && { monthDifference: dollarsOf(sum('after') - sum('before')) }),
  };
}

function* diffProfiles(before: Lockfile, after: Lockfile): Iterable<LockChange> {
  for (const name of after.profiles.keys())
    if (before.profiles.has(name)) yield* diffProfile(getProfile(before, name), getProfile(after, name));
}

function* diffTop(before: Lockfile, after: Lockfile): Iterable<LockChange> {
  if (before.defaultProfile !== after.defaultProfile)
    yield {
      kind: 'default_profile_changed',
      says: `The default profile is \`${after.defaultProfile}\` instead of \`${before.defaultProfile}\`.`,
      before: before.defaultProfile,
      after: after.defaultProfile,
    };
  for (const name of after.profiles.keys())
    if (!before.profiles.has(name))
      yield { kind: 'profile_added', profile: name, says: `The profile \`${name}\` is new.` };
  for (const name of before.profiles.keys())
    if (!after.profiles.has(name))
      yield { kind: 'profile_removed', profile: name, says: `The profile \`${name}\` is gone.` };
  for (const name of after.packages)
    if (!before.packages.includes(name))
      yield { kind: 'package_added', says: `Aliases of the package \`${name}\` can be used.`, after: name };
  for (const name of before.packages) {
    if (!after.packages.includes(name))
      yield {
        kind: 'package_removed',
        says: `Aliases of the package \`${name}\` cannot be used any more.`,
        before: name,
      };
    else if (before.packageDigests.get(name) !== after.packageDigests.get(name))
      yield {
        kind: 'package_changed',
        says: `The package \`${name}\` is locked in another state.`,
        after: name,
      };
  }
}

function* diffProfile(before: WholeProfile, after: WholeProfile): Iterable<LockChange> {
  const profile = after.name;
  if (before.chain[1] !== after.chain[1])
    yield {
      kind: 'inheritance_changed',
      profile,
      says: `The profile \`${profile}\` inherits from ${after.chain[1] ?? 'nobody'} instead of ${before.chain[1] ?? 'nobody'}.`,
      ...(before.chain[1] !== undefined && { before: before.chain[1] }),
      ...(after.chain[1] !== undefined && { after: after.chain[1] }),
    };
  for (const name of union(before.aliases, after.aliases)) {
    const [old, now] = [before.aliases.get(name), after.aliases.get(name)];
    if (!isTold(before, after, old, now)) yield* diffAlias({ profile, alias: name }, old?.entry, now?.entry);
  }
  for (const provider of union(before.registryVersions, after.registryVersions)) {
    const [old, now] = [before.registryVersions.get(provider), after.registryVersions.get(provider)];
    if (old === now || before.chain[1] !== undefined) continue;
    const says = `The registry of \`${provider}\` counts in version ${now ?? 'none'} instead of ${old ?? 'none'}.`;
    yield {
      kind: 'registry_version_changed',
      profile,
      says,
      before: String(old ?? ''),
      after: String(now ?? ''),
    };
  }
  yield* diffPins(before, after);
}

function* diffPins(before: WholeProfile, after: WholeProfile): Iterable<LockChange> {
  const profile = after.name;
  for (const reference of union(before.pins, after.pins)) {
    const [old, now] = [before.pins.get(reference), after.pins.get(reference)];
    if (isTold(before, after, old, now)) continue;
    if (old !== undefined && now !== undefined) yield* diffPin({ profile, reference }, old.entry, now.entry);
    else if (names(before, reference) && names(after, reference))
      yield tellLocking({ profile, reference }, now?.entry);
  }
}

/** Whether an alias leads to it. Of models that come or go with their alias that is told, and nothing else. */
const names = ({ aliases }: WholeProfile, reference: string): boolean =>
  [...aliases.values()].some(({ entry }) => entry.models.includes(reference));

function tellLocking(
  about: { readonly profile: string; readonly reference: string },
  now: Pin | undefined,
): LockChange {
  const { reference } = about;
  if (now === undefined)
    return { ...about, kind: 'model_unlocked', says: `\`${reference}\` is not locked any more.` };
  const dated = now.model === undefined ? '' : `, and called as \`${now.model}\``;
  return { ...about, kind: 'model_locked', says: `\`${reference}\` is locked now${dated}.` };
}

/**
 * Whatever a profile inherits from the same one before and after is told of that one. Where it begins or ends to inherit,
 * nobody else would tell it.
 */
function isTold<Entry>(
  { chain, name }: WholeProfile,
  after: WholeProfile,
  old: Inherited<Entry> | undefined,
  now: Inherited<Entry> | undefined,
): boolean {
  if (chain.join(':') !== after.chain.join(':')) return false;
  const owner = (old ?? now)?.profile;
  return owner !== name && (now ?? old)?.profile === owner;
}

const union = <Value>(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): ReadonlySet<string> =>
  new Set([...b.keys(), ...a.keys()]);

const tellEntry = (entry: PoolEntry): string => {
  if (typeof entry === 'string') return entry;
  return entry.locked === undefined ? entry.match : `${entry.locked} (for ${entry.match})`;
};

const tellPool = ({ models }: LockedAlias): string => models.map(tellEntry).join(', ');

const sameData = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

function* diffAlias(
  about: { readonly profile: string; readonly alias: string },
  old: LockedAlias | undefined,
  now: LockedAlias | undefined,
): Iterable<LockChange> {
  const { alias } = about;
  if (old === undefined && now !== undefined)
    yield {
      ...about,
      kind: 'alias_added',
      says: `\`${alias}\` is new: ${tellPool(now)}.`,
      after: tellPool(now),
    };
  if (now === undefined && old !== undefined)
    yield {
      ...about,
      kind: 'alias_removed',
      says: `\`${alias}\` is gone; it was ${tellPool(old)}.`,
      before: tellPool(old),
    };
  if (now === undefined || old === undefined) return;
  if (!sameData(old.models.map(entryData), now.models.map(entryData)))
    yield {
      ...about,
      kind: 'pool_changed',
      says: `\`${alias}\` is ${tellPool(now)} instead of ${tellPool(old)}.`,
      before: tellPool(old),
      after: tellPool(now),
    };
  const [before, after] = [old, now].map(({ defaults = {} }) => canonicalJson(defaultsData(defaults)));
  if (before !== after && before !== undefined && after !== undefined)
    yield {
      ...about,
      kind: 'defaults_changed',
      says: `Requests to \`${alias}\` get ${after} instead of ${before}.`,
      before,
      after,
    };
}

function* diffPin(
  about: { readonly profile: string; readonly reference: string },
  old: Pin,
  now: Pin,
): Iterable<LockChange> {
  const { reference } = about;
  if (old.model !== now.model)
    yield {
      ...about,
      kind: 'model_pinned',
      says: `\`${reference}\` is called as \`${now.model ?? reference}\` instead of \`${old.model ?? reference}\`.`,
      before: old.model ?? reference,
      after: now.model ?? reference,
    };
  for (const change of comparePrices(old.prices ?? {}, now.prices ?? {}))
    yield {
      ...about,
      kind: 'price_changed',
      says: `The price of \`${reference}\` changes: ${tellPriceChange(change)}.`,
      ...(change.before !== undefined && { before: String(change.before) }),
      ...(change.after !== undefined && { after: String(change.after) }),
    };
  yield* diffAbilities(about, old, now);
}

function* diffAbilities(
  about: { readonly profile: string; readonly reference: string },
  old: Pin,
  now: Pin,
): Iterable<LockChange> {
  const { reference } = about;
  for (const ability of now.abilities ?? [])
    if (old.abilities !== undefined && !old.abilities.includes(ability))
      yield {
        ...about,
        kind: 'ability_gained',
        says: `\`${reference}\` can do \`${ability}\` now.`,
        after: ability,
      };
  for (const ability of old.abilities ?? [])
    if (!now.abilities?.includes(ability))
      yield {
        ...about,
        kind: 'ability_lost',
        says: `\`${reference}\` cannot do \`${ability}\` any more.`,
        before: ability,
      };
  for (const field of ['contextWindow', 'maxOutput'] as const) {
    if (old[field] === now[field]) continue;
    const [before, after] = [String(old[field] ?? 'unknown'), String(now[field] ?? 'unknown')];
    const name = field === 'contextWindow' ? 'context window' : 'longest output';
    const says = `The ${name} of \`${reference}\` is ${after} instead of ${before} tokens.`;
    yield { ...about, kind: 'limit_changed', says, before, after };
  }
}

type Sides = readonly [before: Lockfile, after: Lockfile];

function compareCosts(
  alias: string,
  month: MonthUsage,
  [before, after]: Sides,
  options: DiffOptions,
): AliasCost[] {
  const old = costOfAlias(alias, month, before, options);
  const now = costOfAlias(alias, month, after, options);
  if (old === undefined && now === undefined) return [];
  const [was, is] = [old?.nano, now?.nano];
  const unpriced: ('before' | 'after')[] = [];
  if (old !== undefined && was === undefined) unpriced.push('before');
  if (now !== undefined && is === undefined) unpriced.push('after');
  return [
    {
      alias,
      ...(was !== undefined && { before: dollarsOf(was) }),
      ...(is !== undefined && { after: dollarsOf(is) }),
      ...(unpriced.length === 0 && { difference: dollarsOf((is ?? 0n) - (was ?? 0n)) }),
      unpriced,
    },
  ];
}

/** Undefined where the alias does not exist; without `nano` where it does, but has no price. */
function costOfAlias(
  alias: string,
  month: MonthUsage,
  lockfile: Lockfile,
  options: DiffOptions,
): { readonly nano?: bigint } | undefined {
  const profile = options.profile ?? lockfile.defaultProfile;
  if (!lockfile.profiles.has(profile) || !getProfile(lockfile, profile).aliases.has(alias)) return undefined;
  const { registry, packages } = options;
  const [target] = targetsOf(alias, lockfile, {
    profile,
    ...(registry !== undefined && { registry }),
    ...(packages !== undefined && { packages }),
  });
  const cost = costOfMonth(month, target?.prices);
  return cost.status === 'priced' ? { nano: BigInt(cost.nanoDollars) } : {};
}

/** A pool that resolves to nothing has no price, and is no reason to tell nothing of the rest. */
function targetsOf(...[alias, lockfile, options]: [string, Lockfile, Parameters<typeof resolveAlias>[2]]) {
  try {
    return resolveAlias(lockfile, alias, options).targets;
  } catch {
    return [];
  }
}

const nanoOf = (dollars: string | undefined): bigint => {
  if (dollars === undefined) return 0n;
  const [whole = '', fraction = ''] = dollars.replace('-', '').split('.');
  const size = BigInt(whole + fraction.padEnd(9, '0'));
  return dollars.startsWith('-') ? -size : size;
};

const dollarsOf = (nano: bigint): string => formatDollars(Number(nano));
