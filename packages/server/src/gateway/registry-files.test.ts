// The registry as the gateway serves it: to anybody, once to whoever has it, and readable as a source of another Keelson.
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledProviders, hashRegistryContent, type JsonObject, loadBundledFile } from '@keelson/core';
import { openRegistrySource, silentLog, systemClock, systemRandom } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp } from '../__fixtures__/index.ts';

let simulator: Simulator;
let app: ReturnType<typeof createTestApp>;
let url = '';
let folder = '';

beforeAll(async () => {
  simulator = await startSimulator({ seed: 2 });
  app = createTestApp(simulator.url);
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), 'keelson-served-'));
});
afterAll(async () => {
  await app.close();
  await simulator.close();
  await rm(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/registry${path}`, { headers });

test('a file is served without a key, and not again to whoever has it', async () => {
  const { version, contentHash } = await loadBundledFile('openai');
  const answer = await get('/openai/models.json');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('public, max-age=300, must-revalidate');
  const etag = answer.headers.get('etag') ?? '';
  expect(etag).toBe(`"${contentHash}"`);
  const file = (await answer.json()) as JsonObject;
  expect(hashRegistryContent(file)).toBe(contentHash);
  expect(file.version).toBe(version);
  for (const shown of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const again = await get('/openai/models.json', { 'if-none-match': shown });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
  }
  expect((await get('/openai/models.json', { 'if-none-match': '"other"' })).status).toBe(200);
});

test('a version is served for ever', async () => {
  const { version } = await loadBundledFile('anthropic');
  const answer = await get(`/anthropic/v/${version}/models.json`);
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(await answer.json()).toMatchObject({ provider: 'anthropic', version });
  const etag = answer.headers.get('etag') ?? '';
  const again = await get(`/anthropic/v/${version}/models.json`, { 'if-none-match': etag });
  expect([again.status, again.headers.get('cache-control')]).toEqual([
    304,
    'public, max-age=31536000, immutable',
  ]);
});

test('the manifest tells of every file, and its tag is of what it says', async () => {
  const answer = await get('/manifest.json');
  const { providers } = (await answer.json()) as { providers: Record<string, JsonObject> };
  expect(Object.keys(providers)).toEqual([...bundledProviders].sort());
  const { contentHash, version, cards } = await loadBundledFile('xai');
  expect(providers.xai).toMatchObject({ version, models: cards.length, content_sha256_jcs: contentHash });
  const etag = answer.headers.get('etag') ?? '';
  expect((await get('/manifest.json', { 'if-none-match': etag })).status).toBe(304);
  expect((await get('/manifest.json', { 'if-none-match': '"13"' })).status).toBe(200);
});

test.each([
  '/nobody/models.json',
  '/openai/v/9999/models.json',
  '/openai/v/0/models.json',
  '/openai/v/x/models.json',
  '/__proto__/models.json',
  '/..%2fopenai/models.json',
  '/openai',
])('%s is not found', async (path) => {
  const answer = await get(path);
  expect(answer.status).toBe(404);
  expect(answer.headers.get('cache-control') ?? '').not.toContain('public');
});

test('by another method one is told which it takes', async () => {
  const answer = await fetch(`${url}/registry/openai/models.json`, { method: 'DELETE' });
  expect([answer.status, answer.headers.get('allow')]).toEqual([404, 'GET']);
});

test('another Keelson reads it as its registry', async () => {
  const surroundings = { clock: systemClock, random: systemRandom, log: silentLog, cacheFolder: folder };
  const source = openRegistrySource(`${url}/registry`, surroundings);
  const file = await source.current('deepseek');
  expect(file).toMatchObject({ provider: 'deepseek', freshness: 'fetched', problems: [], warnings: [] });
  expect((await source.version('deepseek', file!.version))?.digest).toBe(file!.digest);
  expect(await source.manifest()).toHaveProperty('providers.deepseek.version', file!.version);
  expect((await source.current('deepseek'))?.freshness).toBe('cached');
});

test('all of it is one document for clients of LLMRing, whose tag changes with whatever is sent', async () => {
  const read = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${url}${path}`, { headers });
    return { status: answer.status, etag: answer.headers.get('etag') ?? '', text: await answer.text() };
  };
  const whole = await read('/registry');
  expect(await read('/registry.json')).toEqual(whole);
  const { version } = await loadBundledFile('openai');
  const document = JSON.parse(whole.text);
  expect(document).toMatchObject({ version: expect.any(Number), providers: { openai: version } });
  expect(Object.keys(document.providers).toSorted()).toEqual([...bundledProviders].toSorted());
  expect(document.models['anthropic:claude-haiku-4-5'].dollars_per_million_tokens_input).toBe(1);
  expect((await read('/registry', { 'if-none-match': whole.etag })).status).toBe(304);

  const some = await read('/registry.json?providers=openai,anthropic&capabilities=vision');
  // The tag of other parts is no proof of having these.
  expect(some.etag).not.toBe(whole.etag);
  const shown = { 'if-none-match': whole.etag };
  expect((await read('/registry.json?providers=openai,anthropic&capabilities=vision', shown)).status).toBe(
    200,
  );
  const rows = Object.entries(JSON.parse(some.text).models as Record<string, Record<string, unknown>>);
  expect(rows.length).toBeGreaterThan(3);
  for (const [name, row] of rows) {
    expect(name).toMatch(/^(openai|anthropic):/);
    expect(row.supports_vision, name).toBe(true);
  }
  expect(JSON.parse((await read('/registry?providers=nobody')).text).models).toEqual({});
  const archived = JSON.parse((await read(`/registry/v/${version}/registry.json?providers=openai`)).text);
  expect(archived.providers).toEqual({ openai: version });
  expect((await read('/registry/v/999999/registry.json')).status).toBe(404);
  expect((await read('/registry/v/0/registry.json')).status).toBe(404);
  expect((await read('/registry?providers=../etc')).status).toBe(400);
});
