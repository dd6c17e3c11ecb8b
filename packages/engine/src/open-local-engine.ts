/**
 * An engine in somebody's own process, made of what stands around it: the lockfile of the folder, the bundled registry, the
 * providers whose keys are in the environment. No server is needed or started.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledProviders, KeelsonError, loadBundledRegistry, type Registry } from '@keelson/core';
import { type Engine, type EngineSettings, openEngine } from './engine.ts';
import { type OpenedLockfile, openLockfile } from './lockfile/index.ts';
import { type Log, silentLog, systemClock, systemRandom } from './observability/index.ts';
import { type ProviderConfig, providersFromEnvironment } from './providers/index.ts';
import { holdSigningKey } from './receipts/index.ts';
import { loadRegistry, openRegistrySource } from './registry/index.ts';
import { defaultAliases } from './routing/index.ts';
import { openStorage, type Storage } from './storage/index.ts';

export interface LocalSettings {
  /** Its path; the nearest one, going up from the folder, when left out. `false`: none, also where there is one. */
  readonly lockfile?: string | false;
  /** By which names are read; that of the environment or the file when left out. */
  readonly profile?: string;
  /** Where the search begins; the working folder when left out. */
  readonly folder?: string;
  /** Where keys of providers are looked for; that of the process when left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** In place of those of the environment. */
  readonly providers?: readonly ProviderConfig[];
  /** `bundled`, `file:///folder` or `https://host/path`; a registry that is at hand already. */
  readonly registry?: string | Registry;
  /** Opens without any provider where no key is in the environment: nothing can be called then, but everything read. */
  readonly mayHaveNoProvider?: boolean;
  /** A folder for the database, in which records of calls and signed receipts are then kept. */
  readonly data?: string;
  readonly log?: Log;
  /** Whatever else the engine should have. */
  readonly engine?: Partial<EngineSettings>;
}

export interface LocalEngine {
  readonly engine: Engine;
  readonly storage: Storage | undefined;
  close(): Promise<void>;
}

export async function openLocalEngine(settings: LocalSettings = {}): Promise<LocalEngine> {
  const { environment = process.env, log = silentLog } = settings;
  const lockfile = await openNames(settings, environment);
  const providers = settings.providers ?? readProviders(environment, log, settings.mayHaveNoProvider);
  const registry = await openRegistry(settings, providers, log);
  const kept = settings.data === undefined ? undefined : await openData(settings.data, log);
  const engine = openEngine({
    providers,
    registry,
    log,
    ...(lockfile === undefined ? { aliases: defaultAliases(registry, providers) } : { lockfile }),
    ...kept,
    ...settings.engine,
  });
  const close = async (): Promise<void> => {
    await engine.close();
    await kept?.storage.close();
  };
  return { engine, storage: kept?.storage, close };
}

async function openNames(
  { lockfile: path, profile, folder = process.cwd() }: LocalSettings,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<OpenedLockfile | undefined> {
  if (path === false) return undefined;
  const asked = { ...(path !== undefined && { path }), ...(profile !== undefined && { profile }) };
  return openLockfile({ folder, environment, ...asked });
}

function readProviders(
  environment: Readonly<Record<string, string | undefined>>,
  log: Log,
  mayBeNone = false,
): readonly ProviderConfig[] {
  const { providers, problems } = providersFromEnvironment(environment, { readFile: readText });
  for (const { provider, message } of problems) log.warn(message, { provider });
  if (providers.length > 0 || mayBeNone) return providers;
  throw new KeelsonError('configuration_invalid', 'No provider has a key in the environment.', {
    hint: 'Set a key such as OPENAI_API_KEY or ANTHROPIC_API_KEY; docs/providers.md lists them all.',
    details: { field: 'providers' },
  });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

async function openRegistry(
  { registry = 'bundled' }: LocalSettings,
  providers: readonly ProviderConfig[],
  log: Log,
): Promise<Registry> {
  if (typeof registry !== 'string') return registry;
  const vendors = new Set(providers.map(({ form }) => form.registry ?? form.name));
  if (registry === 'bundled')
    return loadBundledRegistry(bundledProviders.filter((vendor) => vendors.has(vendor)));
  const source = openRegistrySource(registry, { clock: systemClock, log, random: systemRandom });
  const loaded = await loadRegistry([source], [...vendors], { log });
  for (const { provider, says } of loaded.unreadable) log.warn(says, { provider });
  return loaded.registry;
}

async function openData(folder: string, log: Log) {
  const storage = await openStorage(
    { kind: 'sqlite', path: join(folder, 'keelson.db') },
    { clock: systemClock, log },
  );
  const receiptKeys = await holdSigningKey({ folder, storage: storage.receipts, clock: systemClock, log });
  return { storage, receiptKeys };
}
