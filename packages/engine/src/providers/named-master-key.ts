/** The master key that an environment names by `KEELSON_MASTER_KEY`; whoever seals or signs asks for it here. */
import type { Clock } from '../observability/index.ts';
import { isReference, resolveSecret, Secret, secretSourcesFromEnvironment } from '../secrets/index.ts';
import { createSecretReach } from './secret-reach.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A reference, or the key itself. */
export async function readNamedMasterKey(
  env: Environment,
  { clock, folder }: { readonly clock: Clock; readonly folder: string },
): Promise<Secret | undefined> {
  const text = env.KEELSON_MASTER_KEY;
  if (text === undefined || text === '') return undefined;
  if (!isReference(text)) return new Secret(text);
  const reach = createSecretReach({ clock });
  try {
    const sources = secretSourcesFromEnvironment(env, { clock, reach, folder });
    return await resolveSecret(text, { sources, clock });
  } finally {
    await reach.close();
  }
}
