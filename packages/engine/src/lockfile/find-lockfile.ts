/** Which file is the lockfile: the one that is named, or the nearest one going up from a folder. */
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { KeelsonError } from '@keelson/core';

/** In this order in each folder; the last two are those of LLMRing, which are read but never written. */
export const lockfileNames = ['keelson.lock', 'llmring.lock', 'llmring.lock.json'] as const;

const variables = ['KEELSON_LOCKFILE', 'LLMRING_LOCKFILE_PATH'] as const;

export interface FindOptions {
  /** Where the search begins, and what relative paths are relative to. */
  readonly folder: string;
  /** A path that the caller names; it must exist. */
  readonly path?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface FoundLockfile {
  readonly path: string;
  readonly origin: 'asked' | (typeof variables)[number] | 'found';
}

/** Undefined where nothing was named and nothing is there: what then applies is for the caller to say, aloud. */
export async function findLockfile(options: FindOptions): Promise<FoundLockfile | undefined> {
  const { folder, path, environment = {} } = options;
  if (path !== undefined) return named(resolve(folder, path), 'asked');
  for (const variable of variables) {
    const value = environment[variable];
    if (value !== undefined && value !== '') return named(resolve(folder, value), variable);
  }
  for (let at = resolve(folder); ; at = dirname(at)) {
    for (const name of lockfileNames)
      if (await isFile(join(at, name))) return { path: join(at, name), origin: 'found' };
    if (dirname(at) === at) return undefined;
  }
}

async function named(path: string, origin: FoundLockfile['origin']): Promise<FoundLockfile> {
  if (await isFile(path)) return { path, origin };
  const by = origin === 'asked' ? '' : `, which \`${origin}\` names`;
  throw new KeelsonError('configuration_invalid', `There is no lockfile \`${path}\`${by}.`, {
    hint: 'Correct the path, or run `keelson lock init` there.',
    details: { field: origin === 'asked' ? 'lockfile' : origin },
  });
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
