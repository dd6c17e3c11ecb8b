/** One name for what a lockfile means. Two files with the same digest route, price and check every call alike. */
import { canonicalJson, isJsonObject, type Json, type JsonObject, sha256Hex } from '../json/index.ts';
import { lockfileData } from './lock-data.ts';
import type { Lockfile } from './lockfile.ts';

/** Entries that say when or why, and never what. */
const meaningless: ReadonlySet<string> = new Set(['minimum_keelson', 'created_at', 'updated_at', 'metadata']);

const meaninglessInside: ReadonlySet<string> = new Set(['description', 'locked_at']);

/**
 * `v1:` and the SHA-256 of the meaning as canonical JSON (RFC 8785): of everything but times, descriptions and metadata.
 * The order in which a file lists aliases, profiles or keys means nothing; the order of a pool does.
 */
export function digestLockfile(lockfile: Lockfile): string {
  return `v1:${sha256Hex(canonicalJson(meaningOf(lockfile)))}`;
}

function meaningOf(lockfile: Lockfile): JsonObject {
  const data = without(lockfileData(lockfile), meaningless);
  const { profiles, ...rest } = data;
  const sets = isJsonObject(rest.extends) ? { ...rest, extends: sortPackages(rest.extends) } : rest;
  return { ...sets, profiles: mapTable(profiles, profileMeaning) };
}

/** Names of profiles, aliases and models are never left out, even where one is called `description`. */
function profileMeaning(profile: JsonObject): JsonObject {
  const { aliases, pins, ...rest } = without(profile, meaninglessInside);
  return {
    ...rest,
    ...(aliases !== undefined && { aliases: mapTable(aliases, aliasMeaning) }),
    ...(pins !== undefined && { pins: mapTable(pins, (pin) => without(pin, meaninglessInside)) }),
  };
}

function aliasMeaning(alias: JsonObject): JsonObject {
  const { models, ...rest } = without(alias, meaninglessInside);
  return { ...rest, models: Array.isArray(models) ? models.map(entryMeaning) : [] };
}

/** Which abilities come first means nothing. */
function entryMeaning(entry: Json): Json {
  if (!isJsonObject(entry) || !Array.isArray(entry.needs)) return entry;
  return { ...entry, needs: (entry.needs as string[]).toSorted() };
}

/** Neither does the order of packages: every alias of theirs is called by the package's name. */
const sortPackages = (table: JsonObject): JsonObject => ({
  ...table,
  packages: (table.packages as readonly string[]).toSorted(),
});

const without = (table: JsonObject, keys: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(table).filter(([key]) => !keys.has(key)));

function mapTable(table: Json | undefined, told: (inner: JsonObject) => JsonObject): JsonObject {
  if (!isJsonObject(table)) return {};
  return Object.fromEntries(Object.entries(table).map(([key, inner]) => [key, told(inner as JsonObject)]));
}
