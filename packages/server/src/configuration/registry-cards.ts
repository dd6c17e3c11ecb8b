// Cards of models from the registry of the settings: the bundled one, or another with the bundled one behind it.
import { join } from 'node:path';
import { bundledProviders, KeelsonError, loadBundledRegistry, type Registry } from '@keelson/core';
import {
  bundledSource,
  type Clock,
  type Log,
  loadRegistry,
  openRegistrySource,
  type Random,
  readProxies,
} from '@keelson/engine';
import { SettingError } from '../http/index.ts';
import type { Environment } from './interpolate.ts';

interface CardSettings {
  readonly environment: Environment;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export type LoadCards = (vendors: ReadonlySet<string>) => Promise<Registry>;

export function createCardLoader(settings: CardSettings): LoadCards {
  const address = settings.environment.KEELSON_REGISTRY || 'bundled';
  if (address === 'bundled')
    return (vendors) => loadBundledRegistry(bundledProviders.filter((vendor) => vendors.has(vendor)));
  return (vendors) => loadFrom(address, vendors, settings);
}

/** Whatever cannot be read is said, and the bundled file takes its place: calls go on, by prices that are named in their records. */
async function loadFrom(
  address: string,
  vendors: ReadonlySet<string>,
  { environment, dataFolder, clock, random, log }: CardSettings,
): Promise<Registry> {
  const cacheFolder = join(dataFolder, 'registry');
  try {
    const proxy = readProxies(environment);
    const source = openRegistrySource(address, { clock, log, random, cacheFolder, proxy });
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
