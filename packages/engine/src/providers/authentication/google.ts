/**
 * Who calls Google Cloud: an API key, a service account whose key signs requests for tokens, a person's own consent
 * (`gcloud auth application-default login`), the account of the machine, or whatever Google's own library can exchange.
 */
import type { Clock } from '../../observability/index.ts';
import type { Authenticator, Surroundings } from './authentication.ts';
import { asHeaders } from './azure.ts';
import { type Credentials, checkHeaderValue, invalid, revealKey } from './credentials.ts';
import { requestToken, type Token } from './fetch-token.ts';
import { federatedTokenOf, federatedTypes } from './google-federation.ts';
import { machineTokenOf } from './google-machine.ts';
import { createTokenCache } from './token-cache.ts';

const scope = 'https://www.googleapis.com/auth/cloud-platform';
const lastsSeconds = 3600;

export function createGoogleAuthenticator(
  provider: string,
  { key, secrets, identity }: Credentials,
  surroundings: Surroundings,
): Authenticator {
  if (key !== undefined) return { headers: ['x-goog-api-key', revealKey(provider, key)], query: '' };
  const token = secrets?.token?.reveal();
  if (token)
    return { headers: ['authorization', `Bearer ${checkHeaderValue(provider, 'token', token)}`], query: '' };
  const text = secrets?.credentials?.reveal();
  if (!text && identity === undefined) {
    const hint = 'Set a key, a `token`, `credentials` of a service account, or run as one on Google Cloud.';
    throw invalid(provider, 'has no key', hint);
  }
  const fetchNew =
    identity === undefined
      ? credentialsToken(provider, text ?? '', surroundings)
      : machineTokenOf(provider, identity, surroundings);
  const current = createTokenCache(surroundings.clock, async () => {
    const fetched = await fetchNew();
    surroundings.keepSecret(fetched.value);
    return fetched;
  });
  return { headers: [], query: '', sign: () => asHeaders(current()) };
}

/** What a file of credentials becomes: a request of ours for a token, or one of Google's library. */
function credentialsToken(provider: string, text: string, surroundings: Surroundings): () => Promise<Token> {
  const fields = readFields(text);
  if (fields?.type !== undefined && federatedTypes.has(fields.type))
    return federatedTokenOf(provider, JSON.parse(text) as object, scope, surroundings);
  const { clock, fetchToken } = surroundings;
  const { address, makeForm } = readCredentials(provider, fields, clock);
  return async () => requestToken(provider, fetchToken, address, await makeForm());
}

/** The project that a service account belongs to, for those who name none. */
export function projectOfCredentials(text: string): string | undefined {
  return readFields(text)?.project_id;
}

/** The project that a person's calls count for, which their login names. */
export function quotaProjectOfCredentials(text: string): string | undefined {
  return readFields(text)?.quota_project_id;
}

interface TokenRequest {
  readonly address: string;
  makeForm(): Promise<URLSearchParams>;
}

function readCredentials(
  provider: string,
  fields: Readonly<Record<string, string>> | undefined,
  clock: Clock,
): TokenRequest {
  const address = fields?.token_uri ?? 'https://oauth2.googleapis.com/token';
  if (!URL.canParse(address))
    throw invalid(provider, 'has credentials whose `token_uri` is no address', 'Get them anew.');
  switch (fields?.type) {
    case 'service_account':
      return { address, makeForm: serviceAccountForm(provider, fields, address, clock) };
    case 'authorized_user':
      return { address, makeForm: () => Promise.resolve(consentForm(provider, fields)) };
    case undefined:
      throw invalid(
        provider,
        'has credentials that are no JSON file of Google',
        'Hand in the file as it was downloaded.',
      );
    default:
      throw invalid(
        provider,
        'has credentials of a kind that is not supported',
        'Use a service account, a login by gcloud, workload identity federation, or hand in a `token` that you renew.',
      );
  }
}

function serviceAccountForm(
  provider: string,
  fields: Readonly<Record<string, string>>,
  audience: string,
  clock: Clock,
): () => Promise<URLSearchParams> {
  const { client_email: issuer, private_key: privateKey, private_key_id: kid } = fields;
  if (!issuer || !privateKey)
    throw invalid(
      provider,
      'has a service account without `client_email` or `private_key`',
      'Download its key again.',
    );
  return async () => {
    // Few are known this way, and the library takes longer to load than all else that knows callers.
    const { importPKCS8, SignJWT } = await import('jose');
    const key = await importPKCS8(privateKey, 'RS256').catch(() => {
      // The reason may repeat the key.
      throw invalid(
        provider,
        'has a service account whose `private_key` cannot be read',
        'Download its key again.',
      );
    });
    const now = Math.floor(clock.now() / 1000);
    const assertion = await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(kid !== undefined && { kid }) })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + lastsSeconds)
      .sign(key);
    return new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
  };
}

function consentForm(provider: string, fields: Readonly<Record<string, string>>): URLSearchParams {
  const { client_id: id, client_secret: secret, refresh_token: refresh } = fields;
  if (!id || !secret || !refresh)
    throw invalid(provider, 'has credentials without `refresh_token`', 'Log in again.');
  return new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: id,
    client_secret: secret,
    refresh_token: refresh,
  });
}

/** The texts in it; what the parser says of a damaged one may repeat it, so nobody is told. */
function readFields(text: string): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    return Object.fromEntries(Object.entries(value).filter(([, field]) => typeof field === 'string'));
  } catch {
    return undefined;
  }
}
