/**
 * An engine in somebody's own process, made of what stands around it: the lockfile of the folder, the bundled registry, the
 * providers whose keys are in the environment. No server is needed or started.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  bundledProviders,
  getProfile,
  hasAlias,
  KeelsonError,
  type Lockfile,
  listAliases,
  loadBundledRegistry,
  type Registry,
  type RequestDefaults,
  resolveAlias,
} from '@keelson/core';
import { type Engine, type EngineSettings, openEngine } from './engine.ts';
import { findLockfile, loadInstalledPackages, readLockfileFile } from './lockfile/index.ts';
import { type Log, silentLog, systemClock, systemRandom } from './observability/index.ts';
import { type ProviderConfig, providersFromEnvironment } from './providers/index.ts';
import { holdSigningKey } from './receipts/index.ts';
import { loadRegistry, openRegistrySource } from './registry/index.ts';
import { defaultAliases } from './routing/index.ts';
import { openStorage, type Storage } from './storage/index.ts';

export interface LocalSettings {
  /** Its path; the nearest one, going up from the folder, when left out. `false`: none, also where there is one. */
  readonly lockfile?: string | false;
  /** Where the search begins; the working folder when left out. */
  readonly folder?: string;
  /** Where keys of providers are looked for; that of the process when left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** In place of those of the environment. */
  readonly providers?: readonly ProviderConfig[];
  /** `bundled`, `file:///folder` or `https://host/path`; a registry that is at hand already. */
  readonly registry?: string | Registry;
  /** A folder for the database, in which records of calls and signed receipts are then kept. */
  readonly data?: string;
  readonly log?: Log;
  /** Whatever else the engine should have. */
  readonly engine?: Partial<EngineSettings>;
}

export interface LocalEngine {
  readonly storage: Storage | undefined;
  readonly lockfile: LocalLockfile | undefined;
  /** The engine whose aliases are those of the profile; that of the lockfile's default when none is named. */
  engineFor(profile?: string): Engine;
  /** What an alias sets where a request leaves it open. */
  defaultsOf(model: string, profile?: string): RequestDefaults;
  close(): Promise<void>;
}

export interface LocalLockfile {
  readonly lockfile: Lockfile;
  readonly path: string;
  readonly digest: string;
  readonly packages: ReadonlyMap<string, Lockfile>;
}

export async function openLocalEngine(settings: LocalSettings = {}): Promise<LocalEngine> {
  const { environment = process.env, log = silentLog } = settings;
  const lockfile = await openLockfile(settings, environment);
  const providers = settings.providers ?? readProviders(environment, log);
  const registry = await openRegistry(settings, providers, log);
  const kept = settings.data === undefined ? undefined : await openData(settings.data, log);
  const engines = new Map<string | undefined, Engine>();
  const open = (profile: string | undefined): Engine =>
    openEngine({
      providers,
      registry,
      log,
      aliases:
        lockfile === undefined
          ? defaultAliases(new Set(providers.map(({ name }) => name)))
          : aliasesOf(lockfile, { registry, profile, log }),
      ...kept,
      ...settings.engine,
    });
  return {
    storage: kept?.storage,
    lockfile,
    engineFor: (asked) => {
      const profile = lockfile && getProfile(lockfile.lockfile, asked).name;
      if (lockfile === undefined && asked !== undefined) throw noProfiles(asked);
      const engine = engines.get(profile) ?? open(profile);
      engines.set(profile, engine);
      return engine;
    },
    defaultsOf: (model, profile) => defaultsOf(lockfile, model, { registry, ...(profile && { profile }) }),
    close: async () => {
      for (const engine of engines.values()) await engine.close();
      await kept?.storage.close();
    },
  };
}

async function openLockfile(
  { lockfile: asked, folder = process.cwd() }: LocalSettings,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<LocalLockfile | undefined> {
  if (asked === false) return undefined;
  const found = await findLockfile({ folder, environment, ...(asked !== undefined && { path: asked }) });
  if (found === undefined) return undefined;
  const { lockfile, digest } = await readLockfileFile(found.path);
  const { packages } = loadInstalledPackages(lockfile, found.path);
  return { lockfile, path: found.path, digest, packages };
}

function readProviders(
  environment: Readonly<Record<string, string | undefined>>,
  log: Log,
): readonly ProviderConfig[] {
  const { providers, problems } = providersFromEnvironment(environment, { readFile: readText });
  for (const { provider, message } of problems) log.warn(message, { provider });
  if (providers.length > 0) return providers;
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

interface Reading {
  readonly registry: Registry;
  readonly profile?: string | undefined;
}

function aliasesOf(
  { lockfile, packages }: LocalLockfile,
  { registry, profile, log }: Reading & { readonly log: Log },
): Record<string, readonly string[]> {
  const options = { packages, registry, ...(profile !== undefined && { profile }) };
  const aliases: Record<string, readonly string[]> = {};
  for (const name of listAliases(lockfile, options)) {
    try {
      const { targets } = resolveAlias(lockfile, name, options);
      aliases[name] = targets.map(({ provider, model }) => `${provider}:${model}`);
    } catch (error) {
      if (!KeelsonError.is(error)) throw error;
      log.warn(error.message, { alias: name });
    }
  }
  return aliases;
}

function defaultsOf(
  local: LocalLockfile | undefined,
  model: string,
  { registry, profile }: Reading,
): RequestDefaults {
  if (local === undefined) return {};
  const { lockfile, packages } = local;
  const options = { packages, registry, ...(profile !== undefined && { profile }) };
  return hasAlias(lockfile, model, options) ? resolveAlias(lockfile, model, options).defaults : {};
}

function noProfiles(profile: string): KeelsonError {
  return new KeelsonError('configuration_invalid', `There is no profile \`${profile}\` without a lockfile.`, {
    hint: 'Run `keelson lock init`, or name the lockfile.',
    details: { field: 'profile' },
  });
}
