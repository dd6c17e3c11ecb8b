/** Reads the registry that somebody names, over the bundled one. What cannot be read of it is not replaced: it is told. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundledProviders, KeelsonError } from '@keelson/core';
import {
  bundledSource,
  loadRegistry,
  openRegistrySource,
  type RegistrySource,
  readProxies,
  type SourcedFile,
  silentLog,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import type { Surroundings } from '../line/command-spec.ts';
import type { NamedRegistry, RegistryReading } from './open-registry.ts';

/** A single letter before a colon is a drive. */
const addressForm = /^[a-z][a-z0-9+.-]+:/i;

/** Of an address of this machine, the path. */
export function pathOf(name: string): string {
  if (!/^file:/i.test(name)) return name;
  try {
    return fileURLToPath(name);
  } catch (cause) {
    throw noFolder(name, cause);
  }
}

function noFolder(name: string, cause: unknown): KeelsonError {
  return new KeelsonError('configuration_invalid', `\`${name}\` is no folder of this machine.`, {
    hint: 'Write it with three slashes, such as file:///srv/registry.',
    details: { field: 'registry' },
    cause,
  });
}

function openNamedRegistry(
  { name }: Pick<NamedRegistry, 'name'>,
  { folder, environment }: Pick<Surroundings, 'folder' | 'environment'>,
): RegistrySource {
  const address = addressForm.test(name) ? name : pathToFileURL(resolve(folder, name)).href;
  const cache = environment.XDG_CACHE_HOME || join(environment.HOME || homedir(), '.cache');
  return openRegistrySource(address, {
    clock: systemClock,
    log: silentLog,
    random: systemRandom,
    cacheFolder: join(cache, 'keelson', 'registry'),
    proxy: readProxies(environment),
  });
}

interface NamedReading extends RegistryReading {
  readonly files: ReadonlyMap<string, SourcedFile>;
}

export async function readNamedRegistry(
  named: Pick<NamedRegistry, 'name'>,
  surroundings: Surroundings,
  providers?: ReadonlySet<string>,
): Promise<NamedReading> {
  try {
    const source = openNamedRegistry(named, surroundings);
    const wanted = providers ?? new Set([...bundledProviders, ...((await listed(source)) ?? [])]);
    if (providers !== undefined && source.name.startsWith('file:')) await source.providers();
    const loaded = await loadRegistry([source, bundledSource], [...wanted], {
      log: silentLog,
      onFailure: 'unreadable',
    });
    // Of a provider that nobody lists, such as a local one, there is nothing to tell: it has no cards.
    return { ...loaded, unreadable: loaded.unreadable.filter(({ isAbsent }) => isAbsent !== true) };
  } catch (error) {
    if (!KeelsonError.is(error)) throw error;
    // It is not known whose prices these were, so none can be gone by.
    return { files: new Map(), unreadable: [{ provider: '', says: error.message }], remarks: [] };
  }
}

/** A registry on the web may have no list that we understand; what is bundled is asked for all the same. */
async function listed(source: RegistrySource): Promise<readonly string[] | undefined> {
  try {
    return await source.providers();
  } catch (error) {
    if (!KeelsonError.is(error) || source.name.startsWith('file:')) throw error;
    return undefined;
  }
}
