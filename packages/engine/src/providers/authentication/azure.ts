/** Who calls Azure: a key of the resource, a token that somebody else renews, or an application of Entra. */
import type { Authenticator, Surroundings } from './authentication.ts';
import { type Credentials, checkHeaderValue, invalid, revealKey } from './credentials.ts';
import { requestToken } from './fetch-token.ts';
import { createTokenCache } from './token-cache.ts';

export function createAzureAuthenticator(
  provider: string,
  scope: string,
  { key, settings, secrets }: Credentials,
  { clock, fetchToken, keepSecret }: Surroundings,
): Authenticator {
  if (key !== undefined) return { headers: ['api-key', revealKey(provider, key)], query: '' };
  const token = secrets?.token?.reveal();
  if (token)
    return { headers: ['authorization', `Bearer ${checkHeaderValue(provider, 'token', token)}`], query: '' };
  const { tenantId, clientId, authorityHost = 'https://login.microsoftonline.com' } = settings;
  const clientSecret = secrets?.clientSecret?.reveal();
  if (!tenantId || !clientId || !clientSecret) {
    const hint = 'Set a key, a `token`, or `tenantId`, `clientId` and `clientSecret`.';
    throw invalid(provider, 'has no key', hint);
  }
  const address = `${authorityHost.replace(/\/+$/, '')}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
  if (!URL.canParse(address))
    throw invalid(provider, 'has an `authorityHost` that is no address', 'Correct it.');
  const current = createTokenCache(clock, async () => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope,
    });
    const token = await requestToken(provider, fetchToken, address, form);
    keepSecret(token.value);
    return token;
  });
  return { headers: [], query: '', sign: () => asHeaders(current()) };
}

/** Without a promise when there is none to wait for. */
export function asHeaders(token: string | Promise<string>): readonly string[] | Promise<readonly string[]> {
  const write = (value: string): readonly string[] => ['authorization', `Bearer ${value}`];
  return typeof token === 'string' ? write(token) : token.then(write);
}
