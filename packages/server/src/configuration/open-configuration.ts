// The configuration of a server that starts: loaded before anything else is, and in force once there is an engine.
import type { Registry } from '@keelson/core';
import type { Engine, LogLevel, ProcessLog, Storage } from '@keelson/engine';
import type { ServerSettings } from '../http/index.ts';
import { ConfigurationApplier } from './apply-configuration.ts';
import type { Environment } from './interpolate.ts';
import { LiveConfiguration } from './live-configuration.ts';
import { LiveLockfile, type StartedLockfile, startLockfile } from './live-lockfile.ts';
import {
  ConfigurationLoader,
  type Loaded,
  type LoaderSettings,
  problemsError,
} from './load-configuration.ts';
import { locateProblem } from './locate-problem.ts';
import { type MadeProviders, ProviderConfigs } from './provider-configs.ts';
import type { LoadCards } from './registry-cards.ts';

export interface LoadedStart {
  readonly loader: ConfigurationLoader;
  readonly loaded: Loaded;
  readonly configs: ProviderConfigs;
  readonly start: StartSettings;
  /** The environment, with what files say where it says nothing. */
  readonly environment: Environment;
  /** May change in place while the server runs. */
  readonly settings: ServerSettings;
  /** The file that was read, for people. */
  readonly file: string | undefined;
  readonly lockfile: StartedLockfile | undefined;
}

type StartSettings = LoaderSettings & { readonly readText: (path: string) => string | undefined };

/** Throws a `SettingError` with everything that is wrong, each with its line. */
export async function loadStart(start: StartSettings): Promise<LoadedStart> {
  const loader = new ConfigurationLoader(start);
  const loaded = await loader.load();
  if ('problems' in loaded) throw problemsError(loaded.problems);
  const { environment, settings } = await loader.readSettings(loaded.effective);
  const configs = new ProviderConfigs(loader.environment.variables, start.readText);
  const file = loader.files.project ?? loader.files.user;
  const lockfile = await startLockfile({ environment, folder: start.folder });
  return { start, loader, loaded, configs, environment, settings, file, lockfile };
}

/** With their secrets. Throws a `SettingError` as above. */
export async function loadProviders({
  loader,
  loaded,
  configs,
  environment,
}: LoadedStart): Promise<MadeProviders> {
  const { providers: entries } = loaded.effective;
  const made = loader.hasFile
    ? await loader.withSecrets(environment, (resolve) => configs.make(entries, resolve))
    : await configs.make({});
  if (made.problems.length === 0) return made;
  throw problemsError(made.problems.map((problem) => locateProblem(problem, loaded)));
}

export interface OpenParts {
  /** Those that the engine was opened with. */
  readonly providers: MadeProviders['providers'];
  readonly engine: Engine;
  /** That the engine was opened with, and where more of it comes from. */
  readonly registry: Registry;
  readonly loadCards: LoadCards;
  readonly storage: Pick<Storage, 'configurations'>;
  readonly log: ProcessLog;
}

export interface OpenedConfiguration {
  readonly live: LiveConfiguration;
  close(): Promise<void>;
}

/** Gives the engine its aliases and budgets. Throws a `SettingError` with everything that is wrong. */
export async function openConfiguration(
  started: LoadedStart,
  parts: OpenParts,
): Promise<OpenedConfiguration> {
  const { loader, loaded, configs, settings, start, environment } = started;
  const { clock, readText, folder } = start;
  const { providers, engine, registry, loadCards, storage, log } = parts;
  const setLogLevel = (level: LogLevel): void => log.setLevel(level);
  const applier = new ConfigurationApplier(
    { loader, configs, engine, settings, providers, registry, loadCards, setLogLevel },
    loaded,
  );
  await applier.begin(readText);
  const newId = (): string => engine.newId();
  const live = new LiveConfiguration({ loader, loaded, applier, storage, clock, log, newId });
  const lockfile =
    started.lockfile &&
    new LiveLockfile({ started: started.lockfile, environment, folder, engine, clock, log });
  return {
    live,
    close: async () => {
      lockfile?.close();
      await live.close();
    },
  };
}
