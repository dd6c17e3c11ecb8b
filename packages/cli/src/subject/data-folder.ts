/** Where the gateway keeps its data on this machine. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Surroundings } from '../line/command-spec.ts';
import { loadLayers } from './configuration.ts';

type Place = Pick<Surroundings, 'environment' | 'folder'>;

/** Where the gateway keeps its database, by all layers; what is usual where a file of settings is broken. */
export async function dataFolder({ environment, folder }: Place): Promise<string> {
  const usual = join(environment.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'keelson');
  try {
    const { loader, loaded } = await loadLayers({ environment, folder });
    return resolve(folder, loader.fillVariables(loaded.effective).variables.KEELSON_DATA || usual);
  } catch {
    return resolve(folder, environment.KEELSON_DATA || usual);
  }
}
