// Credentials in the database: their life, who may use them, what a refusal does, and that nothing ever shows one.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { dialects, KeelsonError } from '@keelson/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLog, systemClock, systemRandom } from '../../observability/index.ts';
import { createSealer, generateMasterKey, parseMasterKeys, Secret } from '../../secrets/index.ts';
import type { Storage } from '../../storage/index.ts';
import { chatRequest, sendCall } from '../__fixtures__/ask.ts';
import { storages, type TestStorage } from '../__fixtures__/storages.ts';
import {
  createProvider,
  openCredentialsFromEnvironment,
  type Provider,
  type ProviderConfig,
  providerForms,
} from '../index.ts';
import { openProviderCredentials, type ProviderCredentials } from './index.ts';

const canary = 'canary-c0de';
const draw = (count: number) => systemRandom.bytes(count);
const masterKey = generateMasterKey(draw);
const nextMasterKey = generateMasterKey(draw);

let server: Server;
let address = '';
let asked: string[] = [];
let answer: (key: string, response: ServerResponse, headers: IncomingHttpHeaders) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    const key = String(request.headers.authorization).replace('Bearer ', '');
    asked.push(key);
    request.resume().on('end', () => answer(key, response, request.headers));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

function give(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(status === 200 ? { ok: true } : { error: { message: 'refused' } }));
}

/** Keys that are answered; all others are refused with the status they end with. */
const refusing = (key: string, response: ServerResponse): void => {
  const status = Number(/-(\d{3})$/.exec(key)?.[1] ?? 200);
  give(response, status);
};

describe.each(Object.entries(storages))('credentials in %s', (_, create) => {
  let database: TestStorage;
  let storage: Storage;
  let credentials: ProviderCredentials;
  let keys = [masterKey];
  let now = 1_800_000_000_000;
  const clock = { ...systemClock, now: () => now, every: () => () => undefined };
  const lines: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(line) });
  const open: Provider[] = [];

  const openCredentials = (words = keys): Promise<ProviderCredentials> =>
    openProviderCredentials({
      storage,
      clock,
      random: systemRandom,
      log,
      readSealer: () => createSealer(parseMasterKeys(new Secret(words.join(' '))), systemRandom),
    });

  const make = (more: Partial<ProviderConfig> = {}): Provider => {
    const form = providerForms.get('openai')!;
    const provider = createProvider({
      name: 'openai',
      form,
      address,
      credentials: credentials.poolFor('openai'),
      ...more,
    });
    open.push(provider);
    return provider;
  };

  const store = (name: string, key: string, more: object = {}) =>
    credentials.create({ provider: 'openai', name, content: { key: new Secret(key) }, by: 'key_1', ...more });

  const ask = async (provider: Provider, workspace = 'w', organisation?: string): Promise<number> => {
    const speech = provider.form.chat[0]!;
    const dialect = dialects[speech.dialect];
    const { value } = dialect.outbound.renderRequest(chatRequest('x'), dialect.quirks as never);
    const tenant = { workspace, ...(organisation !== undefined && { organisation }) };
    return (await sendCall(provider, speech, value, { tenant })).status;
  };

  const allRows = async (): Promise<string> =>
    JSON.stringify(await database.rowsOf('provider_credentials'), (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );

  beforeEach(async () => {
    database = await create();
    ({ storage } = database);
    keys = [masterKey];
    asked = [];
    lines.length = 0;
    answer = refusing;
    credentials = await openCredentials();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((provider) => provider.close()));
    await credentials.close();
    await database.remove();
  });

  test('live: made, used, rotated, disabled, removed; and the value is never given back', async () => {
    const provider = make();
    const given: unknown[] = [];
    const made = await store('main', canary);
    given.push(made);
    expect(made).toMatchObject({
      name: 'main',
      weight: 1,
      state: 'active',
      createdBy: 'key_1',
      createdAt: now,
    });
    expect(await ask(provider)).toBe(200);
    given.push(
      await credentials.rotate(made.id, { content: { key: new Secret(`${canary}-2`) }, by: 'key_2' }),
    );
    expect(await ask(provider)).toBe(200);
    expect(asked).toEqual([canary, `${canary}-2`]);
    given.push(await credentials.change(made.id, { weight: 5, state: 'disabled' }));
    await expect(ask(provider)).rejects.toMatchObject({ code: 'provider_authentication_failed' });
    given.push(await credentials.change(made.id, { state: 'active' }), await credentials.list());
    expect(await ask(provider)).toBe(200);
    await credentials.remove(made.id);
    await expect(ask(provider)).rejects.toMatchObject({ code: 'provider_authentication_failed' });
    expect(await credentials.list()).toEqual([]);
    expect(asked).toHaveLength(3);
    const told = [
      JSON.stringify(given),
      await allRows(),
      lines.join(),
      inspect([credentials, provider], { depth: 30, showHidden: true }),
    ];
    for (const text of told) expect(text).not.toContain(canary);
  });

  test('uses are noted', async () => {
    const made = await store('main', 'k');
    await ask(make());
    await credentials.close();
    expect(await storage.credentials.find(made.id)).toMatchObject({ lastUsedAt: now });
  });

  test('a refused one is left alone and the call is sent with another, in the same sending', async () => {
    const bad = await store('bad', `${canary}-401`, { weight: 1000 });
    await store('good', 'good');
    const provider = make();
    for (let i = 0; i < 5; i += 1) expect(await ask(provider)).toBe(200);
    expect(asked.filter((key) => key.endsWith('-401')).length).toBeLessThanOrEqual(1);
    now += 30_000;
    const before = asked.length;
    for (let i = 0; i < 20; i += 1) expect(await ask(provider)).toBe(200);
    expect(asked.slice(before)).toEqual(Array.from({ length: 20 }, () => 'good'));
    await expect
      .poll(() => storage.credentials.find(bad.id))
      .toMatchObject({ lastFailure: 'provider_authentication_failed', coolDownUntil: expect.any(Number) });
    expect(lines.join()).toContain('left alone');
    expect(lines.join()).not.toContain(canary);
    // Another process hears of it.
    const other = await openCredentials();
    const pool = other.poolFor('openai');
    const chosen = Array.from({ length: 20 }, () => pool.choose({ workspace: 'w' }, [])?.id);
    expect(chosen).not.toContain(bad.id);
    await other.close();
  });

  test('the time that a provider asks for is kept', async () => {
    const limited = await store('limited', 'limited');
    answer = (_key, response) => give(response, 429, { 'retry-after': '120' });
    expect(await ask(make())).toBe(429);
    await expect
      .poll(() => storage.credentials.find(limited.id))
      .toMatchObject({ lastFailure: 'rate_limited', coolDownUntil: now + 120_000 });
  });

  test('when all are refused the caller is told so, after three at most', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await store(name, `${name}-403`);
    expect(await ask(make())).toBe(403);
    expect(asked).toHaveLength(3);
    expect(new Set(asked).size).toBe(3);
  });

  test('other failures of a provider are not held against the credential', async () => {
    const made = await store('main', 'x-500');
    const provider = make();
    for (let i = 0; i < 3; i += 1) expect(await ask(provider)).toBe(500);
    await credentials.close();
    expect((await storage.credentials.find(made.id))?.coolDownUntil).toBeUndefined();
  });

  test('a workspace uses its own, others what is shared, and nobody those of another organisation', async () => {
    await store('own', 'of-w1', { workspace: 'w1' });
    await store('shared', 'of-default');
    await store('theirs', 'of-acme', { organisation: 'acme' });
    const provider = make({ key: new Secret('plain') });
    for (const [workspace, organisation] of [['w1'], ['w2'], ['w1', 'acme'], ['w1', 'nobody']] as const) {
      await ask(provider, workspace, organisation);
    }
    expect(asked).toEqual(['of-w1', 'of-default', 'of-acme', 'plain']);
  });

  test('a workspace whose own credential is refused is never given the shared one or the operator’s key', async () => {
    await store('own', 'own-401', { workspace: 'w1' });
    await store('shared', 'shared');
    const provider = make({ key: new Secret('plain') });
    for (let i = 0; i < 3; i += 1) expect(await ask(provider, 'w1')).toBe(401);
    expect(new Set(asked)).toEqual(new Set(['own-401']));
  });

  test('a stream that is read slowly stays paused across credentials', async () => {
    await store('bad', 'bad-401', { weight: 1000 });
    await store('good', 'good', { weight: 0 });
    const provider = make();
    const speech = provider.form.chat[0]!;
    const got: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const sending = provider.send(
        {
          speech,
          path: '/chat/completions',
          query: {},
          headers: {},
          method: 'POST',
          body: '{}',
          tenant: { workspace: 'w' },
        },
        {
          onStart: (status) => got.push(String(status)),
          onData: (bytes) => got.push(Buffer.from(bytes).toString()),
          onEnd: resolve,
          onError: reject,
        },
      );
      sending.pause();
      setTimeout(() => {
        expect(got).toEqual(['200']);
        sending.resume();
      }, 200);
    });
    expect(got.join()).toBe('200,{"ok":true}');
  });

  test('a call that was cancelled is not sent again', async () => {
    await store('bad', 'bad-401', { weight: 1000 });
    await store('good', 'good', { weight: 0 });
    answer = () => undefined;
    const provider = make();
    const heard: string[] = [];
    const sending = provider.send(
      { speech: provider.form.chat[0]!, path: '/x', query: {}, headers: {}, method: 'POST', body: '{}' },
      {
        onStart: () => heard.push('start'),
        onData: () => undefined,
        onEnd: () => heard.push('end'),
        onError: () => heard.push('error'),
      },
    );
    await expect.poll(() => asked.length).toBe(1);
    sending.cancel();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([asked.length, heard]).toEqual([1, []]);
  });

  test('one that no header can carry is passed over', async () => {
    await store('bad', `${canary}\nx: y`, { weight: 1000 });
    await store('good', 'good');
    for (let i = 0; i < 3; i += 1) expect(await ask(make())).toBe(200);
    expect(new Set(asked)).toEqual(new Set(['good']));
    expect(lines.join()).not.toContain(canary);
  });

  test('other kinds of authentication than a key', async () => {
    let authorization = '';
    answer = (_key, response, headers) => {
      authorization = String(headers.authorization);
      give(response, 200);
    };
    await credentials.create({
      provider: 'bedrock',
      name: 'a',
      by: 'key_1',
      content: { settings: { accessKeyId: 'AKOFROW' }, secrets: { secretAccessKey: new Secret(canary) } },
    });
    const provider = make({
      name: 'bedrock',
      form: providerForms.get('bedrock')!,
      settings: { region: 'eu-west-1' },
      credentials: credentials.poolFor('bedrock'),
    });
    expect(await ask(provider)).toBe(200);
    expect(authorization).toContain('Credential=AKOFROW/');
    expect(authorization).not.toContain(canary);
  });

  test('the master key is rotated: both read, the newest writes, all rows follow, and the old one may go', async () => {
    for (let i = 0; i < 250; i += 1) {
      await storage.credentials.insert(await sealedRow(`row-${String(i).padStart(3, '0')}`, `key-${i}`));
    }
    keys = [nextMasterKey, masterKey];
    await credentials.close();
    credentials = await openCredentials();
    await store('new', 'new');
    expect(await storage.credentials.listMasterKeys()).toHaveLength(2);
    // It stops in the middle, as a killed process would, and is begun again.
    let reseals = 0;
    const stopping = { ...storage.credentials };
    stopping.reseal = (...given) => {
      reseals += 1;
      return reseals > 120 ? Promise.reject(new Error('stopped')) : storage.credentials.reseal(...given);
    };
    const stopped = await openProviderCredentials({
      storage: { credentials: stopping },
      clock,
      random: systemRandom,
      log,
      readSealer: () => createSealer(parseMasterKeys(new Secret(keys.join(' '))), systemRandom),
    });
    await expect(stopped.reseal()).rejects.toThrow('stopped');
    expect(await storage.credentials.listMasterKeys()).toHaveLength(2);
    expect(await credentials.reseal()).toEqual({ resealed: 130, failed: [] });
    expect(await credentials.reseal()).toEqual({ resealed: 0, failed: [] });
    expect(await storage.credentials.listMasterKeys()).toHaveLength(1);
    await credentials.close();
    credentials = await openCredentials([nextMasterKey]);
    const all = new Set<string>();
    for (let i = 0; i < 400; i += 1)
      all.add(credentials.poolFor('openai').choose(undefined, [])!.credentials.key!.reveal());
    expect(all.size).toBeGreaterThan(100);
  });

  test('without the master key it does not start, and says which row wants which', async () => {
    const made = await store('main', canary);
    const failure: unknown = await openCredentials([nextMasterKey]).catch((thrown: unknown) => thrown);
    expect(KeelsonError.is(failure)).toBe(true);
    expect(String(failure)).toContain(made.id);
    expect(inspect(failure)).not.toContain(canary);
    await storage.credentials.remove(made.id);
    await (await openCredentials([nextMasterKey])).close();
  });

  test('nothing is written with a key beside rows of another that is not here', async () => {
    const fresh = await openCredentials([nextMasterKey]);
    await store('main', 'k');
    const late = fresh.create({
      provider: 'openai',
      name: 'late',
      content: { key: new Secret('k') },
      by: 'x',
    });
    await expect(late).rejects.toThrow('is not here');
    expect(await credentials.list()).toHaveLength(1);
    await fresh.close();
  });

  test('a row that was changed or exchanged is passed over and told, and resealing leaves it', async () => {
    const first = await store('first', `${canary}-1`);
    const second = await store('second', `${canary}-2`);
    await store('third', 'good');
    const sealed = (await storage.credentials.findSealed(first.id))!.sealed;
    await storage.credentials.reseal(second.id, 1, { sealed, sealedWith: second.sealedWith });
    await credentials.refresh();
    const provider = make();
    for (let i = 0; i < 40; i += 1) expect(await ask(provider)).toBe(200);
    expect(new Set(asked)).toEqual(new Set([`${canary}-1`, 'good']));
    expect(lines.filter((line) => line.includes('cannot be opened'))).toHaveLength(1);
    expect(lines.join()).toContain(second.id);
    await credentials.close();
    credentials = await openCredentials([nextMasterKey, masterKey]);
    const { resealed, failed } = await credentials.reseal();
    expect([resealed, failed.map(({ id }) => id)]).toEqual([2, [second.id]]);
    expect(lines.join()).not.toContain(canary);
    expect(JSON.stringify(failed)).not.toContain(canary);
  });

  test('an environment names the master key, or a file of the data folder is made with the first credential', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keelson-master-'));
    writeFileSync(join(folder, 'named'), masterKey);
    const surroundings = { storage, folder, clock, random: systemRandom, log };
    const add = async (env: Record<string, string>, name: string): Promise<string> => {
      const here = await openCredentialsFromEnvironment(env, surroundings);
      const content = { key: new Secret(canary) };
      const { sealedWith } = await here.create({ provider: 'openai', name, content, by: 'x' });
      await here.close();
      return sealedWith;
    };
    const first = await add({ KEELSON_MASTER_KEY: 'file:named' }, 'a');
    expect(readdirSync(folder)).toEqual(['named']);
    expect(await add({ KEELSON_MASTER_KEY: masterKey }, 'b')).toBe(first);
    expect(await add({ KEELSON_MASTER_KEY: 'env:OTHER', OTHER: masterKey }, 'c')).toBe(first);
    await expect(add({}, 'd')).rejects.toThrow('is not here');
    // A look makes no key that would pass for the missing one.
    expect(readdirSync(folder)).toEqual(['named']);
    await expect(add({ KEELSON_MASTER_KEY: 'env:MISSING' }, 'd')).rejects.toThrow('env:MISSING is not set');
    for (const { id } of await storage.credentials.list()) await storage.credentials.remove(id);
    expect(await add({}, 'e')).not.toBe(first);
    expect(readdirSync(folder).toSorted()).toEqual(['master-key', 'named']);
    rmSync(folder, { recursive: true });
  });

  test.each<[string, object]>([
    ['name', { name: '' }],
    ['name', { name: 'a\nb' }],
    ['provider', { provider: `${canary}\0` }],
    ['workspace', { workspace: '' }],
    ['weight', { weight: -1 }],
    ['weight', { weight: 1.5 }],
    ['no secret', { content: {} }],
    ['no secret', { content: { key: new Secret('') } }],
    ['longer than', { content: { key: new Secret(canary.repeat(9999)) } }],
  ])('what cannot be one is refused: %s', async (word, more) => {
    const failure: unknown = await store('x', 'k', more).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: 'invalid_request' });
    expect(String(failure)).toContain(word);
    expect(inspect(failure)).not.toContain(canary);
    expect(await credentials.list()).toEqual([]);
  });

  test('what is not there is not found, and a name is taken once', async () => {
    const missing = { code: 'not_found' };
    await expect(credentials.remove('none')).rejects.toMatchObject(missing);
    await expect(credentials.change('none', { weight: 1 })).rejects.toMatchObject(missing);
    const content = { key: new Secret('k') };
    await expect(credentials.rotate('none', { content, by: 'x' })).rejects.toMatchObject(missing);
    await store('main', 'k');
    await expect(store('main', 'k')).rejects.toMatchObject({ code: 'conflict' });
  });

  async function sealedRow(id: string, key: string) {
    const sealer = createSealer(parseMasterKeys(new Secret(masterKey)), systemRandom);
    const text = new Secret(JSON.stringify({ key, secrets: {}, settings: {} }));
    return {
      id,
      organisation: 'default',
      provider: 'openai',
      name: id,
      sealed: sealer.seal(text, { table: 'provider_credentials', row: id, field: 'sealed' }),
      sealedWith: sealer.keyId,
      weight: 1,
      state: 'active' as const,
      createdAt: now,
      createdBy: 'key_1',
      version: 1,
    };
  }
});
