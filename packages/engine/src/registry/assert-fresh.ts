/** Whether a source's file of a provider is new enough to go by. */
import { assertRegistryFresh, KeelsonError } from '@keelson/core';
import type { Clock } from '../observability/index.ts';
import type { RegistrySource, SourcedFile } from './registry-source.ts';

/** Gives the file, or throws: where there is none, where it is older than so many days, and where it does not say how old it is. */
export async function assertFresh(
  source: RegistrySource,
  provider: string,
  { maxAgeDays, clock }: { readonly maxAgeDays: number; readonly clock: Clock },
): Promise<SourcedFile> {
  const file = await source.current(provider);
  if (file === undefined)
    throw new KeelsonError('not_found', `The registry ${source.name} has no \`${provider}\`.`, {
      hint: 'Check the name of the provider.',
    });
  assertRegistryFresh(file, { maxAgeDays, now: clock.now() });
  return file;
}
