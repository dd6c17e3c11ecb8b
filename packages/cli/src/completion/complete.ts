/** What may stand in the place of the last word of a line: commands, flags, and names out of the lockfile and the registry. */
import { bundledProviders, getProfile, listAliases, loadBundledRegistry } from '@keelson/core';
import { findLockfile, loadInstalledPackages, readLockfileFile } from '@keelson/engine';
import type { CommandSpec, Completes, FlagSpec, Run, Surroundings } from '../line/command-spec.ts';
import { generalFlags } from '../line/general-flags.ts';
import { hasConfiguration } from '../line/has-configuration.ts';

/** Whatever goes wrong, somebody who presses a key must not be told of it. */
export const run: Run = async (input, surroundings) => {
  const environment = await environmentOf(surroundings);
  const found = await complete(input.words, { ...surroundings, environment }).catch(() => []);
  return { data: found, text: () => found.map((each) => `${each}\n`).join('') };
};

/** As other commands have it, or without files of settings where one has an error. */
async function environmentOf({ folder, environment }: Surroundings): Promise<Surroundings['environment']> {
  if (!hasConfiguration(folder, environment)) return environment;
  const { readEnvironment } = await import('../subject/configuration.ts');
  return readEnvironment({ folder, environment }).catch(() => environment);
}

async function complete(words: readonly string[], surroundings: Surroundings): Promise<string[]> {
  const last = words.at(-1) ?? '';
  const { spec, rest } = walk(surroundings.catalog, words.slice(0, -1));
  const flags = [...(spec.flags ?? []), ...generalFlags];
  const open = flagWaiting(rest.at(-1), flags);
  if (open !== undefined) return completeValue(open, last, surroundings);
  const [, name, value] = /^--([^=]+)=([\s\S]*)$/.exec(last) ?? [];
  const inline = flags.find((flag) => flag.name === name && flag.value !== undefined);
  if (inline !== undefined && value !== undefined)
    return (await completeValue(inline, value, surroundings)).map((each) => `--${name}=${each}`);
  if (last.startsWith('-'))
    return begin(
      flags.map((flag) => `--${flag.name}`),
      last,
    );
  if (spec.commands !== undefined)
    return begin(
      spec.commands.filter(({ isHidden }) => !isHidden).map((each) => each.name),
      last,
    );
  const { words: wanted = [] } = spec;
  const at = countWords(rest, flags);
  const word = wanted[at] ?? (wanted.at(-1)?.repeats ? wanted.at(-1) : undefined);
  return word === undefined ? [] : completeValue(word, last, surroundings);
}

function walk(
  catalog: CommandSpec,
  words: readonly string[],
): { readonly spec: CommandSpec; readonly rest: readonly string[] } {
  let spec = catalog;
  for (const [at, word] of words.entries()) {
    const next = spec.commands?.find((each) => each.name === word);
    if (next === undefined) return { spec, rest: words.slice(at) };
    spec = next;
  }
  return { spec, rest: [] };
}

const named = (word: string | undefined, flags: readonly FlagSpec[]): FlagSpec | undefined =>
  flags.find(({ name, short }) => word === `--${name}` || (short !== undefined && word === `-${short}`));

function flagWaiting(word: string | undefined, flags: readonly FlagSpec[]): FlagSpec | undefined {
  const flag = named(word, flags);
  return flag?.value === undefined ? undefined : flag;
}

function countWords(words: readonly string[], flags: readonly FlagSpec[]): number {
  const isValue = (at: number): boolean => flagWaiting(words[at - 1], flags) !== undefined;
  return words.filter((word, at) => !word.startsWith('-') && !isValue(at)).length;
}

interface Place {
  readonly choices?: readonly string[];
  readonly completes?: Completes;
}

/** Of a list with commas, the last one is completed. */
async function completeValue(place: Place, typed: string, surroundings: Surroundings): Promise<string[]> {
  const comma = typed.lastIndexOf(',') + 1;
  const [before, last] = [typed.slice(0, comma), typed.slice(comma)];
  const names = place.choices ?? (await namesOf(place.completes, surroundings));
  return begin(names.filter(isPlainWord), last).map((each) => `${before}${each}`);
}

/** Names come out of files of others; what a shell would read as more than a word is not offered to it. */
const isPlainWord = (name: string): boolean => /^[\w@%+:,./-]+$/.test(name);

const begin = (names: readonly string[], beginning: string): string[] =>
  names.filter((name) => name.startsWith(beginning));

async function namesOf(kind: Completes | undefined, surroundings: Surroundings): Promise<readonly string[]> {
  switch (kind) {
    case 'provider':
      return bundledProviders;
    case 'model':
      return [...(await loadBundledRegistry()).cards.keys()];
    case 'ability':
      return listAbilities();
    case 'setting':
      return (await import('@keelson/server/configuration')).settingRows.map(({ path }) => path);
    case 'alias':
    case 'profile':
      return namesInLockfile(kind, surroundings);
    case 'flow':
    case 'run':
      return (await import('../subject/flows/complete-flows.ts')).completeFlows(kind, surroundings);
    default:
      return [];
  }
}

async function listAbilities(): Promise<string[]> {
  const { cards } = await loadBundledRegistry();
  return [...new Set([...cards.values()].flatMap(({ abilities }) => Object.keys(abilities)))].sort();
}

async function namesInLockfile(
  kind: 'alias' | 'profile',
  { folder, environment }: Surroundings,
): Promise<readonly string[]> {
  const found = await findLockfile({ folder, environment });
  if (found === undefined) return [];
  const { lockfile } = await readLockfileFile(found.path);
  if (kind === 'profile') return [...lockfile.profiles.keys()];
  const { packages } = loadInstalledPackages(lockfile, found.path);
  return listAliases(lockfile, { profile: getProfile(lockfile).name, packages });
}
