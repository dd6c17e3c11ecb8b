// A canary in the place of every secret, and every way to use it: no log line, answer, error, record or row holds it, but
// for the encrypted form. The files of the database are searched byte by byte.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import {
  createIds,
  createLog,
  createSealer,
  createSecretResolver,
  type Engine,
  openEngine,
  openProviderCredentials,
  openStorage,
  type ProviderCredentials,
  providerForms,
  readMasterKeys,
  Secret,
  type Storage,
  secretSourcesFromEnvironment,
  silentLog,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from './app.ts';
import { type IssuedKey, issueKey, openKeyRing, rotateKey } from './auth/index.ts';

const canary = 'Canary7Leak';
const key = (name: string): string => `sk-${name}-${canary}`;
const seen: string[] = [];
const told: unknown[] = [];
const lines: string[] = [];
let folder = '';
let vendor: Server;
let address = '';
let storage: Storage;
let credentials: ProviderCredentials;
let engine: Engine;
let app: FastifyInstance;
let caller: IssuedKey;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-canary-'));
  vendor = createServer((request, response) => {
    const shown = String(request.headers.authorization).replace('Bearer ', '');
    seen.push(shown);
    request.resume().on('end', () => respond(shown, response));
  });
  await new Promise<void>((resolve) => void vendor.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  const log = createLog({ level: 'debug', write: (line) => lines.push(line) });
  storage = await openStorage(
    { kind: 'sqlite', path: join(folder, 'keelson.db') },
    { clock: systemClock, log },
  );
  const readSealer = () => createSealer(readMasterKeys({ folder, random: systemRandom }), systemRandom);
  credentials = await openProviderCredentials({
    storage,
    readSealer,
    clock: systemClock,
    random: systemRandom,
    log,
  });
  writeFileSync(join(folder, 'named-key'), key('file'));
  const env = { NAMED_KEY: key('env'), PATH: process.env.PATH };
  const sources = secretSourcesFromEnvironment(env, { clock: systemClock, folder });
  const resolver = createSecretResolver({ sources, clock: systemClock });
  const form = providerForms.get('openai')!;
  const references = {
    byEnv: 'env:NAMED_KEY',
    byFile: 'file:named-key',
    byCommand: `cmd:printf ${key('cmd')}`,
  };
  const named = await Promise.all(
    Object.entries(references).map(async ([name, reference]) => {
      const secret = await resolver.resolve(reference);
      told.push(secret, resolver);
      return { name, form, address, key: secret };
    }),
  );
  engine = openEngine({
    providers: [
      ...named,
      { name: 'stored', form, address },
      { name: 'away', form, address: 'http://127.0.0.1:1', key: new Secret(key('away')) },
    ],
    storage,
    credentials,
    log,
    logBodies: 'all',
  });
  const issuing = {
    storage,
    now: systemClock.now,
    newId: createIds(systemClock, systemRandom),
    draw: (count: number) => systemRandom.bytes(count),
  };
  const first = await issueKey(issuing, { workspace: 'default', name: 'canary' });
  caller = await rotateKey(issuing, first.key.id, { overlapMs: 60_000 });
  told.push(first.key, caller.key);
  app = createApp({
    version: '1.0.0',
    uptimeSeconds: () => 1,
    engine,
    keys: await openKeyRing({ storage, clock: systemClock, log: silentLog }),
    maxBodyBytes: 1_000_000,
  });
});
afterAll(async () => {
  await app.close();
  vendor.close();
  rmSync(folder, { recursive: true, force: true });
});

function respond(shown: string, response: ServerResponse): void {
  const isRefused = shown.includes('refused');
  response.writeHead(isRefused ? 401 : 200, { 'content-type': 'application/json' });
  if (isRefused)
    response.end(
      JSON.stringify({
        error: {
          message: `Incorrect API key provided: ${shown}.`,
          type: 'invalid_request_error',
          code: 'invalid_api_key',
        },
      }),
    );
  else
    response.end(
      JSON.stringify({
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1,
        model: 'gpt',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      }),
    );
}

async function ask(provider: string, secret = caller.secret): Promise<number> {
  const response = await app.inject({
    method: 'POST',
    url: '/v1/chat/completions',
    headers: { authorization: `Bearer ${secret}` },
    payload: { model: `${provider}:gpt`, messages: [{ role: 'user', content: 'Hello.' }] },
  });
  told.push(response.body, response.headers);
  return response.statusCode;
}

test('every secret is used, and none is told', { timeout: 60_000 }, async () => {
  const store = (name: string, more: object = {}) =>
    credentials.create({
      provider: 'stored',
      name,
      content: { key: new Secret(key(name)) },
      by: 'key_1',
      ...more,
    });
  const stored = [await store('stored'), await store('refused', { weight: 1000 })];
  told.push(stored, await credentials.list());

  for (const provider of ['byEnv', 'byFile', 'byCommand', 'stored', 'stored'])
    expect(await ask(provider)).toBe(200);
  expect(await ask('away')).toBe(503);
  expect(await ask('stored', `${caller.secret.slice(0, -3)}${canary}`)).toBe(401);
  told.push(
    await credentials.rotate(stored[0]!.id, { content: { key: new Secret(key('rotated')) }, by: 'key_1' }),
  );
  expect(await ask('stored')).toBe(200);
  told.push(await credentials.reseal());
  await credentials.change(stored[0]!.id, { state: 'disabled' });
  expect(await ask('stored')).toBe(401);
  const failures = await Promise.allSettled([
    store('stored'),
    store('x', { name: '' }),
    credentials.rotate('none', { content: { key: new Secret(canary) }, by: 'key_1' }),
    openProviderCredentials({
      storage,
      readSealer: () =>
        createSealer(readMasterKeys({ folder: join(folder, 'other'), random: systemRandom }), systemRandom),
      clock: systemClock,
      random: systemRandom,
      log: createLog({ level: 'silent' }),
    }),
  ]);
  expect(failures.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'rejected'));
  told.push(failures);
  // Every one of them has really been sent.
  for (const name of ['env', 'file', 'cmd', 'stored', 'refused', 'rotated'])
    expect(seen).toContain(key(name));

  await engine.close();
  await credentials.close();
  const { calls } = await storage.calls.list({ limit: 100 });
  expect(calls).toHaveLength(8);
  told.push(calls, await storage.keys.list(), engine, credentials, storage);
  told.push(await Promise.all(calls.map(({ id }) => storage.bodies.find(id))));
  expect(lines.join()).toContain('left alone');

  const secrets = [
    canary,
    caller.secret.slice(3, 25),
    readFileSync(join(folder, 'master-key'), 'utf8').trim(),
  ];
  const texts = [
    ...lines,
    ...told.flatMap((thing) => [
      inspect(thing, { depth: 40, showHidden: true, getters: true }),
      JSON.stringify(thing) ?? '',
    ]),
  ];
  for (const secret of secrets) {
    for (const text of texts) expect(text.includes(secret), text.slice(0, 500)).toBe(false);
  }
  const databases = readdirSync(folder).filter((name) => name.startsWith('keelson.db'));
  expect(databases).toContain('keelson.db-wal');
  for (const name of databases) {
    const bytes = readFileSync(join(folder, name));
    for (const secret of secrets) expect(bytes.includes(secret), name).toBe(false);
  }
  await storage.close();
  // The search finds what is there: the workspace stands in the same files.
  expect(readFileSync(join(folder, 'keelson.db')).includes('stored')).toBe(true);
});
