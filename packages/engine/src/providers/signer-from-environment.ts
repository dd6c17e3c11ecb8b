/** A signer by the master key of an environment: the key that is named, or the file of the data folder, which the first use makes. */
import type { Clock, Random } from '../observability/index.ts';
import { createSigner, readMasterKeys, type Signer } from '../secrets/index.ts';
import { type Environment, readNamedMasterKey } from './named-master-key.ts';

interface SignerSurroundings {
  /** Where the master key is kept that nobody named. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
}

export async function signerFromEnvironment(
  env: Environment,
  purpose: string,
  surroundings: SignerSurroundings,
): Promise<Signer> {
  const { folder, random } = surroundings;
  const named = await readNamedMasterKey(env, surroundings);
  let signer: Signer | undefined;
  const open = (): Signer => {
    const place = { folder, random, ...(named !== undefined && { named }) };
    signer ??= createSigner(readMasterKeys(place), purpose);
    return signer;
  };
  return {
    sign: (text) => open().sign(text),
    verify: (text, signature) => open().verify(text, signature),
  };
}
