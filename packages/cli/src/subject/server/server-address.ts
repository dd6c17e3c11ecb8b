/** Which server a command asks: out of its flag, the environment and the settings. */
import { KeelsonError } from '@keelson/core';
import type { Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';

export interface ServerAddress {
  readonly url: string;
  /** Whether it was named on the line; else by the environment or a setting. */
  readonly isNamed: boolean;
}

/** Files of settings stand in the environment already: `server.url` as KEELSON_SERVER_URL. */
export function findServerAddress(
  input: Input,
  { environment }: Pick<Surroundings, 'environment'>,
): ServerAddress | undefined {
  const named = input.text('server');
  const said = named ?? (environment.KEELSON_SERVER_URL || environment.LLMRING_SERVER_URL);
  if (!said) return undefined;
  const isNamed = named !== undefined;
  return { url: checkAddress(said, { isNamed, isInsecure: input.isOn('insecure') }), isNamed };
}

export function getServerAddress(input: Input, surroundings: Pick<Surroundings, 'environment'>): string {
  const found = findServerAddress(input, surroundings);
  if (found !== undefined) return found.url;
  throw new KeelsonError(
    'configuration_invalid',
    'This needs a server, and none is set: the setting `server.url` (KEELSON_SERVER_URL) is missing.',
    {
      hint: 'Start one with `npm start` or `keelson serve`, or ask your team for theirs; then `keelson server init --server URL --key REFERENCE` writes it into your settings.',
      details: { field: 'KEELSON_SERVER_URL' },
    },
  );
}

interface Checking {
  readonly isNamed: boolean;
  readonly isInsecure: boolean;
}

/** Without a path of the API behind it. */
function checkAddress(address: string, { isNamed, isInsecure }: Checking): string {
  const where = isNamed ? '--server' : 'KEELSON_SERVER_URL';
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw wrongAddress(`${where} is no address of a server: \`${address.slice(0, 100)}\`.`);
  if (url.username !== '' || url.password !== '')
    throw wrongAddress(`${where} has a name or a password in it; a server is asked with a key.`);
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !isInsecure)
    throw new KeelsonError(
      'configuration_invalid',
      `${where} is \`${url.origin}\`: everybody on the way there could read the key.`,
      { hint: 'Use https, or write `--insecure` where the network itself is yours.' },
    );
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/(?:\/api)?\/v1$/, '')}`;
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.[\d.]+$/.test(host);

function wrongAddress(says: string): KeelsonError {
  const hint = 'Write it as https://keelson.example.com.';
  return new KeelsonError('configuration_invalid', says, { hint });
}
