/** How a call to a provider says who calls. Kinds that need no look at the call are written into its headers once. */
import type { AuthenticationKind } from '../provider-form.ts';
import type { Authenticator, Surroundings } from './authentication.ts';
import { createAwsAuthenticator } from './aws.ts';
import { createAzureAuthenticator } from './azure.ts';
import { type Credentials, revealKey } from './credentials.ts';
import { createGoogleAuthenticator } from './google.ts';

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
      return createAwsAuthenticator(provider, kind.service, credentials, surroundings);
    case 'azure':
      return createAzureAuthenticator(provider, kind.scope, credentials, surroundings);
    case 'google':
      return createGoogleAuthenticator(provider, credentials, surroundings);
  }
}
