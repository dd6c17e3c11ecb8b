// The server's settings, parsed from environment variables into a typed value. Reading `process.env` itself belongs
// to start.ts.
import { join, resolve } from 'node:path';
import type { BodyPolicy, LogLevel, StorageTarget } from '@keelson/engine';
import type { ListenTarget } from './listening-address.ts';
import { type OperationSettings, parseOperations } from './operation-settings.ts';
import { SettingError } from './setting-error.ts';

export { SettingError };

export interface ServerSettings extends ListenTarget, OperationSettings {
  /** Where everything is kept that outlives the process. */
  readonly dataFolder: string;
  /** A PostgreSQL server in place of the embedded database. */
  readonly databaseUrl?: string;
  readonly logLevel: LogLevel;
  /** Days after which records of calls go; undefined keeps them for ever. */
  readonly retentionDays?: number;
  /** Whose prompts and answers are kept. */
  readonly logBodies: BodyPolicy;
  /** A file with aliases that come over the usual ones. */
  readonly aliasFile?: string;
  /** Processes that share the port. */
  readonly workers: number;
  readonly maxBodyBytes: number;
  /** A file of budgets, which are then those of this installation that come from a file. */
  readonly budgetsFile?: string;
  /** Where answers are kept that are given again; undefined keeps none. */
  readonly cache?: CacheSetting;
  /** Whether providers are asked at the start if their keys are good. */
  readonly checksProviders: boolean;
  /** Who may come by themselves, and when their keys become good. */
  readonly registration: RegistrationSetting;
  /** Whether calls whose price is not known are refused. */
  readonly strictCost: boolean;
}

const registrations = ['closed', 'open', 'verified', 'approved'] as const;
type RegistrationSetting = (typeof registrations)[number];

type CacheSetting =
  | { readonly store: 'memory'; readonly maxBytes: number }
  | { readonly store: 'database'; readonly maxBytes: number }
  | { readonly store: 'redis'; readonly url: string };

type Environment = Readonly<Record<string, string | undefined>>;

export function parseSettings(environment: Environment, homeFolder: string): ServerSettings {
  return {
    host: environment.KEELSON_HOST || '127.0.0.1',
    port: parsePort(environment.KEELSON_PORT || '4100'),
    dataFolder: resolve(environment.KEELSON_DATA || defaultDataFolder(environment, homeFolder)),
    ...(environment.KEELSON_DATABASE_URL && { databaseUrl: environment.KEELSON_DATABASE_URL }),
    ...(environment.KEELSON_ALIASES && { aliasFile: resolve(environment.KEELSON_ALIASES) }),
    logLevel: parseLogLevel(environment.KEELSON_LOG_LEVEL || 'warn'),
    workers: parseCount('KEELSON_WORKERS', environment.KEELSON_WORKERS || '1', { least: 1, most: 64 }),
    ...parseRetention(environment.KEELSON_RETENTION_DAYS || '90'),
    logBodies: parseBodyPolicy(environment.KEELSON_LOG_BODIES || 'none'),
    maxBodyBytes: 64 * 1024 * 1024,
    ...(environment.KEELSON_BUDGETS && { budgetsFile: resolve(environment.KEELSON_BUDGETS) }),
    ...parseCache(environment),
    ...parseOperations(environment),
    checksProviders: parseSwitch('KEELSON_CHECK_PROVIDERS', environment.KEELSON_CHECK_PROVIDERS || 'on'),
    registration: parseRegistration(environment.KEELSON_REGISTRATION || 'closed'),
    strictCost: parseStrictCost(environment),
  };
}

/** As the command line reads it, and LLMRing: a number is a switch as well. */
function parseStrictCost({ KEELSON_STRICT_COST: own, LLMRING_STRICT_COST: other }: Environment): boolean {
  const name = own ? 'KEELSON_STRICT_COST' : 'LLMRING_STRICT_COST';
  const words: Readonly<Record<string, string>> = { 1: 'on', 0: 'off', true: 'on', false: 'off' };
  const text = own || other || 'off';
  return parseSwitch(name, words[text.toLowerCase()] ?? text);
}

/** Where the database is; also for programs that look after it without serving. */
export function storageTarget({
  databaseUrl,
  dataFolder,
}: Pick<ServerSettings, 'databaseUrl' | 'dataFolder'>): StorageTarget {
  if (databaseUrl !== undefined) return { kind: 'postgres', url: databaseUrl };
  return { kind: 'sqlite', path: join(dataFolder, 'keelson.db') };
}

/** As the XDG base directory specification says. */
function defaultDataFolder({ XDG_DATA_HOME: data }: Environment, homeFolder: string): string {
  return join(data || join(homeFolder, '.local', 'share'), 'keelson');
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

function parseCount(name: string, text: string, { least, most }: Bounds): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= least && count <= most) return count;
  throw new SettingError(`${name} is \`${text}\`. Set it to a whole number from ${least} to ${most}.`);
}

function parseRetention(text: string): { retentionDays?: number } {
  const days = parseCount('KEELSON_RETENTION_DAYS', text, { least: 0, most: 36_500 });
  return days === 0 ? {} : { retentionDays: days };
}

/** In memory, because that costs nobody anything who does not ask for it; in Redis, where there is one. */
function parseCache(environment: Environment): { cache?: CacheSetting } {
  const url = environment.KEELSON_REDIS_URL || undefined;
  const store = environment.KEELSON_CACHE || (url === undefined ? 'memory' : 'redis');
  const megabytes = parseCount('KEELSON_CACHE_MB', environment.KEELSON_CACHE_MB || '64', {
    least: 1,
    most: 65_536,
  });
  const maxBytes = megabytes * 1024 * 1024;
  switch (store) {
    case 'off':
      return {};
    case 'memory':
    case 'database':
      return { cache: { store, maxBytes } };
    case 'redis':
      if (url !== undefined) return { cache: { store, url } };
      throw new SettingError('KEELSON_CACHE is `redis`. Set KEELSON_REDIS_URL to its address as well.');
    default:
      throw new SettingError(`KEELSON_CACHE is \`${store}\`. Set it to off, memory, database or redis.`);
  }
}

function parseSwitch(name: string, text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new SettingError(`${name} is \`${text}\`. Set it to on or off.`);
}

function parseRegistration(text: string): RegistrationSetting {
  const setting = registrations.find((each) => each === text);
  if (setting !== undefined) return setting;
  throw new SettingError(`KEELSON_REGISTRATION is \`${text}\`. Set it to ${registrations.join(', ')}.`);
}

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

function parseLogLevel(text: string): LogLevel {
  const level = logLevels.find((each) => each === text);
  if (level !== undefined) return level;
  throw new SettingError(`KEELSON_LOG_LEVEL is \`${text}\`. Set it to ${logLevels.join(', ')}.`);
}

const bodyPolicies = ['none', 'errors', 'all'] as const;

function parseBodyPolicy(text: string): BodyPolicy {
  const policy = bodyPolicies.find((each) => each === text);
  if (policy !== undefined) return policy;
  throw new SettingError(`KEELSON_LOG_BODIES is \`${text}\`. Set it to ${bodyPolicies.join(', ')}.`);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new SettingError(
      `KEELSON_PORT is \`${text}\`. Set it to a whole number from 0 to 65535 (0 picks a free port).`,
    );
  }
  return port;
}
