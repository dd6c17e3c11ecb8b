/** The database that a gateway on this machine uses, and its cache of answers, found by the layers that it reads itself. */
import { join } from 'node:path';
import type { StorageTarget } from '@keelson/engine';
import type { Surroundings } from '../line/command-spec.ts';
import { loadLayers } from './configuration.ts';

export interface LocalDatabase {
  readonly target: StorageTarget;
  /** For people, without a password. */
  readonly name: string;
  /** Where answers are kept. */
  readonly store: 'off' | 'memory' | 'database' | 'redis';
  readonly redisUrl?: string;
}

const needed = ['KEELSON_DATABASE_URL', 'KEELSON_REDIS_URL'];

/** Throws where a file of settings or a variable is wrong. */
export async function findLocalDatabase(
  surroundings: Pick<Surroundings, 'environment' | 'folder'>,
): Promise<LocalDatabase> {
  const { loader, loaded } = await loadLayers(surroundings);
  const { settings } = await loader.readSettings(loaded.effective, needed);
  const { databaseUrl, dataFolder, cache } = settings;
  const path = join(dataFolder, 'keelson.db');
  return {
    target: databaseUrl === undefined ? { kind: 'sqlite', path } : { kind: 'postgres', url: databaseUrl },
    name: databaseUrl === undefined ? path : 'the PostgreSQL server',
    store: cache?.store ?? 'off',
    ...(cache?.store === 'redis' && { redisUrl: cache.url }),
  };
}
