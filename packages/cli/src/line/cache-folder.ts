/** Where things are kept that can be fetched or made again, as the XDG base directory specification says. */
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

export const cacheFolder = (environment: Environment): string =>
  join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'keelson');

/** Registry files that were fetched. */
export const registryFolder = (environment: Environment): string =>
  join(cacheFolder(environment), 'registry');

/** The command itself, compiled. */
export const codeFolder = (environment: Environment): string => join(cacheFolder(environment), 'code');
