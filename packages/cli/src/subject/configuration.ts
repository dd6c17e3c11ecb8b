/** The settings that a command works with: the layers, the files they come from, and how one is changed. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { didYouMean } from '@keelson/core';
import { systemClock } from '@keelson/engine';
import type { ConfigurationLoader, ConfigurationValue, Loaded, Origin } from '@keelson/server/configuration';
import type { Surroundings } from '../line/command-spec.ts';
import type { Input } from '../line/input.ts';
import { UsageError } from '../line/usage-error.ts';

export type ConfigurationRoom = typeof import('@keelson/server/configuration');

export interface OpenedLoader {
  readonly room: ConfigurationRoom;
  readonly loader: ConfigurationLoader;
}

type Place = Pick<Surroundings, 'environment' | 'folder'>;

export async function openLoader({ environment, folder }: Place): Promise<OpenedLoader> {
  const room = await import('@keelson/server/configuration');
  const homeFolder = homedir();
  const loader = new room.ConfigurationLoader({ environment, folder, homeFolder, clock: systemClock });
  return { room, loader };
}

export interface LoadedLayers extends OpenedLoader {
  readonly loaded: Loaded;
}

/** Throws with everything that is wrong with a file. */
export async function loadLayers(surroundings: Place): Promise<LoadedLayers> {
  const { room, loader } = await openLoader(surroundings);
  const loaded = await loader.load();
  if ('problems' in loaded) throw room.problemsError(loaded.problems);
  return { room, loader, loaded };
}

/** Variables as if everything had been said by them; secrets that are elsewhere are left there. */
export async function readEnvironment(surroundings: Place): Promise<Surroundings['environment']> {
  const { loader, loaded } = await loadLayers(surroundings);
  return loader.fillVariables(loaded.effective).variables;
}

/** The file that a change goes to. */
export function fileToChange({ files }: ConfigurationLoader, input: Input): string {
  return input.isOn('project') ? (files.project ?? files.newProject) : (files.user ?? files.newUser);
}

const sections = ['providers', 'aliases', 'budgets'];

/** Throws where no setting begins like this. */
export function checkSetting(path: string, { settingRows }: ConfigurationRoom): void {
  const [section = ''] = path.split('.');
  if (sections.includes(section)) return;
  const known = settingRows.map((row) => row.path);
  if (known.some((each) => each === path || each.startsWith(`${path}.`))) return;
  throw new UsageError(`There is no setting \`${path.slice(0, 100)}\`.`, {
    hint:
      didYouMean(path, known) ??
      '`keelson config show` lists those that hold, and docs/configuration.md all.',
  });
}

export const isWithin = (path: string, around: string): boolean =>
  path === around || path.startsWith(`${around}.`);

export function originText(origin: Origin): string {
  switch (origin.layer) {
    case 'flag':
      return `the flag ${origin.name}`;
    case 'environment':
      return `the variable ${origin.name}`;
    case '.env':
      return `${origin.name} in ${origin.file}`;
    case 'default':
      return 'usual';
    default:
      return `${origin.file}:${origin.line}:${origin.column}`;
  }
}

export function valueText(value: ConfigurationValue['value']): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export const resolveIn = ({ folder }: Surroundings, path: string): string => resolve(folder, path);
