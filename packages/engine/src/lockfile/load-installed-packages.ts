/** The lockfiles that packages bring along, found where Node would find the packages: in `node_modules`, going up. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type LoadedPackages, type Lockfile, loadPackages, maxLockfileLength } from '@keelson/core';
import { lockfileNames } from './find-lockfile.ts';

/** `path` is that of the lockfile which extends them. */
export function loadInstalledPackages(lockfile: Lockfile, path: string): LoadedPackages {
  return loadPackages(lockfile, (name) => textOf(name, dirname(resolve(path))));
}

/** A name that leads anywhere else than into `node_modules` is of no package. */
const packageForm = /^(@[a-z0-9~_-][\w.~-]*\/)?[a-z0-9~_-][\w.~-]*$/i;

function textOf(name: string, folder: string): string | undefined {
  if (!packageForm.test(name)) return undefined;
  for (let at = folder; ; at = dirname(at)) {
    for (const file of lockfileNames) {
      const text = readSmallFile(join(at, 'node_modules', name, file));
      if (text !== undefined) return text;
    }
    if (dirname(at) === at) return undefined;
  }
}

function readSmallFile(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() && found.size <= 4 * maxLockfileLength ? readFileSync(path, 'utf8') : undefined;
}
