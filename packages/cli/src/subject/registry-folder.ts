/** The folder in which somebody keeps a registry, for the commands that draft, review and promote. */
import { resolve } from 'node:path';
import { type RegistryFolder, systemClock, systemRandom } from '@keelson/engine';
import type { Surroundings } from '../line/command-spec.ts';
import type { Input } from '../line/input.ts';
import { pathOf } from './read-named-registry.ts';

export function registryFolder(input: Input, { folder, environment }: Surroundings): RegistryFolder {
  const { KEELSON_REGISTRY: variable = '' } = environment;
  const kept = variable.startsWith('file://') ? pathOf(variable) : 'registry';
  return {
    folder: resolve(folder, input.text('folder') ?? kept),
    clock: systemClock,
    random: systemRandom,
  };
}
