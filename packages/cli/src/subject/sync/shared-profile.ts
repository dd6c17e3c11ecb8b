/** A profile as a server shares it, read and checked. */
import { digestProfile, type Json, KeelsonError, type Lockfile, parseProfileDocument } from '@keelson/core';
import type { Server } from '../server/server.ts';

export interface SharedProfile {
  readonly name: string;
  readonly revision: number;
  readonly digest: string;
  readonly pushedBy: string;
  readonly pushedAt: string;
  /** As data, as the server has it. */
  readonly document: Json;
  /** Of this profile alone. */
  readonly lockfile: Lockfile;
}

/** Undefined where nobody shares one of that name. */
export async function findSharedProfile(server: Server, name: string): Promise<SharedProfile | undefined> {
  const found = await server.find(`/profiles/${encodeURIComponent(name)}`);
  if (found === undefined) return undefined;
  const { lockfile: document = null, digest, revision } = found;
  const lockfile = parseShared(server, document, name);
  if (digestProfile(lockfile, name) !== digest || typeof revision !== 'number')
    throw new KeelsonError(
      'invalid_response',
      `The profile \`${name}\` of ${server.url} has not the digest that is told.`,
      {
        hint: 'Try again; if it stays so, server and command are of versions that do not fit together.',
      },
    );
  const [pushedBy, pushedAt] = [String(found.pushed_by), String(found.pushed_at)];
  return { name, revision, digest, pushedBy, pushedAt, document, lockfile };
}

export async function getSharedProfile(server: Server, name: string): Promise<SharedProfile> {
  const found = await findSharedProfile(server, name);
  if (found !== undefined) return found;
  const names = await listSharedProfiles(server);
  throw new KeelsonError('not_found', `Nobody shares a profile \`${name.slice(0, 100)}\` on ${server.url}.`, {
    hint: `Shared are: ${names.join(', ') || 'none yet; `keelson push` shares one'}.`,
  });
}

export async function listSharedProfiles(server: Server): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, is_removed: isRemoved } of server.entries('/profiles'))
    if (isRemoved !== true) names.push(String(name));
  return names;
}

/** What is wrong with it is not the fault of a file here. */
function parseShared(server: Server, document: Json, name: string): Lockfile {
  try {
    return parseProfileDocument(document, name);
  } catch (error) {
    throw unreadable(error, name, server);
  }
}

function unreadable(cause: unknown, name: string, { url }: Server): unknown {
  if (!KeelsonError.is(cause)) return cause;
  const says = `The profile \`${name}\` of ${url} cannot be read: ${cause.message}`;
  return new KeelsonError('invalid_response', says, {
    hint: 'If it was pushed by a newer Keelson, update this one. Nothing was changed here.',
    cause,
  });
}
