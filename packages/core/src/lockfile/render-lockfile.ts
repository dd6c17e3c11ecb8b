/**
 * The one text of a lockfile: always the same for the same lockfile, in the order in which its entries came. Comments of a
 * former text stay with the entries that are still there.
 */
import { isJsonObject, type Json, type JsonObject } from '../json/index.ts';
import { lockfileData } from './lock-data.ts';
import { findTomlLayout } from './lock-document.ts';
import type { Lockfile } from './lockfile.ts';
import type { TomlPath } from './toml-layout.ts';
import { TomlWriter } from './toml-writer.ts';

/** `former` is the text that the lockfile was read from, before it was changed. */
export function renderLockfile(lockfile: Lockfile, former?: string): string {
  const layout = former === undefined ? undefined : findTomlLayout(former);
  const writer = new TomlWriter(layout);
  const { extends: packages, metadata, profiles, ...top } = lockfileData(lockfile);
  for (const [key, value] of Object.entries(top)) writer.pair([], key, value as Json);
  if (isJsonObject(packages)) writeTable(writer, ['extends'], packages);
  if (isJsonObject(metadata)) writeTable(writer, ['metadata'], metadata);
  for (const [name, profile] of Object.entries(profiles as JsonObject))
    writeProfile(writer, ['profiles', name], profile as JsonObject);
  return writer.finish();
}

function writeProfile(writer: TomlWriter, path: TomlPath, profile: JsonObject): void {
  const { registry_versions: versions, aliases, pins, ...own } = profile;
  writer.header(path);
  for (const [key, value] of Object.entries(own)) writer.pair(path, key, value as Json);
  if (isJsonObject(versions)) writeTable(writer, [...path, 'registry_versions'], versions);
  if (isJsonObject(aliases)) writeAliases(writer, [...path, 'aliases'], aliases);
  if (!isJsonObject(pins)) return;
  for (const [reference, pin] of Object.entries(pins))
    writeTable(writer, [...path, 'pins', reference], pin as JsonObject);
}

/** Aliases that are nothing but a pool take one line each; the others have tables of their own below. */
function writeAliases(writer: TomlWriter, path: TomlPath, aliases: JsonObject): void {
  const entries = Object.entries(aliases) as [string, JsonObject][];
  const isPool = ([, alias]: [string, JsonObject]): boolean => Object.keys(alias).length === 1;
  const pools = entries.filter(isPool);
  if (pools.length > 0) writer.header(path);
  for (const [name, alias] of pools) writer.pair(path, name, alias.models as Json);
  for (const [name, alias] of entries.filter((entry) => !isPool(entry)))
    writeTable(writer, [...path, name], alias);
}

/** Plain entries first, as TOML demands, then inner tables. */
function writeTable(writer: TomlWriter, path: TomlPath, table: JsonObject): void {
  writer.header(path);
  const entries = Object.entries(table).filter(([, value]) => value !== null);
  for (const [key, value] of entries) if (!isJsonObject(value as Json)) writer.pair(path, key, value as Json);
  for (const [key, value] of entries)
    if (isJsonObject(value as Json)) writeTable(writer, [...path, key], value as JsonObject);
}
