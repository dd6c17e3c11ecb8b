/** `keelson pull`: takes profiles that are shared through a server into the lockfile. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  canonicalJson,
  chooseProfile,
  diffLockfiles,
  digestProfile,
  documentOfProfile,
  KeelsonError,
  type LockDiff,
  type Lockfile,
} from '@keelson/core';
import { changeLockfile, readLockfileFile } from '@keelson/engine';
import { asJson } from '../line/as-json.ts';
import type { Run, Surroundings } from '../line/command-spec.ts';
import type { Input } from '../line/input.ts';
import { locateLockfile } from '../subject/open-lockfile.ts';
import { renderDiff } from '../subject/render-diff.ts';
import { openServer, type Server } from '../subject/server/server.ts';
import { openSeenRevisions } from '../subject/sync/seen-revisions.ts';
import { getSharedProfile, listSharedProfiles, type SharedProfile } from '../subject/sync/shared-profile.ts';
import { showFirst } from '../subject/sync/show-first.ts';
import { beginLockfile, takeOver } from '../subject/sync/take-over.ts';
import { deps, now } from '../subject/writing.ts';
import { confirm } from '../terminal/confirm.ts';
import type { Look } from '../terminal/look.ts';

export const run: Run = async (input, surroundings) => {
  const place = await findPlace(input, surroundings);
  const server = await openServer(input, surroundings);
  const names = await chooseNames(place.lockfile, server, { input, surroundings });
  const shared = await fetchAll(server, names, place.lockfile);
  const before = place.lockfile ?? beginLockfile(names, now());
  const isMerging = input.isOn('merge');
  const taken = shared.map(({ name, lockfile }) => ({ name, shared: lockfile, isMerging }));
  const after = takeOver(before, taken);
  const diff = diffLockfiles(withProfiles(before, names), after);
  const isSame =
    place.lockfile !== undefined && shared.every(({ name }) => isSameProfile(before, after, name));
  const isDry = input.isOn('dry-run');
  const text = (look: Look): string => renderPull(diff, isSame, look);
  let isShown = false;
  if (!isDry && !isSame) {
    isShown = showFirst(text, { input, surroundings });
    const question = `Write this into ${place.path}?`;
    if (!(await confirm(question, { isSure: input.isOn('yes'), surroundings })))
      return { data: { pulled: null }, exitCode: 1, text: () => 'Nothing was pulled.\n' };
  }
  if (!isDry) await write();
  const profiles = shared.map(({ name, revision }) => ({
    profile: name,
    revision,
    digest: digestProfile(after, name),
  }));
  return {
    data: asJson({
      path: place.path,
      server: server.url,
      isWritten: !isDry && !isSame,
      profiles,
      changes: diff.changes,
    }),
    text: (look) =>
      `${isShown ? '' : `${text(look)}\n`}${isDry ? '' : profiles.map((one) => renderDone(one, place.path)).join('')}`,
    notes: isDry ? ['Nothing was written.'] : [],
  };

  async function write(): Promise<void> {
    if (!isSame)
      await changeLockfile(
        place.path,
        (found) => {
          for (const { name } of shared) checkUnchanged(before, found, name);
          return takeOver(found, taken);
        },
        deps,
        { create: () => before },
      );
    const seen = await openSeenRevisions({ lockfile: place.path, server: server.url, surroundings });
    for (const { name, revision, digest } of shared) await seen.remember(name, { revision, digest });
  }
};

/** Of a profile that is not here yet it is told what is in it, and not only that it is new. */
function withProfiles(lockfile: Lockfile, names: readonly string[]): Lockfile {
  const none = { registryVersions: new Map(), aliases: new Map(), pins: new Map() };
  const profiles = new Map(lockfile.profiles);
  for (const name of names) if (!profiles.has(name)) profiles.set(name, none);
  return { ...lockfile, profiles };
}

interface Place {
  readonly path: string;
  /** Undefined where the file is yet to be made. */
  readonly lockfile: Lockfile | undefined;
}

/** A file that is there must be one that can be changed, before anything is asked of anybody. */
async function findPlace(input: Input, surroundings: Surroundings): Promise<Place> {
  const named = input.text('lockfile');
  const fresh = resolve(surroundings.folder, named ?? 'keelson.lock');
  if (named !== undefined && !existsSync(fresh)) return { path: fresh, lockfile: undefined };
  const found = await locateLockfile(input, surroundings);
  if (found === undefined) return { path: fresh, lockfile: undefined };
  const { lockfile, form, path } = await readLockfileFile(found.path);
  if (form === 'keelson') return { path, lockfile };
  throw new KeelsonError(
    'configuration_invalid',
    `\`${path}\` is a lockfile of LLMRing, which is read but never changed.`,
    {
      hint: 'Run `keelson lock migrate`, which makes a `keelson.lock` of it.',
      details: { field: 'lockfile' },
    },
  );
}

interface Asking {
  readonly input: Input;
  readonly surroundings: Surroundings;
}

async function chooseNames(
  lockfile: Lockfile | undefined,
  server: Server,
  { input, surroundings }: Asking,
): Promise<string[]> {
  const asked = input.list('profile');
  if (asked !== undefined) return [...new Set(asked)];
  if (!input.isOn('all')) {
    const { KEELSON_PROFILE, LLMRING_PROFILE } = surroundings.environment;
    const usual = KEELSON_PROFILE || LLMRING_PROFILE || 'default';
    return [lockfile === undefined ? usual : chooseUsual(lockfile, surroundings, usual)];
  }
  const names = await listSharedProfiles(server);
  if (names.length > 0) return names;
  throw new KeelsonError('not_found', `Nobody shares a profile on ${server.url} yet.`, {
    hint: '`keelson push` shares one.',
  });
}

/** A variable may name one that is not here yet. */
function chooseUsual(lockfile: Lockfile, { environment }: Surroundings, usual: string): string {
  const isNamed = environment.KEELSON_PROFILE || environment.LLMRING_PROFILE;
  return isNamed ? usual : chooseProfile(lockfile).name;
}

/** With those that they inherit from, where these are not here. */
async function fetchAll(
  server: Server,
  names: readonly string[],
  lockfile: Lockfile | undefined,
): Promise<SharedProfile[]> {
  const fetched = new Map<string, SharedProfile>();
  const waiting = [...names];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (fetched.has(name)) continue;
    const shared = await getSharedProfile(server, name);
    fetched.set(name, shared);
    const inherits = shared.lockfile.profiles.get(name)?.inherits;
    if (inherits !== undefined && lockfile?.profiles.has(inherits) !== true) waiting.push(inherits);
  }
  return [...fetched.values()];
}

function isSameProfile(one: Lockfile, other: Lockfile, name: string): boolean {
  const [before, after] = [contentOf(one, name), contentOf(other, name)];
  return before !== undefined && before === after;
}

const contentOf = (lockfile: Lockfile, name: string): string | undefined =>
  lockfile.profiles.has(name) ? canonicalJson(documentOfProfile(lockfile, name)) : undefined;

/** What somebody has agreed to is what they were shown. */
function checkUnchanged(shown: Lockfile, found: Lockfile, name: string): void {
  if (contentOf(shown, name) === contentOf(found, name)) return;
  throw new KeelsonError('conflict', `The profile \`${name}\` was changed here in the meantime.`, {
    hint: 'Nothing was written; pull again.',
  });
}

function renderPull(diff: LockDiff, isSame: boolean, look: Look): string {
  return diff.same && !isSame ? 'Only descriptions or dates change.\n' : renderDiff(diff, look);
}

interface Done {
  readonly profile: string;
  readonly revision: number;
  readonly digest: string;
}

const renderDone = ({ profile, revision, digest }: Done, path: string): string =>
  `\`${profile}\` of ${path} is at revision ${revision}, ${digest}\n`;
