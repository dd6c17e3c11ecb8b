// Where registry files come from: folders, the web with its cache, what is stale, and what is refused.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hashRegistryContent, type JsonObject } from '@keelson/core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLog, systemClock, systemRandom } from '../observability/index.ts';
import {
  assertFresh,
  loadRegistry,
  openRegistrySource,
  type RegistrySettings,
  type RegistrySource,
} from './index.ts';

const fileOf = (version: number, input = 1, provider = 'acme'): string => {
  const row = { dollars_per_million_tokens_input: input };
  const content: JsonObject = { provider, version, models: { [`${provider}:large`]: row } };
  return JSON.stringify({ ...content, content_sha256_jcs: hashRegistryContent(content) });
};

let folder = '';
const lines: string[] = [];
const log = createLog({ level: 'warn', write: (line) => void lines.push(line) });
let now = Date.UTC(2026, 9, 1);
const clock = { ...systemClock, now: () => now };
const settings = (more: Partial<RegistrySettings> = {}): RegistrySettings => ({
  clock,
  log,
  random: systemRandom,
  ...more,
});

/** By path; whatever is not there is not found. */
const answers = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>();
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.url} ${request.headers['if-none-match'] ?? ''}`.trim());
  const answer = answers.get(request.url ?? '');
  if (answer === undefined) response.writeHead(404).end();
  else answer(request, response);
});
let origin = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keelson-registry-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  answers.clear();
  asked.length = 0;
  lines.length = 0;
});

const serve = (path: string, text: string): void => {
  const etag = `"${createHash('sha256').update(text).digest('hex')}"`;
  answers.set(path, (request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag }).end(text);
  });
};
const redirect = (path: string, location: string): void =>
  void answers.set(path, (_, response) => response.writeHead(302, { location }).end());

const openWeb = (name: string, more: Partial<RegistrySettings> = {}): RegistrySource =>
  openRegistrySource(origin, settings({ cacheFolder: join(folder, name), ...more }));

test('the bundled registry is a source like others', async () => {
  const source = openRegistrySource('bundled', settings());
  const file = await source.current('openai');
  expect(file).toMatchObject({ provider: 'openai', from: 'bundled', freshness: 'bundled' });
  expect((await source.version('openai', file!.version))?.digest).toBe(file!.digest);
  expect(await source.version('openai', 9999)).toBeUndefined();
  expect(await source.current('nobody')).toBeUndefined();
  expect((await source.manifest())?.providers).toHaveProperty('openai.content_sha256_jcs', file!.digest);
});

test('a folder is read, archived versions too', async () => {
  const place = join(folder, 'files');
  await mkdir(join(place, 'acme/v/1'), { recursive: true });
  await writeFile(join(place, 'acme/models.json'), fileOf(2));
  await writeFile(join(place, 'acme/v/1/models.json'), fileOf(1));
  const source = openRegistrySource(pathToFileURL(place).href, settings());
  expect(await source.current('acme')).toMatchObject({ version: 2, freshness: 'read' });
  expect((await source.version('acme', 1))?.version).toBe(1);
  expect(await source.version('acme', 3)).toBeUndefined();
  expect(await source.current('other')).toBeUndefined();
  await expect(source.current('../acme')).rejects.toThrow(/is no name of a provider/);
});

test('weakness 5: the version of a folder is what its file says, and what cannot be read is no version 1', async () => {
  const place = join(folder, 'versions');
  await mkdir(join(place, 'acme'), { recursive: true });
  await writeFile(join(place, 'acme/models.json'), fileOf(12));
  const source = openRegistrySource(pathToFileURL(place).href, settings());
  expect((await source.current('acme'))?.version).toBe(12);
  await writeFile(join(place, 'acme/models.json'), '{');
  await expect(source.current('acme')).rejects.toThrow(/is not valid JSON/);
  const gone = openRegistrySource(pathToFileURL(join(folder, 'gone')).href, settings());
  await expect(gone.current('acme')).rejects.toThrow(/There is no registry file at/);
});

test('a folder of plain files, and a single file, are registries too', async () => {
  const place = join(folder, 'flat');
  await mkdir(place);
  await writeFile(join(place, 'ollama-cloud.json'), fileOf(2, 1, 'ollama_cloud'));
  await writeFile(join(place, 'acme.json'), fileOf(3));
  const source = openRegistrySource(pathToFileURL(place).href, settings());
  expect(await source.providers()).toEqual(['acme', 'ollama_cloud']);
  expect((await source.current('ollama_cloud'))?.version).toBe(2);
  const single = openRegistrySource(pathToFileURL(join(place, 'acme.json')).href, settings());
  expect(await single.providers()).toEqual(['acme']);
  expect([(await single.current('acme'))?.version, await single.current('openai')]).toEqual([3, undefined]);
  await writeFile(join(place, 'prices.json'), fileOf(1));
  await expect(source.providers()).rejects.toThrow(/is not named after its provider/);
  await mkdir(join(place, 'empty'));
  const empty = openRegistrySource(pathToFileURL(join(place, 'empty')).href, settings());
  await expect(empty.providers()).rejects.toThrow(/There is no registry file at/);
});

test('no later source stands in for one that cannot be read, where that is asked for', async () => {
  answers.set('/openai/models.json', (_, response) => response.writeHead(500).end());
  serve('/groq/models.json', JSON.stringify({ provider: 'groq', version: 1, models: { 'groq:bad': [] } }));
  const sources = [openWeb('strictly'), openRegistrySource('bundled', settings())];
  const names = ['openai', 'groq', 'deepseek'];
  const { files, unreadable } = await loadRegistry(sources, names, { log, onFailure: 'unreadable' });
  expect([...files.keys()]).toEqual(['deepseek']);
  expect(unreadable.map(({ provider }) => provider)).toEqual(['openai', 'groq']);
  expect(unreadable[1]?.says).toContain('`groq:bad` must be an object.');
});

test('that a file or a manifest is not there is remembered for a day as well', async () => {
  expect(await openWeb('absent').current('nobody')).toBeUndefined();
  expect(await openWeb('absent').providers()).toBeUndefined();
  expect(await openWeb('absent').current('nobody')).toBeUndefined();
  expect(await openWeb('absent').manifest()).toBeUndefined();
  expect(asked).toEqual(['/nobody/models.json', '/manifest.json']);
  now += 25 * 3600 * 1000;
  serve('/nobody/models.json', fileOf(1, 1, 'nobody'));
  expect(await openWeb('absent').current('nobody')).toMatchObject({ version: 1 });
});

test('a source is only as good as its newest file is new', async () => {
  const source = openRegistrySource('bundled', settings());
  const { updatedAt = '' } = (await source.current('openai')) ?? {};
  const then = { ...clock, now: () => Date.parse(updatedAt) + 40 * 24 * 3600 * 1000 };
  expect((await assertFresh(source, 'openai', { maxAgeDays: 40, clock: then })).provider).toBe('openai');
  await expect(assertFresh(source, 'openai', { maxAgeDays: 39, clock: then })).rejects.toThrow(
    /40 days ago; 39 days are allowed/,
  );
  await expect(assertFresh(source, 'nobody', { maxAgeDays: 1, clock })).rejects.toThrow(/has no `nobody`/);
});

test('the web is asked once a day, with the tag of what is there', async () => {
  serve('/acme/models.json', fileOf(4));
  expect(await openWeb('day').current('acme')).toMatchObject({ version: 4, freshness: 'fetched' });
  expect(await openWeb('day').current('acme')).toMatchObject({ version: 4, freshness: 'cached' });
  expect(asked).toHaveLength(1);
  now += 25 * 3600 * 1000;
  expect(await openWeb('day').current('acme')).toMatchObject({ version: 4, freshness: 'fetched' });
  expect(asked[1]).toMatch(/^\/acme\/models\.json "[0-9a-f]{64}"$/);
  expect(await openWeb('day').current('acme')).toMatchObject({ freshness: 'cached' });
  serve('/acme/models.json', fileOf(5, 2));
  now += 25 * 3600 * 1000;
  expect(await openWeb('day').current('acme')).toMatchObject({ version: 5, freshness: 'fetched' });
  expect(await readdir(join(folder, 'day', (await readdir(join(folder, 'day')))[0]!))).toEqual([
    'acme_current.json',
  ]);
});

test('archived versions are fetched once for ever', async () => {
  serve('/acme/v/3/models.json', fileOf(3));
  expect((await openWeb('archive').version('acme', 3))?.freshness).toBe('fetched');
  now += 400 * 24 * 3600 * 1000;
  answers.clear();
  expect(await openWeb('archive').version('acme', 3)).toMatchObject({ version: 3, freshness: 'cached' });
  expect(asked).toHaveLength(1);
});

test('when the registry fails, what was there is served, and said to be stale', async () => {
  serve('/acme/models.json', fileOf(4));
  await openWeb('stale').current('acme');
  now += 48 * 3600 * 1000;
  answers.set('/acme/models.json', (_, response) => response.writeHead(503).end());
  const file = await openWeb('stale').current('acme');
  expect(file).toMatchObject({ version: 4, freshness: 'stale' });
  expect(file?.says).toMatch(/is as it was on \d{4}-\d\d-\d\d, because it cannot be had now: .*503/);
  expect(lines.join('')).toContain('A registry file is stale.');
  const loaded = await loadRegistry([openWeb('stale')], ['acme'], { log });
  expect(loaded.remarks[0]).toBe(file?.says);
});

test.each<[string, string, RegExp]>([
  ['the same number', fileOf(4, 9), /other content than before under the same version 4/],
  ['an older number', fileOf(3), /went back from version 4 to 3/],
  ['a wrong digest', fileOf(5).replace('input":1', 'input":7'), /states the digest/],
  ['no JSON', '<html>', /is not valid JSON/],
])('a published file does not change: %s is refused, and the former one served', async (name, text, says) => {
  serve('/acme/models.json', fileOf(4));
  await openWeb(name).current('acme');
  now += 48 * 3600 * 1000;
  serve('/acme/models.json', text);
  const file = await openWeb(name).current('acme');
  expect(file).toMatchObject({ version: 4, freshness: 'stale' });
  expect(file?.says).toMatch(says);
});

test('what nothing is known of yet and cannot be had is an error', async () => {
  answers.set('/acme/models.json', (_, response) => response.writeHead(500).end());
  await expect(openWeb('none').current('acme')).rejects.toThrow(/answers with status 500/);
  serve('/acme/models.json', fileOf(1, 1, 'other'));
  await expect(openWeb('none').current('acme')).rejects.toThrow(/is of `other`, not of `acme`/);
  serve('/acme/v/2/models.json', fileOf(3));
  await expect(openWeb('none').version('acme', 2)).rejects.toThrow(/is version 3, not 2/);
});

test('a cache that was tampered with is not believed', async () => {
  serve('/acme/models.json', fileOf(4));
  await openWeb('tampered').current('acme');
  const [own = ''] = await readdir(join(folder, 'tampered'));
  const path = join(folder, 'tampered', own, 'acme_current.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace('input\\":1', 'input\\":0'));
  expect(await openWeb('tampered').current('acme')).toMatchObject({ freshness: 'fetched' });
  expect(lines.join('')).toContain('damaged');
});

test.each<[string, RegExp]>([
  ['https://10.0.0.7/models.json', /redirects to 10\.0\.0\.7 inside a network/],
  ['https://127.0.0.1:9/models.json', /redirects to 127\.0\.0\.1:9 inside a network/],
  ['https://[::ffff:10.0.0.7]/models.json', /inside a network/],
  ['https://intranet/models.json', /redirects to intranet inside a network/],
  ['https://169.254.169.254/latest', /inside a network/],
  ['http://example.com/models.json', /to example\.com without TLS/],
  ['https://user:word@example.com/', /to what is no address/],
])('a redirect to %s is refused', async (location, says) => {
  redirect('/acme/models.json', location);
  await expect(openWeb('redirects').current('acme')).rejects.toThrow(says);
});

test('a redirect within the host is followed, but not in a circle', async () => {
  redirect('/acme/models.json', '/moved/models.json');
  serve('/moved/models.json', fileOf(4));
  expect(await openWeb('moved').current('acme')).toMatchObject({ version: 4 });
  redirect('/acme/v/1/models.json', '/acme/v/1/models.json');
  await expect(openWeb('moved').version('acme', 1)).rejects.toThrow(/more than 3 times/);
});

test.each([
  ['http://models.example.com', /must be asked by https/],
  ['https://169.254.169.254/registry', /metadata service/],
  ['https://user:word@models.example.com', /password in it/],
])('%s is not asked', async (address, says) => {
  await expect(openRegistrySource(address, settings()).current('acme')).rejects.toThrow(says);
});

test.each(['ftp://host', 'registry', 'file://host/folder'])('%s is no registry', (address) => {
  expect(() => openRegistrySource(address, settings())).toThrow(/is no (registry|folder)/);
});

test('of several sources the first that has a provider counts, and what was wrong is said', async () => {
  answers.set('/openai/models.json', (_, response) => response.writeHead(500).end());
  const models = { 'acme:bad': [], 'acme:old': { cost_per_million_input: 3 } };
  answers.set('/acme/models.json', (_, response) =>
    response.end(JSON.stringify({ provider: 'acme', version: 1, models })),
  );
  const sources = [openWeb('several'), openRegistrySource('bundled', settings())];
  const loaded = await loadRegistry(sources, ['openai', 'acme', 'nobody'], { log });
  expect(loaded.files.get('openai')?.from).toBe('bundled');
  expect([...loaded.registry.cards.keys()]).toContain('acme:old');
  expect(loaded.unreadable).toEqual([
    { provider: 'nobody', says: 'No registry has `nobody`.', isAbsent: true },
  ]);
  const remarks = loaded.remarks.join('\n');
  expect(remarks).toMatch(/status 500/);
  expect(remarks).toContain('`acme:bad` must be an object. It was left out.');
  expect(remarks).toContain('`cost_per_million_input` of `acme:old` is an old name');
  expect(lines.join('')).toContain('acme:bad');
});

test('digests that LLMRing got wrong are told instead, where that is asked for', async () => {
  serve('/acme/models.json', fileOf(5).replace('input":1', 'input":7'));
  const file = await openWeb('told', { wrongDigest: 'tell' }).current('acme');
  expect(file?.warnings[0]?.says).toContain('states the digest');
});
