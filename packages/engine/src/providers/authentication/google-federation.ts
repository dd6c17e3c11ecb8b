/**
 * Credentials that Google's own library has to exchange: identities of other clouds (workload identity federation) and
 * accounts that act as another. It is no dependency of ours; whoever has such credentials installs it.
 */
import { KeelsonError } from '@keelson/core';
import type { Surroundings } from './authentication.ts';
import type { Token } from './fetch-token.ts';

export const federatedTypes: ReadonlySet<string> = new Set([
  'external_account',
  'external_account_authorized_user',
  'impersonated_service_account',
]);

/** What is used of the library. */
interface GoogleLibrary {
  readonly GoogleAuth: new (settings: {
    credentials: object;
    scopes: string;
  }) => { getAccessToken(): Promise<string | null | undefined> };
}

const library = 'google-auth-library';
/** The library keeps tokens itself and knows their end; it is asked again soon. */
const askAgainMs = 6 * 60_000;

export function federatedTokenOf(
  provider: string,
  credentials: object,
  scope: string,
  { loadLibrary = (name) => import(name) }: Pick<Surroundings, 'loadLibrary'>,
): () => Promise<Token> {
  let auth: InstanceType<GoogleLibrary['GoogleAuth']> | undefined;
  return async () => {
    if (auth === undefined) {
      const { GoogleAuth } = await load(provider, loadLibrary);
      auth = new GoogleAuth({ credentials, scopes: scope });
    }
    // What it throws may repeat what it sent, so only its kind is told.
    const value = await auth.getAccessToken().catch((cause: unknown) => {
      throw failed(provider, cause instanceof Error ? cause.constructor.name : 'an unknown fault');
    });
    if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) throw failed(provider, 'no token');
    return { value, lastsMs: askAgainMs };
  };
}

async function load(
  provider: string,
  loadLibrary: (name: string) => Promise<unknown>,
): Promise<GoogleLibrary> {
  const loaded = await loadLibrary(library).catch((cause: unknown) => {
    const message = `${provider} has credentials that only Google’s own library can exchange, and it is not installed.`;
    throw new KeelsonError('configuration_invalid', message, {
      hint: `Install it beside Keelson: npm install ${library}. Without it, use a service account’s key or a \`token\`.`,
      cause,
    });
  });
  return loaded as GoogleLibrary;
}

function failed(provider: string, what: string): KeelsonError {
  const message = `${provider} could not be asked: Google’s library gave no token (${what}).`;
  return new KeelsonError('provider_authentication_failed', message, {
    hint: `Check the credentials of ${provider}, and what the account may act as.`,
  });
}
