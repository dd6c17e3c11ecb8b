/**
 * From the text of a `keelson.lock` to a lockfile, or to all that is wrong with it at once. The published forms of
 * `llmring.lock` are read in `migrate.ts`.
 */

import { checkInheritance } from './check-inheritance.ts';
import type { LockDocument } from './lock-document.ts';
import { openDocument } from './lock-document.ts';
import { inOrder, LockfileError, type LockProblem } from './lock-problem.ts';
import { defaultProfileName, type Lockfile, lockfileVersion, minimumKeelson } from './lockfile.ts';
import { readProfile } from './read-profile.ts';
import { TableReader } from './table-reader.ts';

interface ReadLockfile {
  /** Left out where there are problems. */
  readonly lockfile?: Lockfile;
  readonly problems: readonly LockProblem[];
}

const defaultFileName = 'keelson.lock';

/** Throws a `LockfileError` that holds every problem of the file. `fileName` is only for its messages. */
export function parseLockfile(text: string, fileName: string = defaultFileName): Lockfile {
  return getLockfile(openDocument(text, fileName));
}

/** All problems of a file as data, for commands that show them and for editors. */
export function validateLockfile(text: string, fileName: string = defaultFileName): readonly LockProblem[] {
  try {
    return readLockDocument(openDocument(text, fileName)).problems;
  } catch (error) {
    if (error instanceof LockfileError) return error.problems;
    throw error;
  }
}

export function getLockfile(document: LockDocument): Lockfile {
  const { lockfile, problems } = readLockDocument(document);
  if (lockfile === undefined) throw new LockfileError(problems, { fileName: document.fileName });
  return lockfile;
}

const known = [
  'version',
  'minimum_keelson',
  'default_profile',
  'created_at',
  'updated_at',
  'extends',
  'profiles',
  'metadata',
];

/** Whether the file is of this format at all; `llmring.lock` writes its version as text, or not at all. */
export const isKeelsonLock = (document: LockDocument): boolean => typeof document.data.version === 'number';

function readLockDocument(document: LockDocument): ReadLockfile {
  const problems: LockProblem[] = [];
  const reader = new TableReader(document, problems);
  if (!checkVersion(reader)) return { problems };
  reader.only(known);
  reader.text('minimum_keelson');
  const profiles = new Map(readProfiles(reader));
  const defaultProfile = reader.text('default_profile') ?? defaultProfileName;
  checkInheritance(reader, profiles, defaultProfile);
  const { packages, packageDigests } = readExtends(reader);
  const createdAt = reader.text('created_at');
  const updatedAt = reader.text('updated_at');
  const metadata = reader.inner('metadata')?.table;
  if (problems.length > 0) return { problems: inOrder(problems) };
  const lockfile: Lockfile = {
    defaultProfile,
    ...(createdAt !== undefined && { createdAt }),
    ...(updatedAt !== undefined && { updatedAt }),
    packages,
    packageDigests,
    profiles,
    ...(metadata !== undefined && { metadata }),
  };
  return { lockfile, problems };
}

/** Nothing of a file of another format is read: its other entries may mean other things. */
function checkVersion(reader: TableReader): boolean {
  const version = reader.peek('version');
  if (version === lockfileVersion) return true;
  const wants = reader.peek('minimum_keelson');
  if (typeof version === 'number' && Number.isInteger(version) && version > lockfileVersion) {
    const reads =
      typeof wants === 'string' && /^[\w.+-]{1,40}$/.test(wants)
        ? `Keelson ${wants} or newer`
        : 'a newer Keelson';
    const says = `is ${version}, but this Keelson reads lockfiles up to version ${lockfileVersion}`;
    reader.complain(['version'], says, `Use ${reads}, which reads this file.`);
  } else if (typeof version === 'string' || version === undefined)
    reader.complain(
      version === undefined ? [] : ['version'],
      version === undefined ? 'has no `version`' : 'is text, as in an `llmring.lock`',
      `Write \`version = ${lockfileVersion}\`, or run \`keelson lock migrate\` if this is an llmring.lock.`,
    );
  else
    reader.complain(
      ['version'],
      `must be ${lockfileVersion}`,
      `This format exists since Keelson ${minimumKeelson}.`,
    );
  return false;
}

function* readProfiles(reader: TableReader) {
  const profiles = reader.inner('profiles');
  if (profiles === undefined) {
    if (reader.peek('profiles') === undefined)
      reader.complain([], 'has no profiles', 'Write a table `[profiles.default]`.');
    return;
  }
  for (const name of Object.keys(profiles.table)) {
    if (!nameForm.test(name)) profiles.complain([name], nameRule);
    const profile = profiles.inner(name);
    if (profile !== undefined) yield [name, readProfile(profile)] as const;
  }
}

const nameForm = /^[^\s\p{Cc}\p{Cs}:]{1,100}$/u;
const nameRule = 'must have a name without blanks and colons, of at most 100 characters';

function readExtends(reader: TableReader): Pick<Lockfile, 'packages' | 'packageDigests'> {
  const table = reader.inner('extends');
  const packageDigests = new Map<string, string>();
  if (table === undefined) return { packages: [], packageDigests };
  table.only(['packages', 'digests']);
  const packages = table.texts('packages') ?? [];
  for (const [index, name] of packages.entries())
    if (!nameForm.test(name)) table.complain(['packages', index], nameRule);
  const digests = table.inner('digests');
  for (const name of Object.keys(digests?.table ?? {})) {
    const digest = digests?.text(name);
    if (digest === undefined) continue;
    if (!packages.includes(name))
      digests?.complain([name], 'is the digest of a package that is not in `packages`');
    else if (!/^v\d+:[0-9a-f]{64}$/.test(digest))
      digests?.complain([name], 'must be a digest such as `v1:0f3a…`');
    packageDigests.set(name, digest);
  }
  return { packages, packageDigests };
}
