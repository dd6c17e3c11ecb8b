/**
 * A lockfile as plain data under the names of its file: what is hashed, what is written, and what `--json` prints. The order
 * of the entries is that of the file; nothing may depend on it.
 */
import type { Json, JsonObject } from '../json/index.ts';
import { present } from '../message/index.ts';
import type { LockedAlias, LockedProfile, Lockfile, Pin, PoolEntry, RequestDefaults } from './lockfile.ts';
import { lockfileVersion, minimumKeelson } from './lockfile.ts';

export function lockfileData(lockfile: Lockfile): JsonObject {
  const { packages, packageDigests } = lockfile;
  return present({
    version: lockfileVersion,
    minimum_keelson: minimumKeelson,
    default_profile: lockfile.defaultProfile,
    created_at: lockfile.createdAt,
    updated_at: lockfile.updatedAt,
    extends:
      packages.length === 0
        ? undefined
        : present({ packages: [...packages], digests: tableOf(packageDigests, (digest) => digest) }),
    metadata: lockfile.metadata,
    profiles: tableOf(lockfile.profiles, profileData) ?? {},
  });
}

/** Undefined where nothing is in it. */
function tableOf<Value>(
  map: ReadonlyMap<string, Value>,
  told: (value: Value) => Json,
): JsonObject | undefined {
  if (map.size === 0) return undefined;
  return Object.fromEntries([...map].map(([key, value]) => [key, told(value)]));
}

function profileData(profile: LockedProfile): JsonObject {
  return present({
    description: profile.description,
    inherits: profile.inherits,
    registry_versions: tableOf(profile.registryVersions, (version) => version),
    aliases: tableOf(profile.aliases, aliasData),
    pins: tableOf(profile.pins, pinData),
  });
}

function aliasData(alias: LockedAlias): JsonObject {
  const defaults = alias.defaults && defaultsData(alias.defaults);
  return present({
    description: alias.description,
    models: alias.models.map(entryData),
    defaults: defaults !== undefined && Object.keys(defaults).length > 0 ? defaults : undefined,
  });
}

export function entryData(entry: PoolEntry): Json {
  if (typeof entry === 'string') return entry;
  return present({
    match: entry.match,
    min_context: entry.minContext,
    min_output: entry.minOutput,
    max_cost: entry.maxCost,
    needs: entry.needs === undefined ? undefined : [...entry.needs],
    prefer: entry.prefer,
    locked: entry.locked,
  });
}

export function defaultsData({ temperature, topP, maxTokens, reasoning }: RequestDefaults): JsonObject {
  return present({
    temperature,
    top_p: topP,
    max_tokens: maxTokens,
    reasoning: reasoning && ('effort' in reasoning ? reasoning.effort : reasoning.budgetTokens),
  });
}

export function pinData(pin: Pin): JsonObject {
  return present({
    model: pin.model,
    card: pin.card,
    registry_version: pin.registryVersion,
    unlisted: pin.isUnlisted,
    context_window: pin.contextWindow,
    max_output: pin.maxOutput,
    abilities: pin.abilities === undefined ? undefined : [...pin.abilities],
    content_sha256: pin.contentHash,
    locked_at: pin.lockedAt,
    prices: pin.prices,
  });
}
