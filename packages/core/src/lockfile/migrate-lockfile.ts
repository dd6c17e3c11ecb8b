/**
 * Reads the published forms of `llmring.lock`: bindings of one model (version 3.5), of a pool (later), at the top of the file
 * (its website), in TOML or JSON. What they say becomes a lockfile of ours; what became of it is told in a report.
 */

import { legacyDigest } from './legacy-digest.ts';
import { type LockDocument, openDocument } from './lock-document.ts';
import { inOrder, LockfileError, type LockProblem } from './lock-problem.ts';
import { defaultProfileName, type LockedAlias, type LockedProfile, type Lockfile } from './lockfile.ts';
import type { MigrationNote } from './migration-note.ts';
import { getLockfile, isKeelsonLock } from './parse-lockfile.ts';
import { pathText } from './path-text.ts';
import { readBinding } from './read-binding.ts';
import { TableReader } from './table-reader.ts';
import { assertWritable } from './writable.ts';

export interface Migration {
  readonly lockfile: Lockfile;
  /** Which form the file had. */
  readonly form: 'v3.5' | 'pools' | 'shorthand' | 'keelson';
  readonly notes: readonly MigrationNote[];
  /** What LLMRing called this file in its receipts. */
  readonly legacyDigest?: string;
}

/** A lockfile of either kind. One of ours comes out as it is, with nothing to report. */
export function readAnyLockfile(text: string, fileName: string): Migration {
  const document = openDocument(text, fileName);
  return isKeelsonLock(document)
    ? { lockfile: getLockfile(document), form: 'keelson', notes: [] }
    : migrateDocument(document, text);
}

/** Throws a `LockfileError` with everything that cannot be read. */
export function migrateLockfile(text: string, fileName = 'llmring.lock'): Migration {
  return migrateDocument(openDocument(text, fileName), text);
}

function migrateDocument(document: LockDocument, text: string): Migration {
  const problems: LockProblem[] = [];
  const notes: MigrationNote[] = [];
  const reader = new TableReader(document, problems);
  const migrating = new Migrating(reader, notes);
  const read = migrating.read();
  if (problems.length > 0) throw new LockfileError(inOrder(problems), { fileName: document.fileName });
  const lockfile = assertWritable(read, document.fileName);
  const digest = legacyDigest(text.replace(/^\uFEFF/, ''));
  return { lockfile, form: migrating.form, notes, ...(digest !== undefined && { legacyDigest: digest }) };
}

const knownKeys = [
  'version',
  'created_at',
  'updated_at',
  'default_profile',
  'profiles',
  'metadata',
  'extends',
  'bindings',
  'registry_versions',
];

class Migrating {
  form: Migration['form'] = 'v3.5';
  readonly #reader: TableReader;
  readonly #notes: MigrationNote[];

  constructor(reader: TableReader, notes: MigrationNote[]) {
    this.#reader = reader;
    this.#notes = notes;
  }

  read(): Lockfile {
    const reader = this.#reader;
    this.#checkForm();
    this.#dropUnknown(reader, knownKeys);
    const defaultProfile = reader.text('default_profile') ?? defaultProfileName;
    const profiles = this.#readProfiles();
    this.#addTop(profiles, defaultProfile);
    if (!profiles.has(defaultProfile)) {
      profiles.set(defaultProfile, emptyProfile());
      this.#note(
        'advice',
        'default_profile',
        `named \`${defaultProfile}\`, which did not exist; it is empty now`,
      );
    }
    const createdAt = reader.text('created_at');
    const updatedAt = reader.text('updated_at');
    const metadata = reader.inner('metadata')?.table;
    return {
      defaultProfile,
      ...(createdAt !== undefined && { createdAt }),
      ...(updatedAt !== undefined && { updatedAt }),
      packages: reader.inner('extends')?.texts('packages') ?? [],
      packageDigests: new Map(),
      profiles,
      ...(metadata !== undefined && Object.keys(metadata).length > 0 && { metadata }),
    };
  }

  #checkForm(): void {
    const version = this.#reader.peek('version');
    const isOurs = typeof version === 'number';
    if (isOurs || (version !== undefined && !/^1(\.\d+)*$/.test(String(version))))
      this.#reader.complain(
        ['version'],
        isOurs
          ? 'is a number: this is a `keelson.lock` already'
          : 'is of no `llmring.lock` that is known here',
      );
    const { profiles, bindings, registry_versions: versions } = this.#reader.table;
    if (profiles === undefined && bindings === undefined && versions === undefined)
      this.#reader.complain([], 'has neither profiles nor bindings');
  }

  #readProfiles(): Map<string, LockedProfile> {
    const profiles = new Map<string, LockedProfile>();
    const table = this.#reader.inner('profiles');
    for (const name of Object.keys(table?.table ?? {})) {
      const profile = table?.inner(name);
      if (profile === undefined) continue;
      this.#dropUnknown(profile, ['name', 'bindings', 'registry_versions']);
      const aliases = this.#readBindings(profile);
      profiles.set(name, { ...emptyProfile(), aliases, registryVersions: this.#readVersions(profile) });
      if (aliases.size === 0 && name !== defaultProfileName)
        this.#note(
          'advice',
          `profiles.${name}`,
          'has no aliases; `inherits = "default"` gives it those of another profile',
        );
    }
    return profiles;
  }

  /** The website writes the bindings of the only profile without any profile. */
  #addTop(profiles: Map<string, LockedProfile>, defaultProfile: string): void {
    const { bindings, registry_versions: versions } = this.#reader.table;
    if (bindings === undefined && versions === undefined) return;
    const former = profiles.get(defaultProfile) ?? emptyProfile();
    const aliases = new Map([...this.#readBindings(this.#reader), ...former.aliases]);
    const registryVersions = new Map([...this.#readVersions(this.#reader), ...former.registryVersions]);
    profiles.set(defaultProfile, { ...former, aliases, registryVersions });
    this.form = 'shorthand';
    this.#note('moved', 'bindings', `now stand in the profile \`${defaultProfile}\``);
  }

  #readBindings(holder: TableReader): Map<string, LockedAlias> {
    const aliases = new Map<string, LockedAlias>();
    const list = holder.peek('bindings') ?? [];
    if (!Array.isArray(list)) {
      holder.complain(['bindings'], 'must be a list of bindings');
      return aliases;
    }
    for (const [index, item] of list.entries()) {
      const binding = readBinding(holder, index, item, (note) => this.#notes.push(note));
      if (binding === undefined) continue;
      if (binding.isPool) this.form = 'pools';
      // LLMRing used the first binding of a name.
      if (aliases.has(binding.name))
        this.#note(
          'dropped',
          pathText([...holder.path, 'bindings', index]),
          `bound \`${binding.name}\` a second time, which had no effect`,
        );
      else aliases.set(binding.name, binding.alias);
    }
    return aliases;
  }

  #readVersions(holder: TableReader): Map<string, number> {
    const versions = new Map<string, number>();
    const table = holder.inner('registry_versions');
    for (const provider of Object.keys(table?.table ?? {})) {
      const version = table?.count(provider, 1);
      if (version !== undefined) versions.set(providerName(provider), version);
    }
    if (versions.size > 0)
      this.#note(
        'advice',
        'registry_versions',
        'count the files of the registry they came from; `keelson lock bump` pins those of yours',
      );
    return versions;
  }

  #dropUnknown(reader: TableReader, known: readonly string[]): void {
    for (const key of Object.keys(reader.table))
      if (!known.includes(key))
        this.#note('dropped', [...reader.path, key].join('.'), 'is nothing that LLMRing knew');
  }

  #note(kind: MigrationNote['kind'], path: string, says: string): void {
    this.#notes.push({ kind, path, says });
  }
}

const emptyProfile = (): LockedProfile => ({
  registryVersions: new Map(),
  aliases: new Map(),
  pins: new Map(),
});

const providerName = (name: string): string => (name === 'google' ? 'gemini' : name);
