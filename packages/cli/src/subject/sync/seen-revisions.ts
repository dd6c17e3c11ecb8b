/**
 * Which revision of a shared profile somebody here has last pulled or pushed, by lockfile and server. It is about this machine and
 * not about the lockfile, so it lies in the data folder, where nobody commits it.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isJsonObject } from '@keelson/core';
import type { Surroundings } from '../../line/command-spec.ts';
import { dataFolder } from '../data-folder.ts';
import { writeFileWhole } from '../receipts/write-file.ts';

interface SeenRevision {
  readonly revision: number;
  readonly digest: string;
}

export interface SeenRevisions {
  of(profile: string): SeenRevision | undefined;
  remember(profile: string, seen: SeenRevision): Promise<void>;
}

const [ownersFolder, ownersFile] = [0o700, 0o600];

interface Place {
  readonly lockfile: string;
  readonly server: string;
  readonly surroundings: Surroundings;
}

export async function openSeenRevisions({ lockfile, server, surroundings }: Place): Promise<SeenRevisions> {
  const path = await realpath(lockfile).catch(() => lockfile);
  const name = createHash('sha256').update(`${path}\n${server}`).digest('hex').slice(0, 32);
  const file = join(await dataFolder(surroundings), 'sync', `${name}.json`);
  const profiles = new Map(Object.entries(await readSeen(file)));
  return {
    of: (profile) => profiles.get(profile),
    remember: async (profile, { revision, digest }) => {
      profiles.set(profile, { revision, digest });
      await mkdir(dirname(file), { recursive: true, mode: ownersFolder });
      const data = { version: 1, lockfile: path, server, profiles: Object.fromEntries(profiles) };
      // Ctrl-C does not stop it: what the server has done is remembered.
      const stopping = new AbortController().signal;
      await writeFileWhole(file, [`${JSON.stringify(data, null, 2)}\n`], { stopping, mode: ownersFile });
    },
  };
}

/** Nothing where there is none, or a broken one: then the next push is asked what it is based on. */
async function readSeen(file: string): Promise<Record<string, SeenRevision>> {
  try {
    const { profiles } = JSON.parse(await readFile(file, 'utf8'));
    if (!isJsonObject(profiles)) return {};
    return Object.fromEntries(
      Object.entries(profiles).filter(
        (entry): entry is [string, SeenRevision & typeof profiles] =>
          isJsonObject(entry[1]) &&
          Number.isSafeInteger(entry[1].revision) &&
          typeof entry[1].digest === 'string',
      ),
    );
  } catch {
    return {};
  }
}
