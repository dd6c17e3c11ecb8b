// A canary in every place where a secret can be, and every way to fail: it is never told, logged or written down.

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { dialects, KeelsonError } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../observability/index.ts';
import { Secret } from '../secrets/index.ts';
import { chatRequest, sendCall } from './__fixtures__/ask.ts';
import { checkProvider, createProvider, type Provider, type ProviderConfig, providerForms } from './index.ts';

const canary = 'canary-b71d';
const secret = (text = canary): Secret => new Secret(text);
let simulator: Simulator;
let misbehave: (socket: Socket) => void = () => undefined;
const server = createServer((socket) => {
  socket.on('error', () => undefined).on('data', () => misbehave(socket));
});
let address = '';
const open: Provider[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((provider) => provider.close()));
});
afterAll(async () => {
  server.close();
  await simulator.close();
});

/** One for every kind of authentication. */
const configured: Readonly<Record<string, Partial<ProviderConfig>>> = {
  openai: { key: secret() },
  anthropic: { key: secret() },
  'azure-openai': {
    settings: { tenantId: 't', clientId: 'c', authorityHost: 'http://127.0.0.1:1' },
    secrets: { clientSecret: secret() },
  },
  bedrock: {
    settings: { region: 'r', accessKeyId: 'AKID' },
    secrets: { secretAccessKey: secret(), sessionToken: secret() },
  },
  vertex: {
    settings: { project: 'p' },
    secrets: {
      credentials: secret(
        JSON.stringify({
          type: 'authorized_user',
          client_id: 'i',
          client_secret: canary,
          refresh_token: canary,
        }),
      ),
    },
  },
};

function make(name: string, more: Partial<ProviderConfig> = {}): Provider {
  const form = providerForms.get(name)!;
  const timeouts = { connectMs: 300, firstByteMs: 100, betweenChunksMs: 100, totalMs: 2000 };
  const provider = createProvider({ name, form, address, timeouts, ...configured[name], ...more });
  open.push(provider);
  return provider;
}

function expectUntold(...things: unknown[]): void {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(line) });
  for (const thing of things) log.error('Failed.', { error: thing, thing });
  const told = things.flatMap((thing) => [
    inspect(thing, { depth: 30, showHidden: true, getters: true }),
    JSON.stringify(thing) ?? '',
    thing instanceof Error ? `${thing.message} ${thing.stack} ${String(thing.cause)}` : '',
  ]);
  for (const text of [...told, ...lines]) expect(text).not.toContain(canary);
}

async function fail(provider: Provider): Promise<KeelsonError> {
  const speech = provider.form.chat[0]!;
  const dialect = dialects[speech.dialect];
  const { value } = dialect.outbound.renderRequest(chatRequest('x'), dialect.quirks as never);
  const failure: unknown = await sendCall(provider, speech, value).then(
    () => new Error('It did not fail.'),
    (cause: unknown) => cause,
  );
  if (!KeelsonError.is(failure)) throw failure;
  return failure;
}

const answered = 'HTTP/1.1 200 OK\r\n';
const ways: Readonly<Record<string, (socket: Socket) => void>> = {
  'a reset': (socket) => void socket.resetAndDestroy(),
  'an early end': (socket) => void socket.end(),
  silence: () => undefined,
  garbage: (socket) => void socket.write('SSH-2.0\r\n'),
  'headers without end': (socket) => void socket.write(`${answered}x: ${'a'.repeat(90_000)}\r\n`),
  'a redirect': (socket) => void socket.write('HTTP/1.1 307 X\r\nlocation: http://x\r\n\r\n'),
  'a broken answer': (socket) => void socket.end(`${answered}content-length: 9\r\n\r\nabc`),
  'an answer that stops': (socket) => void socket.write(`${answered}content-length: 9\r\n\r\nabc`),
  'a bad packing': (socket) =>
    void socket.end(`${answered}content-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc`),
};

describe.each(Object.keys(configured))('%s', (name) => {
  test.each(Object.keys(ways))('after %s', async (way) => {
    misbehave = ways[way]!;
    const provider = make(name);
    const [failure, check] = [await fail(provider), await checkProvider(provider)];
    expect(check.ok).toBe(false);
    expectUntold(failure, check, provider);
  });

  test('when nobody is there, and when the port speaks no TLS', async () => {
    misbehave = ways.garbage!;
    for (const more of [{ address: 'http://127.0.0.1:1' }, { address: address.replace('http', 'https') }]) {
      expectUntold(await fail(make(name, more)));
    }
  });

  test('when closed', async () => {
    const provider = make(name);
    await provider.close();
    expectUntold(await fail(provider));
  });

  test('in the configuration itself', () => {
    const form = providerForms.get(name)!;
    const config: ProviderConfig = { name, form, address, ...configured[name] };
    const text = [inspect(config, { depth: 30, showHidden: true }), JSON.stringify(config)].join();
    expect(text).not.toContain(canary);
    expect(text).toContain('[secret]');
  });
});

test('configurations that are refused', () => {
  const attempts: [string, Partial<ProviderConfig>][] = [
    ['openai', { key: secret(`${canary}\n`) }],
    ['openai', { key: secret(`${canary} ${canary}`) }],
    ['openai', { address: `https://user:${canary}@host` }],
    ['openai', { address: `https://host?key=${canary}` }],
    ['openai', { address: `ftp://${canary}` }],
    ['openai', { headers: { authorization: `${canary}\r\nx: y` } }],
    ['openai', { headers: { host: canary } }],
    ['openai', { proxies: { httpProxy: secret(`socks://${canary}`) }, address: 'http://models.test' }],
    ['azure-openai', { secrets: { token: secret(`${canary}\n`) } }],
    ['bedrock', { secrets: { secretAccessKey: secret(), sessionToken: secret(`${canary}\n`) } }],
    ['bedrock', { settings: { region: `a/${canary}`, accessKeyId: 'AKID' }, address: '' }],
    ['vertex', { secrets: { credentials: secret(`{"${canary}`) } }],
    ['vertex', { settings: { project: `../${canary}` } }],
  ];
  for (const [name, more] of attempts) {
    let failure: unknown;
    try {
      make(name, more);
    } catch (thrown) {
      failure = thrown;
    }
    expect(failure, `${name} ${Object.keys(more).join()}`).toMatchObject({ code: 'configuration_invalid' });
    expectUntold(failure);
  }
});

test('the key is sent to nobody but the provider', async () => {
  const provider = make('openai', { address: simulator.url });
  await checkProvider(provider);
  const [request] = simulator.requests;
  expect(request?.headers.authorization).toMatch(/^Bearer \[hidden/);
  expectUntold(simulator.requests, provider);
});
