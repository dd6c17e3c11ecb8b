/** Profiles of lockfiles as they are pushed and pulled, with their digests: what is loaded when one of both is asked for. */
import {
  diffLockfiles,
  digestLockfile,
  digestProfile,
  documentOfProfile,
  KeelsonError,
  type LockChange,
  type Lockfile,
  parseLockfile,
  parseProfileDocument,
  renderLockfile,
} from '@keelson/core';

export interface PreparedProfile {
  /** Of this profile alone. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly digest: string;
  /** Of the whole file, where there is one. */
  readonly lockfileDigest?: string;
}

/** Throws a `LockfileError` for what is no lockfile, before anything is sent. */
export function prepareProfile(lockfile: string | object, name: string): PreparedProfile {
  if (typeof lockfile !== 'string') {
    const alone = parseProfileDocument(lockfile, name);
    return { document: documentOfProfile(alone, name), digest: digestProfile(alone, name) };
  }
  const whole = parseLockfile(lockfile, 'keelson.lock');
  return {
    document: documentOfProfile(whole, name),
    digest: digestProfile(whole, name),
    lockfileDigest: digestLockfile(whole),
  };
}

/** The text of a lockfile that has nothing but this profile. Throws where it is not what its digest says. */
export function readProfile(document: object, name: string, digest: string): string {
  const lockfile = readTheirs(document, name);
  const own = digestProfile(lockfile, name);
  if (own === digest) return renderLockfile(lockfile);
  throw new KeelsonError(
    'invalid_response',
    `The profile \`${name}\` has the digest ${own}, and its server says ${digest}.`,
    { hint: 'Pull it again: it was changed on its way, or one of both is too old to understand all of it.' },
  );
}

function readTheirs(document: object, name: string): Lockfile {
  try {
    return parseProfileDocument(document, name);
  } catch (thrown) {
    throw KeelsonError.is(thrown) ? unreadable(name, thrown) : thrown;
  }
}

function unreadable(name: string, cause: KeelsonError): KeelsonError {
  const says = `The profile \`${name}\` cannot be read: ${cause.message}`;
  const hint = 'The server may be newer than this client: update the client.';
  return new KeelsonError('invalid_response', says, { hint, cause });
}

/** How the other one differs; nothing where one of them cannot be read. */
export function differences(mine: object, theirs: object, name: string): readonly LockChange[] {
  try {
    return diffLockfiles(parseProfileDocument(mine, name), parseProfileDocument(theirs, name)).changes;
  } catch {
    return [];
  }
}
