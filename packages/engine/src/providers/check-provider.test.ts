// What is wrong with a provider is told apart, with what to do, and without a word of its key.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Secret } from '../secrets/index.ts';
import {
  checkProvider,
  createProvider,
  type ProviderCheck,
  type ProviderConfig,
  providerForms,
} from './index.ts';

const key = 'sk-canary-17';
let simulator: Simulator;
let reply: { status: number; body: string; headers?: Record<string, string> } = { status: 200, body: '' };
const paths: string[] = [];
const vendor = createServer((request, response) => {
  paths.push(request.url ?? '');
  response.writeHead(reply.status, reply.headers).end(reply.body);
});
let address = '';

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
  await new Promise<void>((resolve) => void vendor.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
});
beforeEach(() => void paths.splice(0));
afterAll(async () => {
  vendor.close();
  await simulator.close();
});

async function check(name: string, more: Partial<ProviderConfig> = {}): Promise<ProviderCheck> {
  const form = providerForms.get(name)!;
  const settings = { region: 'us-east-1', project: 'p' };
  const provider = createProvider({ name, form, address, key: new Secret(key), settings, ...more });
  try {
    const found = await checkProvider(provider);
    expect(inspect(found, { depth: 20 })).not.toContain(key);
    return found;
  } finally {
    await provider.close();
  }
}

test('a provider that works lists its models, and costs nothing', async () => {
  const found = await check('openai', { address: simulator.url });
  expect(found).toMatchObject({ ok: true, isKeyChecked: true });
  expect(found.models).toContain('simulated-large');
  expect(simulator.requests.map(({ method }) => method)).toEqual(['GET']);
});

test('a wrong key at the simulator', async () => {
  const wrong = await check('openai', { address: simulator.url, key: new Secret('sk-invalid-canary') });
  expect(wrong.problem).toMatchObject({ kind: 'wrong-key', hint: expect.stringContaining('OPENAI_API_KEY') });
  expect(JSON.stringify(wrong)).not.toContain('sk-invalid-canary');
});

const openaiError = (message: string, code: string) =>
  JSON.stringify({ error: { message, type: 'invalid_request_error', code } });
const googleError = JSON.stringify({
  error: {
    code: 400,
    message: `API key not valid: ${key}`,
    status: 'INVALID_ARGUMENT',
    details: [{ reason: 'API_KEY_INVALID' }],
  },
});

test.each([
  ['openai', 401, openaiError(`Incorrect API key provided: ${key}`, 'invalid_api_key'), 'wrong-key'],
  [
    'anthropic',
    401,
    '{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}',
    'wrong-key',
  ],
  ['gemini', 400, googleError, 'wrong-key'],
  ['bedrock', 403, '{"message":"The security token included in the request is invalid."}', 'wrong-key'],
  ['cohere', 401, '{"message":"invalid api token"}', 'wrong-key'],
  ['mistral', 401, '{"detail":"Unauthorized"}', 'wrong-key'],
  [
    'openai',
    403,
    openaiError('You have insufficient permissions', 'insufficient_permissions'),
    'no-permission',
  ],
  ['anthropic', 403, '{"type":"error","error":{"type":"permission_error","message":"no"}}', 'no-permission'],
  ['openai', 402, openaiError('Pay', 'billing'), 'no-money'],
  ['openai', 429, openaiError('Slow down', 'rate_limit_exceeded'), 'busy'],
  ['openai', 500, 'oh no', 'unreachable'],
  ['openai', 503, `<html>${key}</html>`, 'unreachable'],
  ['openai', 404, '<html>Not found</html>', 'not-this-api'],
  ['openai', 200, '<html>Welcome</html>', 'not-this-api'],
  ['openai', 200, '{"models":[]}', 'not-this-api'],
  ['openai', 200, '', 'not-this-api'],
  ['together', 200, '{"data":[]}', 'not-this-api'],
])('%s that answers %i %s', async (name, status, body, kind) => {
  reply = { status, body };
  const { ok, problem } = await check(name);
  expect(ok).toBe(false);
  expect(problem?.kind).toBe(kind);
  expect(problem?.message).toContain(`${name} (${address}`);
  expect(problem?.hint.length).toBeGreaterThan(10);
});

test('an address where nobody is, and one that leads elsewhere', async () => {
  const gone = await check('openai', { address: 'http://127.0.0.1:1' });
  expect(gone.problem).toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('refuses connections'),
  });
  reply = { status: 302, body: '', headers: { location: `http://169.254.169.254/?${key}` } };
  const elsewhere = await check('openai');
  expect(elsewhere.problem).toMatchObject({
    kind: 'not-this-api',
    message: expect.stringContaining('redirect'),
  });
});

test('credentials that give no token are a wrong key', async () => {
  reply = { status: 401, body: `{"error":"invalid_client","error_description":"${key}"}` };
  const form = providerForms.get('azure-openai')!;
  const provider = createProvider({
    name: 'azure',
    form,
    address,
    settings: { tenantId: 't', clientId: 'c', authorityHost: address },
    secrets: { clientSecret: new Secret(key) },
  });
  const found = await checkProvider(provider);
  await provider.close();
  expect(found.problem).toMatchObject({
    kind: 'wrong-key',
    message: expect.stringContaining('invalid_client'),
  });
  expect(inspect(found, { depth: 20 })).not.toContain(key);
});

test('where models are public, the key is asked for by itself, or said to be unchecked', async () => {
  reply = { status: 200, body: '{"data":[{"id":"a"}]}' };
  expect(await check('openrouter')).toEqual({ ok: true, isKeyChecked: true, models: ['a'] });
  expect(paths).toEqual(['/v1/models', '/v1/key']);
  expect(await check('nvidia')).toEqual({ ok: true, isKeyChecked: false, models: ['a'] });
});
