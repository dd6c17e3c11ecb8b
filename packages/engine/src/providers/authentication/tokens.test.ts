// Tokens: fetched once for many, renewed before they end, refused without a word of any secret.
import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { KeelsonError } from '@keelson/core';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { expect, test, vi } from 'vitest';
import { type Clock, createLog, systemClock } from '../../observability/index.ts';
import { Secret } from '../../secrets/index.ts';
import type { WholeReply } from '../transport/index.ts';
import type { Authenticator, Surroundings } from './authentication.ts';
import { createAuthenticator } from './authenticator.ts';
import type { Credentials } from './credentials.ts';
import type { FetchToken } from './fetch-token.ts';

const secret = 'canary-5f2e9a';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

function clockAt(start: number): Clock & { nowMs: number } {
  const clock = { ...systemClock, nowMs: start, now: () => clock.nowMs };
  return clock;
}

function answers(...replies: (object | string | Error)[]) {
  const asked: { address: string; form: URLSearchParams }[] = [];
  const fetchToken: FetchToken = async (address, form) => {
    asked.push({ address, form });
    await Promise.resolve();
    const next = replies.length > 1 ? replies.shift() : replies[0];
    if (next instanceof Error) throw next;
    const text = typeof next === 'string' ? next : JSON.stringify(next);
    const status = text.includes('access_token') ? 200 : 401;
    return { status, headers: {}, text, bytes: Buffer.from(text) } satisfies WholeReply;
  };
  return { asked, fetchToken };
}

const call = { method: 'POST', path: '/', host: 'h', body: null } as const;
const sign = (authenticator: Authenticator) => authenticator.sign!(call);
const token = (value: string, seconds: number | string = 3600) => ({
  access_token: value,
  expires_in: seconds,
});

const entra: Credentials = {
  settings: { tenantId: 'tenant', clientId: 'client' },
  secrets: { clientSecret: new Secret(secret) },
};

function surroundingsOf(clock: Clock, fetchToken: FetchToken): Surroundings {
  return { clock, fetchToken, askMachine: () => Promise.reject(new Error('none')), keepSecret: () => {} };
}

function azure(clock: Clock, fetchToken: FetchToken, credentials = entra): Authenticator {
  return createAuthenticator(
    'azure',
    { kind: 'azure', scope: 'scope/.default' },
    credentials,
    surroundingsOf(clock, fetchToken),
  );
}

function google(clock: Clock, fetchToken: FetchToken, fields: object | string): Authenticator {
  const text = typeof fields === 'string' ? fields : JSON.stringify(fields);
  const credentials = { settings: {}, secrets: { credentials: new Secret(text) } };
  return createAuthenticator('vertex', { kind: 'google' }, credentials, surroundingsOf(clock, fetchToken));
}

const account = {
  type: 'service_account',
  client_email: 'me@project',
  private_key: pem,
  private_key_id: 'key-1',
};

test('Entra is asked once for many callers, in the form it wants', async () => {
  const { asked, fetchToken } = answers(token('t1'));
  const authenticator = azure(clockAt(0), fetchToken);
  const headers = await Promise.all(Array.from({ length: 50 }, () => sign(authenticator)));
  expect(new Set(headers.map((pair) => pair.join(' ')))).toEqual(new Set(['authorization Bearer t1']));
  expect(asked).toHaveLength(1);
  expect(asked[0]?.address).toBe('https://login.microsoftonline.com/tenant/oauth2/v2.0/token');
  expect(Object.fromEntries(asked[0]!.form)).toEqual({
    grant_type: 'client_credentials',
    client_id: 'client',
    client_secret: secret,
    scope: 'scope/.default',
  });
  // Afterwards there is nothing to wait for.
  expect(sign(authenticator)).toEqual(['authorization', 'Bearer t1']);
});

test('a token is renewed behind the back of callers before it ends, and never used when it may end on its way', async () => {
  const clock = clockAt(0);
  const { asked, fetchToken } = answers(token('t1'), token('t2'), token('t3'));
  const authenticator = azure(clock, fetchToken);
  await sign(authenticator);
  clock.nowMs = 54 * 60_000;
  expect(sign(authenticator)).toEqual(['authorization', 'Bearer t1']);
  expect(asked).toHaveLength(1);
  clock.nowMs = 56 * 60_000;
  expect(sign(authenticator)).toEqual(['authorization', 'Bearer t1']);
  await vi.waitFor(() => expect(sign(authenticator)).toEqual(['authorization', 'Bearer t2']));
  expect(asked).toHaveLength(2);
  clock.nowMs += 3600_000 - 20_000;
  await expect(sign(authenticator)).resolves.toEqual(['authorization', 'Bearer t3']);
});

test('while a renewal fails the old token serves; then callers are told, and the server is not flooded', async () => {
  const clock = clockAt(0);
  const refusal = { error: 'invalid_client', error_description: `secret ${secret} expired` };
  const { asked, fetchToken } = answers(token('t1'), refusal);
  const authenticator = azure(clock, fetchToken);
  await sign(authenticator);
  clock.nowMs = 57 * 60_000;
  expect(sign(authenticator)).toEqual(['authorization', 'Bearer t1']);
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  await new Promise((resolve) => setImmediate(resolve));
  expect(sign(authenticator)).toEqual(['authorization', 'Bearer t1']);
  expect(asked).toHaveLength(2);
  clock.nowMs = 61 * 60_000;
  for (let index = 0; index < 10; index += 1) {
    await expect(sign(authenticator)).rejects.toMatchObject({ code: 'provider_authentication_failed' });
  }
  expect(asked).toHaveLength(3);
  clock.nowMs += 1000;
  await expect(sign(authenticator)).rejects.toThrow('invalid_client');
  expect(asked).toHaveLength(4);
});

test('a service account signs a request that Google can verify', async () => {
  const clock = clockAt(Date.UTC(2026, 9, 1));
  const { asked, fetchToken } = answers(token('g1', '3599'));
  expect(await sign(google(clock, fetchToken, account))).toEqual(['authorization', 'Bearer g1']);
  expect(asked[0]?.address).toBe('https://oauth2.googleapis.com/token');
  const form = asked[0]!.form;
  expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
  const assertion = form.get('assertion') ?? '';
  expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' });
  const { payload } = await jwtVerify(assertion, publicKey, { currentDate: new Date(clock.nowMs) });
  expect(payload).toEqual({
    iss: 'me@project',
    aud: 'https://oauth2.googleapis.com/token',
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    iat: clock.nowMs / 1000,
    exp: clock.nowMs / 1000 + 3600,
  });
});

test('a person’s own consent is exchanged for tokens', async () => {
  const consent = { type: 'authorized_user', client_id: 'i', client_secret: 's', refresh_token: 'r' };
  const { asked, fetchToken } = answers(token('u1'));
  expect(await sign(google(clockAt(0), fetchToken, consent))).toEqual(['authorization', 'Bearer u1']);
  expect(asked[0]?.form.get('grant_type')).toBe('refresh_token');
});

test('a key or a token that somebody else renews needs no server', () => {
  const { asked, fetchToken } = answers(token('x'));
  const surroundings = surroundingsOf(clockAt(0), fetchToken);
  const scope = 's';
  const kinds = {
    azure: { kind: 'azure', scope },
    aws: { kind: 'aws', service: 's' },
    google: { kind: 'google' },
  } as const;
  const make = (kind: keyof typeof kinds, credentials: Credentials) =>
    createAuthenticator('p', kinds[kind], credentials, surroundings).headers;
  const key = { settings: {}, key: new Secret('k') };
  expect(make('azure', key)).toEqual(['api-key', 'k']);
  expect(make('google', key)).toEqual(['x-goog-api-key', 'k']);
  expect(make('aws', key)).toEqual(['authorization', 'Bearer k']);
  const renewed = { settings: {}, secrets: { token: new Secret('t') } };
  expect(make('azure', renewed)).toEqual(['authorization', 'Bearer t']);
  expect(make('google', renewed)).toEqual(['authorization', 'Bearer t']);
  expect(asked).toEqual([]);
});

test.each([
  ['refused', { error: 'invalid_grant', error_description: secret }, 'invalid_grant'],
  ['refused in words that repeat the secret', { error: `bad ${secret}` }, 'status 401'],
  ['answered with a page', `<html>${secret}`, 'status 401'],
  ['answered with a token that is no header', token(`a\r\nx: ${secret}`), 'status 200'],
  ['answered with null', 'null', 'status 401'],
  ['not answered', new KeelsonError('provider_unavailable', 'Closed.'), 'did not answer'],
])('a request that is %s tells no secret', async (_, reply, says) => {
  for (const make of [
    (fetchToken: FetchToken) => azure(clockAt(0), fetchToken),
    (fetchToken: FetchToken) => google(clockAt(0), fetchToken, account),
  ]) {
    const failure = await Promise.resolve(sign(make(answers(reply).fetchToken))).catch(
      (cause: unknown) => cause,
    );
    expect(failure).toMatchObject({
      code: 'provider_authentication_failed',
      message: expect.stringContaining(says),
    });
    expectNoSecret(failure);
  }
});

test.each([
  ['damaged JSON', `{"private_key": "${secret}`],
  ['a list', '[]'],
  ['an unknown kind', { type: 'gdch_service_account', secret }],
  ['no key', { type: 'service_account', client_email: secret }],
  ['a token server that is no address', { ...account, token_uri: secret }],
])('credentials that hold %s are refused at once, untold', (_, fields) => {
  const { fetchToken } = answers(token('x'));
  let failure: unknown;
  try {
    google(clockAt(0), fetchToken, fields);
  } catch (thrown) {
    failure = thrown;
  }
  expect(failure).toMatchObject({ code: 'configuration_invalid' });
  expectNoSecret(failure);
});

test('a private key that cannot be read is untold as well', async () => {
  const key = `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`;
  const { fetchToken } = answers(token('x'));
  const failure = await Promise.resolve(
    sign(google(clockAt(0), fetchToken, { ...account, private_key: key })),
  ).catch((cause: unknown) => cause);
  expect(failure).toMatchObject({ code: 'configuration_invalid' });
  expectNoSecret(failure);
});

function expectNoSecret(failure: unknown): void {
  const lines: string[] = [];
  createLog({ level: 'info', write: (line) => lines.push(line) }).error('Failed.', { error: failure });
  const told = [
    inspect(failure, { depth: 20, showHidden: true }),
    JSON.stringify(failure),
    String(failure),
    ...lines,
  ];
  for (const text of told) expect(text).not.toContain(secret);
}
