// Cards of models from the registry of the settings: the bundled one, or another with the bundled one behind it.
import { join } from 'node:path';
import { bundledProviders, KeelsonError, loadBundledRegistry, type Registry } from '@keelson/core';
import type { Clock, Log, Random } from '@keelson/engine';
import { SettingError } from '../http/index.ts';

interface CardSettings {
  /** `bundled` when left out, or an address. */
  readonly address?: string | undefined;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export type LoadCards = (vendors: ReadonlySet<string>) => Promise<Registry>;

export function createCardLoader({ address, ...settings }: CardSettings): LoadCards {
  if (address === undefined || address === 'bundled')
    return (vendors) => loadBundledRegistry(bundledProviders.filter((vendor) => vendors.has(vendor)));
  return (vendors) => loadFrom(address, vendors, settings);
}

/** Whatever cannot be read is said, and the bundled file takes its place: calls go on, by prices that are named in their records. */
async function loadFrom(
  address: string,
  vendors: ReadonlySet<string>,
  { dataFolder, clock, random, log }: Omit<CardSettings, 'address'>,
): Promise<Registry> {
  const { bundledSource, loadRegistry, openRegistrySource } = await import('@keelson/engine');
  const cacheFolder = join(dataFolder, 'registry');
  try {
    const source = openRegistrySource(address, { clock, log, random, cacheFolder });
    const { registry, unreadable, remarks } = await loadRegistry([source, bundledSource], [...vendors], {
      log,
    });
    for (const says of remarks) log.warn('The registry is not as it should be.', { says });
    for (const { provider, says } of unreadable)
      log.info('No registry knows the models of a provider.', { provider, says });
    return registry;
  } catch (error) {
    if (!KeelsonError.is(error)) throw error;
    throw new SettingError(`KEELSON_REGISTRY: ${error.message} ${error.hint}`, { cause: error });
  }
}
