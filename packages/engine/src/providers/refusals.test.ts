// Vendors that repeat the key they were sent: whoever asked is told why, but never the key.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { KeelsonError } from '@keelson/core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Secret } from '../secrets/index.ts';
import { chat, chatRequest } from './__fixtures__/ask.ts';
import { createProvider, type Provider, type ProviderConfig, providerForms } from './index.ts';

const key = 'sk-canary-0123456789/abc+def';
let answer: (response: ServerResponse) => void = (response) => void response.end();
const vendor = createServer((request, response) => {
  request.resume().on('end', () => answer(response));
});
let address = '';
const open: Provider[] = [];

beforeAll(async () => {
  await new Promise<void>((resolve) => void vendor.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((provider) => provider.close()));
});
afterAll(() => {
  vendor.closeAllConnections();
  vendor.close();
});

function make(name: string, more: Partial<ProviderConfig> = {}): Provider {
  const form = providerForms.get(name)!;
  const provider = createProvider({ name, form, address, key: new Secret(key), ...more });
  open.push(provider);
  return provider;
}

async function refused(provider: Provider): Promise<KeelsonError> {
  const failure: unknown = await chat(provider, provider.form.chat[0]!, chatRequest('x')).catch(
    (cause) => cause,
  );
  if (!KeelsonError.is(failure)) throw failure;
  expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('canary');
  expect(JSON.stringify([failure, failure.vendor])).not.toContain('canary');
  return failure;
}

const json = { 'content-type': 'application/json' };
const errorOf = (said: string) => ({
  error: { message: said, type: 'invalid_request_error', param: said, code: 'invalid_api_key', seen: [said] },
});
const escaped = (text: string) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/');

test.each([
  ['whole, in JSON', JSON.stringify(errorOf(`Incorrect key: ${key}.`)), 'Incorrect key: [secret].'],
  ['escaped, in JSON', `{"error":{"message":"Key ${escaped(key)}!"}}`, 'Key [secret]!'],
  ['cut off', JSON.stringify(errorOf('Key sk-canary-01… is wrong')), 'Key [secret]… is wrong'],
])('a key that is repeated %s', async (_, body, message) => {
  answer = (response) => {
    response.writeHead(401, { ...json, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  };
  expect((await refused(make('openai'))).message).toContain(message);
});

test('a key in plain text, cut in two by the network, packed, and in headers', async () => {
  const text = `What is ${key}?`;
  answer = (response) => {
    response.writeHead(403, { 'x-request-id': key, 'retry-after': key, 'set-cookie': [key, `a=${key}`] });
    response.write(text.slice(0, 15));
    setTimeout(() => response.end(text.slice(15)), 20);
  };
  const failure = await refused(make('openai'));
  expect(failure.code).toBe('provider_permission_denied');
  answer = (response) => void response.writeHead(403, { 'content-encoding': 'gzip' }).end(gzipSync(text));
  expect((await refused(make('openai'))).code).toBe('provider_permission_denied');
});

test('what is no secret stays as it is, to the byte', async () => {
  const body = JSON.stringify(errorOf('Der Schlüssel fehlt — 🔑'));
  answer = (response) => void response.writeHead(401, json).end(body);
  expect((await refused(make('openai'))).message).toContain('Der Schlüssel fehlt — 🔑');
  const mixed = JSON.stringify(errorOf(`Schlüssel 🔑 ${key} falsch`));
  answer = (response) => void response.writeHead(401, json).end(mixed);
  expect((await refused(make('openai'))).message).toContain('Schlüssel 🔑 [secret] falsch');
});

test('secrets of other kinds: a session token, a fetched token, an operator’s header', async () => {
  const say = (said: string) => {
    answer = (response) =>
      void response.writeHead(400, json).end(JSON.stringify({ ...errorOf(said), message: said }));
  };
  say('The canonical string was x-amz-security-token:canary-session-token');
  const secrets = {
    secretAccessKey: new Secret('canary-secret-key'),
    sessionToken: new Secret('canary-session-token'),
  };
  const settings = { region: 'r', accessKeyId: 'AKID' };
  const form = providerForms.get('bedrock')!;
  const bedrock = createProvider({ name: 'bedrock', form, address, settings, secrets });
  open.push(bedrock);
  expect((await refused(bedrock)).message).toContain('x-amz-security-token:[secret]');
  say('Bad header canary-of-the-team');
  const headed = make('openai', { headers: { 'x-team-token': 'canary-of-the-team' } });
  expect((await refused(headed)).message).toContain('Bad header [secret]');
  answer = (response) => {
    answer = (next) =>
      void next.writeHead(400, json).end(JSON.stringify(errorOf('Token canary-fetched-token')));
    response
      .setHeader('content-type', 'application/json')
      .end('{"access_token":"canary-fetched-token","expires_in":3600}');
  };
  const azure = createProvider({
    name: 'azure',
    form: providerForms.get('azure-openai')!,
    address,
    settings: { tenantId: 't', clientId: 'c', authorityHost: address },
    secrets: { clientSecret: new Secret('canary-client-secret') },
  });
  open.push(azure);
  expect((await refused(azure)).message).toContain('Token [secret]');
});
