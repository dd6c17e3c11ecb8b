/** How a call to a provider says who calls. Kinds that need no look at the call are written into its headers once. */
import type { Clock } from '../../observability/index.ts';
import type { AuthenticationKind } from '../provider-form.ts';
import { createAwsAuthenticator } from './aws.ts';
import { createAzureAuthenticator } from './azure.ts';
import { type Credentials, revealKey } from './credentials.ts';
import type { FetchToken } from './fetch-token.ts';
import { createGoogleAuthenticator } from './google.ts';

/** What is about to be sent, as far as a signature covers it. */
export interface Signable {
  readonly method: 'GET' | 'POST';
  /** With the query. */
  readonly path: string;
  readonly host: string;
  readonly body: string | Uint8Array | null;
}

export interface Authenticator {
  /** The same with every call: names and values in turn. */
  readonly headers: readonly string[];
  /** Added to the query of every call, written out. */
  readonly query: string;
  /** What depends on the call; a promise only while a token has to be fetched. */
  readonly sign?: (call: Signable) => readonly string[] | Promise<readonly string[]>;
}

/** What authentication needs of the world. */
export interface Surroundings {
  readonly clock: Clock;
  readonly fetchToken: FetchToken;
}

export function createAuthenticator(
  provider: string,
  kind: AuthenticationKind,
  credentials: Credentials,
  surroundings: Surroundings,
): Authenticator {
  const { key } = credentials;
  switch (kind.kind) {
    case 'none':
      return { headers: [], query: '' };
    case 'header': {
      if (key === undefined && kind.isOptional === true) return { headers: [], query: '' };
      return { headers: [kind.name, `${kind.prefix ?? ''}${revealKey(provider, key)}`], query: '' };
    }
    case 'query': {
      const value = encodeURIComponent(revealKey(provider, key));
      return { headers: [], query: `${encodeURIComponent(kind.name)}=${value}` };
    }
    case 'aws':
      return createAwsAuthenticator(provider, kind.service, credentials, surroundings.clock);
    case 'azure':
      return createAzureAuthenticator(provider, kind.scope, credentials, surroundings);
    case 'google':
      return createGoogleAuthenticator(provider, credentials, surroundings);
  }
}
