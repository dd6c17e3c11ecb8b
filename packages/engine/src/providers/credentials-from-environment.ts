/**
 * Stored credentials as an environment sets them up: the master key is what `KEELSON_MASTER_KEY` names, or a file of the
 * data folder that is made when the first credential is stored.
 */
import type { Clock, Log, Random } from '../observability/index.ts';
import { createSealer, readMasterKeys } from '../secrets/index.ts';
import type { Storage } from '../storage/index.ts';
import { openProviderCredentials, type ProviderCredentials } from './credentials/index.ts';
import { type Environment, readNamedMasterKey } from './named-master-key.ts';

export interface CredentialSurroundings {
  readonly storage: Pick<Storage, 'credentials'>;
  /** Where the master key is kept that nobody named. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export async function openCredentialsFromEnvironment(
  env: Environment,
  surroundings: CredentialSurroundings,
): Promise<ProviderCredentials> {
  const { folder, random } = surroundings;
  const named = await readNamedMasterKey(env, surroundings);
  const readSealer = (mayMake: boolean) => {
    const keys = readMasterKeys({ folder, random, mayMake, ...(named !== undefined && { named }) });
    return keys.length === 0 ? undefined : createSealer(keys, random);
  };
  return openProviderCredentials({ ...surroundings, readSealer });
}
