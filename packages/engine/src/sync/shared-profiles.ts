/**
 * Profiles that several people share through a server: pushed on top of the newest revision or not at all, read back as they
 * were, changed alias by alias. Whose they are and who may do so is not this room's to say.
 */
import {
  bindAlias,
  canonicalJson,
  changeProfileAlone,
  didYouMean,
  diffLockfiles,
  digestProfile,
  documentOfProfile,
  type JsonObject,
  joinProfiles,
  KeelsonError,
  type LockedAlias,
  type Lockfile,
  lockfileVersion,
  parseProfileDocument,
  type ResolvedAlias,
  resolveAlias,
  unbindAlias,
} from '@keelson/core';
import type { ProfileRevision, Profiles } from '../storage/index.ts';

export interface SharingDeps {
  readonly profiles: Profiles;
  readonly now: () => number;
  /** Of this Keelson, for whoever has another one. */
  readonly version?: string;
}

interface ProfilePlace {
  readonly workspace: string;
  readonly name: string;
}

/** Who does something, with what. */
interface Doer {
  readonly by: string;
  readonly client?: string | undefined;
}

export interface ProfilePush extends ProfilePlace, Doer {
  /** A lockfile as data, of this profile alone or with others, which are left out. */
  readonly document: unknown;
  /** The revision that it was made of; 0 for a new one. */
  readonly base: number;
  /** Takes the place of whatever is there. */
  readonly isForced?: boolean | undefined;
  /** What the pusher holds for the digest of the profile. */
  readonly digest?: string | undefined;
  readonly lockfileDigest?: string | undefined;
}

export interface SharedProfile {
  readonly revision: ProfileRevision;
  readonly lockfile: Lockfile;
}

/** The same content a second time is no new revision. Throws `conflict` with what has changed meanwhile. */
export async function pushProfile(deps: SharingDeps, push: ProfilePush): Promise<ProfileRevision> {
  const lockfile = readPushed(push, deps);
  const digest = digestProfile(lockfile, push.name);
  if (push.digest !== undefined && push.digest !== digest) throw damaged(push.digest, digest);
  const content = documentOfProfile(lockfile, push.name);
  return tryAgain(push, async () => {
    const newest = await deps.profiles.find(push.workspace, push.name);
    if (newest?.content !== undefined && canonicalJson(newest.content) === canonicalJson(content))
      return newest;
    if (push.isForced !== true) await checkBase(push, newest, deps);
    return append(deps, { ...push, digest }, { newest, content });
  });
}

/** Undefined where there is none. */
export async function findProfile(
  { profiles }: SharingDeps,
  { workspace, name }: ProfilePlace,
): Promise<SharedProfile | undefined> {
  const revision = await profiles.find(workspace, name);
  if (revision?.content === undefined) return undefined;
  return { revision, lockfile: parseProfileDocument(revision.content, name) };
}

export async function getProfileOf(deps: SharingDeps, place: ProfilePlace): Promise<SharedProfile> {
  const found = await findProfile(deps, place);
  if (found !== undefined) return found;
  const all = await deps.profiles.list({ workspace: place.workspace, limit: 20 });
  const names = all.map(({ name }) => name);
  throw new KeelsonError('not_found', `There is no profile \`${place.name.slice(0, 100)}\` there.`, {
    hint: didYouMean(place.name, names) ?? `Shared are: ${names.join(', ') || 'none yet; push one'}.`,
  });
}

/** Throws `conflict` as a push does. */
export async function removeProfile(
  deps: SharingDeps,
  removal: ProfilePlace & Doer & { readonly base?: number | undefined },
): Promise<ProfileRevision> {
  return tryAgain(removal, async () => {
    const { revision: newest } = await getProfileOf(deps, removal);
    if (removal.base !== undefined) await checkBase({ ...removal, base: removal.base }, newest, deps);
    return append(deps, { ...removal, digest: '' }, { newest, content: undefined });
  });
}

export interface AliasChange extends ProfilePlace, Doer {
  /** Only on top of this revision; on top of whichever is the newest when left out. */
  readonly base?: number | undefined;
  /** Makes the profile where there is none. */
  readonly bind?: ReadonlyMap<string, LockedAlias>;
  readonly unbind?: readonly string[];
}

/** One revision for all of it. */
export async function changeAliases(deps: SharingDeps, change: AliasChange): Promise<ProfileRevision> {
  const { workspace, name, bind = new Map<string, LockedAlias>(), unbind = [] } = change;
  return tryAgain(change, async () => {
    const newest = await deps.profiles.find(workspace, name);
    if (change.base !== undefined) await checkBase({ ...change, base: change.base }, newest, deps);
    const isThere = newest?.content !== undefined;
    if (!isThere && bind.size === 0) await getProfileOf(deps, change);
    const lockfile = isThere ? parseProfileDocument(newest.content, name) : emptyProfile(name);
    const changed = explained(() =>
      changeProfileAlone(lockfile, name, (whole) => {
        const bound = [...bind].reduce((to, [alias, entry]) => bindAlias(to, alias, entry, name), whole);
        return unbind.reduce((from, alias) => unbindAlias(from, alias, name), bound);
      }),
    );
    const content = documentOfProfile(changed, name);
    if (isThere && canonicalJson(newest.content) === canonicalJson(content)) return newest;
    return append(deps, { ...change, digest: digestProfile(changed, name) }, { newest, content });
  });
}

/** Through all that the profile inherits from; every one of these must be shared. Lockfiles of packages are not. */
export async function resolveShared(
  deps: SharingDeps,
  place: ProfilePlace,
  alias: string,
): Promise<ResolvedAlias> {
  const lockfile = await loadProfileChain(deps, place);
  try {
    return resolveAlias(lockfile, alias, { profile: place.name });
  } catch (thrown) {
    throw notResolved(thrown);
  }
}

function notResolved(thrown: unknown): unknown {
  if (!KeelsonError.is(thrown)) return thrown;
  const { message, hint } = thrown;
  return new KeelsonError('not_found', message, { hint, cause: thrown });
}

async function loadProfileChain(deps: SharingDeps, place: ProfilePlace): Promise<Lockfile> {
  const { lockfile } = await getProfileOf(deps, place);
  const chain = [lockfile];
  const seen = new Set([place.name]);
  for (let next = lockfile.profiles.get(place.name)?.inherits; next !== undefined; ) {
    const name: string = next;
    if (seen.has(name)) throw broken(place.name, name, 'which leads back to it');
    seen.add(name);
    const found = await findProfile(deps, { ...place, name });
    if (found === undefined) throw broken(place.name, name, 'which is not shared');
    chain.push(found.lockfile);
    next = found.lockfile.profiles.get(name)?.inherits;
  }
  return joinProfiles(chain, place.name);
}

function broken(name: string, ancestor: string, what: string): KeelsonError {
  const says = `The profile \`${name.slice(0, 100)}\` inherits from \`${ancestor}\`, ${what}.`;
  return new KeelsonError('not_found', says, { hint: `Push the profile \`${ancestor}\` as well.` });
}

const mostTries = 20;

/** Undefined: somebody else was first; what is there now is looked at again. */
async function tryAgain<Done>(
  { name }: ProfilePlace,
  attempt: () => Promise<Done | undefined>,
): Promise<Done> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const done = await attempt();
    if (done !== undefined) return done;
  }
  throw new KeelsonError('conflict', `Others keep changing the profile \`${name.slice(0, 100)}\`.`, {
    hint: 'Try again in a moment.',
  });
}

interface Next {
  readonly newest: ProfileRevision | undefined;
  readonly content: JsonObject | undefined;
}

async function append(
  { profiles, now }: SharingDeps,
  made: ProfilePlace & Doer & { readonly digest: string; readonly lockfileDigest?: string | undefined },
  { newest, content }: Next,
): Promise<ProfileRevision | undefined> {
  const { workspace, name, digest, lockfileDigest, by, client } = made;
  const revision: ProfileRevision = {
    workspace,
    name,
    revision: (newest?.revision ?? 0) + 1,
    digest,
    at: now(),
    by,
    ...(content !== undefined && { content }),
    ...(lockfileDigest !== undefined && { lockfileDigest }),
    ...(client !== undefined && { client }),
  };
  return (await profiles.append(revision)) ? revision : undefined;
}

/** Whoever makes a new one may not know that there was another before. */
function isOnTop(base: number, newest: ProfileRevision | undefined): boolean {
  if (base === (newest?.revision ?? 0)) return true;
  return base === 0 && newest?.content === undefined;
}

const mostTold = 10;

async function checkBase(
  { workspace, name, base }: ProfilePlace & { readonly base: number },
  newest: ProfileRevision | undefined,
  { profiles }: SharingDeps,
): Promise<void> {
  if (isOnTop(base, newest)) return;
  const former = base === 0 ? undefined : await profiles.findRevision(workspace, name, base);
  const shown = `\`${name.slice(0, 100)}\``;
  const says =
    newest === undefined
      ? `The profile ${shown} was never shared here, and this is based on its revision ${base}.`
      : `The profile ${shown} is at revision ${newest.revision}, and this is based on ${base}. ${tellChanges(former, newest)}`;
  throw new KeelsonError('conflict', says, {
    hint: 'Pull what is there, look at it and push again; or push with `force`, which takes the place of it.',
    details: { expected: String(newest?.revision ?? 0) },
  });
}

function tellChanges(former: ProfileRevision | undefined, newest: ProfileRevision): string {
  const when = `\`${newest.by}\` at ${new Date(newest.at).toISOString()}`;
  if (newest.content === undefined) return `${when} removed it.`;
  const now = parseProfileDocument(newest.content, newest.name);
  if (former?.content === undefined) {
    const aliases = [...(now.profiles.get(newest.name)?.aliases.keys() ?? [])];
    return `Last changed by ${when}; it has ${aliases.slice(0, mostTold).join(', ') || 'no aliases'}.`;
  }
  const { changes } = diffLockfiles(parseProfileDocument(former.content, former.name), now);
  const told = changes.slice(0, mostTold).map(({ says }) => says);
  const more = changes.length > told.length ? [`And ${changes.length - told.length} more.`] : [];
  const what = told.length === 0 ? ['Only descriptions or dates have changed.'] : [...told, ...more];
  return `Since then, last by ${when}: ${what.join(' ')}`;
}

function damaged(stated: string, digest: string): KeelsonError {
  return new KeelsonError('invalid_request', `The profile has the digest ${digest}, not ${stated}.`, {
    hint: 'Push it again: it was changed on its way, or the client counts digests in another way than this server.',
    details: { field: 'body.digest' },
  });
}

function readPushed({ document, name, client }: ProfilePush, deps: SharingDeps): Lockfile {
  const format = (document as { readonly version?: unknown } | undefined)?.version;
  if (typeof format === 'number' && format > lockfileVersion) {
    const by = client === undefined ? '' : `, by ${client.slice(0, 100)}`;
    const { version = 'this version' } = deps;
    throw new KeelsonError(
      'invalid_request',
      `The lockfile is of format ${format}${by}; this server, Keelson ${version}, knows formats up to ${lockfileVersion}.`,
      {
        hint: 'Update the server, or push with a Keelson as old as it.',
        details: { field: 'body.lockfile.version' },
      },
    );
  }
  return explained(() => parseProfileDocument(document, name));
}

function emptyProfile(name: string): Lockfile {
  const document = { version: lockfileVersion, profiles: { [name]: {} } };
  return explained(() => parseProfileDocument(document, name));
}

function explained<Done>(make: () => Done): Done {
  try {
    return make();
  } catch (thrown) {
    throw toSender(thrown);
  }
}

/** What is wrong with a lockfile that was sent is its sender's. */
function toSender(thrown: unknown): unknown {
  if (!KeelsonError.is(thrown)) return thrown;
  const { code, message, hint, details } = thrown;
  if (code === 'model_not_found') return new KeelsonError('not_found', message, { hint, cause: thrown });
  if (code !== 'configuration_invalid') return thrown;
  const field = `body.lockfile.${details.field ?? ''}`;
  return new KeelsonError('invalid_request', message, { hint, details: { field }, cause: thrown });
}
