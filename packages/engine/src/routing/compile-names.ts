/**
 * From an alias table as it was written, and a lockfile, to the names by which callers may ask in each profile. Everything that
 * is wrong with a table is told at once, and nothing of a wrong table is used.
 */
import { KeelsonError, type Registry } from '@keelson/core';
import type { z } from 'zod';
import { aliasTableShape, type CheckedAlias } from './alias-table.ts';
import { Candidate } from './candidate.ts';
import {
  type CompiledAlias,
  compileAliases,
  type Known,
  modelAlone,
  type WholeAlias,
} from './compile-aliases.ts';
import type { Complain } from './condition.ts';
import {
  type LockedEntry,
  type LockedNames,
  type LockedPool,
  type ProfileNames,
  readProfiles,
} from './locked-names.ts';
import { splitModelName } from './split-model-name.ts';

/** What callers of one profile may ask for; without a lockfile there is only one. */
export interface NameTable {
  readonly profile?: string;
  readonly lockDigest?: string;
  readonly aliases: ReadonlyMap<string, CompiledAlias>;
  /** Models that the lockfile pins, by `provider:model`. */
  readonly pinned: ReadonlyMap<string, CompiledAlias>;
}

export interface NameTables {
  /** For callers who name no profile. */
  readonly usual: NameTable;
  /** Empty without a lockfile. */
  readonly profiles: ReadonlyMap<string, NameTable>;
}

export interface NameSources extends Known {
  readonly locked?: LockedNames | undefined;
  readonly registry?: Registry | undefined;
}

/** Something wrong with a table. */
export interface AliasProblem {
  /** Such as `aliases.chat.targets[0].model`; empty for the table as a whole. */
  readonly path: string;
  /** Begins behind the name of the place. */
  readonly says: string;
}

interface TriedNames {
  readonly tables: NameTables;
  readonly problems: readonly AliasProblem[];
}

export function compileNames(table: unknown, sources: NameSources): NameTables {
  const { tables, problems } = tryNames(table, sources);
  if (problems.length > 0) {
    throw invalid(problems.map(({ path, says }) => `\`${path || 'the table'}\` ${says}`));
  }
  return tables;
}

const noTable: NameTable = { aliases: new Map(), pinned: new Map() };

export function tryNames(table: unknown, sources: NameSources): TriedNames {
  const parsed = aliasTableShape.safeParse(table);
  if (!parsed.success)
    return {
      tables: { usual: noTable, profiles: new Map() },
      problems: parsed.error.issues.map(describeIssue),
    };
  const problems = new Map<string, AliasProblem>();
  // What is wrong in several profiles is said once.
  const complain: Complain = (path, says) => problems.set(`${path} ${says}`, { path, says });
  const { aliases } = parsed.data;
  const { locked } = sources;
  const tables =
    locked === undefined
      ? withoutLockfile(aliases, sources, complain)
      : withLockfile(aliases, { ...sources, locked }, complain);
  return { tables, problems: [...problems.values()] };
}

type Written = Readonly<Record<string, CheckedAlias>>;

function withoutLockfile(written: Written, known: Known, complain: Complain): NameTables {
  const whole = new Map<string, WholeAlias>();
  for (const [name, alias] of Object.entries(written)) {
    const { targets } = alias;
    if (targets === undefined)
      complain(`aliases.${name}.targets`, 'is left out, and there is no lockfile that says what it leads to');
    else whole.set(name, { ...alias, targets });
  }
  return { usual: { ...noTable, aliases: compileAliases(whole, known, complain) }, profiles: new Map() };
}

function withLockfile(
  written: Written,
  sources: NameSources & { readonly locked: LockedNames },
  complain: Complain,
): NameTables {
  const { locked, providers, registry } = sources;
  const read = readProfiles({ names: locked, providers, registry });
  checkWritten(written, read, complain);
  const profiles = new Map(
    [...read].map(([name, profile]): [string, NameTable] => [
      name,
      {
        profile: name,
        lockDigest: locked.digest,
        aliases: compileAliases(joinAliases(written, profile), sources, complain),
        pinned: compilePins(profile, sources),
      },
    ]),
  );
  const { profile = locked.lockfile.defaultProfile } = locked;
  const usual = profiles.get(profile);
  if (usual === undefined) throw new Error(`There is no profile \`${profile}\`.`);
  return { usual, profiles };
}

/** A pool stands in one place: in the lockfile, or in the table. */
function checkWritten(
  written: Written,
  profiles: ReadonlyMap<string, ProfileNames>,
  complain: Complain,
): void {
  const isLocked = (name: string): boolean => [...profiles.values()].some(({ aliases }) => aliases.has(name));
  for (const [name, { targets }] of Object.entries(written)) {
    if (targets === undefined && !isLocked(name))
      complain(`aliases.${name}.targets`, 'is left out, and no profile of the lockfile has this alias');
    if (targets !== undefined && isLocked(name))
      complain(
        `aliases.${name}.targets`,
        'stands in the lockfile as well; leave it out here to say only how they are tried',
      );
  }
}

function joinAliases(written: Written, { aliases }: ProfileNames): Map<string, WholeAlias> {
  const whole = new Map<string, WholeAlias>();
  for (const [name, pool] of aliases) whole.set(name, joinPool(written[name] ?? {}, pool));
  for (const [name, alias] of Object.entries(written))
    if (alias.targets !== undefined) whole.set(name, { ...alias, targets: alias.targets });
  return whole;
}

function joinPool(written: CheckedAlias, { targets, defaults, dropped, lacks }: LockedPool): WholeAlias {
  return {
    ...written,
    targets: targets.map(({ model, locked }) => ({ model, locked })),
    ...(Object.keys(defaults).length > 0 && { defaults }),
    ...(dropped.length > 0 && { dropped }),
    ...(lacks !== undefined && { lacks }),
  };
}

function compilePins({ pinned }: ProfileNames, known: Known): ReadonlyMap<string, CompiledAlias> {
  return new Map([...pinned].flatMap(([reference, entry]) => compilePin(reference, entry, known)));
}

function compilePin(
  reference: string,
  { model, locked }: LockedEntry,
  { providers, factsOf }: Known,
): [string, CompiledAlias][] {
  const found = splitModelName(model, providers);
  if (found === undefined) return [];
  const terms = { tier: 0, weight: 1, ...(locked && { locked }) };
  const candidate = new Candidate(found.provider, found.model, factsOf, terms);
  return [[reference, modelAlone(candidate)]];
}

function describeIssue({ path, message: says }: z.core.$ZodIssue): AliasProblem {
  const place = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return { path: place.replace(/^\./, ''), says };
}

const mostProblems = 50;

function invalid(problems: readonly string[]): KeelsonError {
  const told = problems.slice(0, mostProblems).map((problem) => problem.replace(/\.$/, ''));
  const more = problems.length > told.length ? `; and ${problems.length - told.length} more` : '';
  return new KeelsonError('configuration_invalid', `The aliases cannot be used: ${told.join('; ')}${more}.`, {
    hint: 'Correct every entry that is named; docs/routing.md explains them.',
  });
}
