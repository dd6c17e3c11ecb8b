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
