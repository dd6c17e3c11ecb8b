/** The key for a server: from where a flag says, from the environment or from the settings, and never from the line itself. */
import { KeelsonError } from '@keelson/core';
import { isReference, Secret } from '@keelson/engine';
import type { Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import { loadLayers } from '../configuration.ts';

/** Undefined where none is set. A variable may hold the key itself; a command line may not, because others can read it. */
export async function findServerKey(input: Input, surroundings: Surroundings): Promise<Secret | undefined> {
  const { environment } = surroundings;
  const given = input.text('key');
  if (given !== undefined && !isReference(given))
    throw new UsageError('`--key` must name where the key is, and not be it.', {
      hint: 'Write env:NAME or file:PATH, or set KEELSON_API_KEY.',
    });
  const said = given ?? (environment.KEELSON_API_KEY || environment.LLMRING_API_KEY);
  if (!said || !isReference(said)) return said ? new Secret(said) : undefined;
  const { loader } = await loadLayers(surroundings);
  return loader.withSecrets(environment, (resolve) => resolve(said));
}

export async function getServerKey(input: Input, surroundings: Surroundings): Promise<Secret> {
  const key = await findServerKey(input, surroundings);
  if (key !== undefined && /^[\x21-\x7e]+$/.test(key.reveal())) return key;
  const name = input.text('key') === undefined ? 'KEELSON_API_KEY' : '--key';
  const says = key === undefined ? 'is not set' : 'holds no key: it has letters that no key has';
  throw new KeelsonError('authentication_failed', `${name} ${says}.`, {
    hint: 'Set it, or the setting `server.key`, to a key of that server, or name where one is with --key (env:NAME, file:PATH). Whoever runs the server makes one with `keelson server key create`; `keelson register` asks for one.',
  });
}
