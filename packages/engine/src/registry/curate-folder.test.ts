// A registry kept in a folder: begun from the bundled one, changed by approved drafts, and never in what was published.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { JsonObject } from '@keelson/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog, systemClock, systemRandom } from '../observability/index.ts';
import {
  createRegistryFolder,
  draftRegistryFile,
  listDrafts,
  openRegistrySource,
  promoteDraftFile,
  type RegistryFolder,
  reviewDraftFile,
  validateRegistryFolder,
} from './index.ts';

let place: RegistryFolder;
let factsPath = '';
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-curation-'));
  place = { folder: join(folder, 'registry'), clock: systemClock, random: systemRandom };
  factsPath = join(folder, 'facts.json');
});
afterAll(() => rm(join(place.folder, '..'), { recursive: true }));

const source = { name: 'Price page', date: '2026-11-20' };
const draft = async (rows: JsonObject[]) => {
  await writeFile(factsPath, JSON.stringify(rows));
  return draftRegistryFile(place, { provider: 'deepseek', factsPath, source });
};
const row = (dollars: number): JsonObject => ({
  provider: 'deepseek',
  model_name: 'deepseek-chat',
  dollars_per_million_tokens_input: dollars,
});
const read = async (path: string): Promise<JsonObject> =>
  JSON.parse(await readFile(join(place.folder, path), 'utf8'));
const failing = async () => (await validateRegistryFolder(place)).filter(({ ok }) => !ok);

test('a folder begins with the bundled files, once', async () => {
  expect(await createRegistryFolder(place, ['deepseek', 'xai'])).toEqual(['deepseek', 'xai']);
  expect(await createRegistryFolder(place, ['deepseek', 'xai'])).toEqual([]);
  expect(await failing()).toEqual([]);
  await expect(createRegistryFolder(place, ['nobody'])).rejects.toThrow(/no `nobody`/);
});

test('a draft waits, is reviewed, and becomes the next version once it is approved', async () => {
  const { version } = await read('deepseek/models.json');
  const drafted = await draft([row(0.5)]);
  expect(await listDrafts(place)).toEqual(['deepseek']);
  expect(await reviewDraftFile(place, 'deepseek')).toEqual(drafted);
  const approval = { by: 'Ada', on: '2026-11-21', review: drafted.digest };
  const promoted = await promoteDraftFile(place, 'deepseek', approval);
  expect(promoted).toMatchObject({ version: Number(version) + 1, models: ['deepseek:deepseek-chat'] });
  expect(await listDrafts(place)).toEqual([]);
  expect(await failing()).toEqual([]);
  const surroundings = { clock: systemClock, random: systemRandom, log: silentLog };
  const folder = openRegistrySource(pathToFileURL(place.folder).href, surroundings);
  expect((await folder.current('deepseek'))?.version).toBe(promoted.version);
  const former = await folder.version('deepseek', Number(version));
  expect(
    former?.cards.find(({ model }) => model === 'deepseek-chat')?.row.dollars_per_million_tokens_input,
  ).toBe(0.14);
  expect(await folder.manifest()).toHaveProperty('providers.deepseek.version', promoted.version);
});

test('an approval of something else publishes nothing', async () => {
  const before = await read('deepseek/models.json');
  const { digest } = await draft([row(0.6)]);
  await draft([row(6)]);
  const approval = { by: 'Ada', on: '2026-11-21', review: digest };
  await expect(promoteDraftFile(place, 'deepseek', approval)).rejects.toThrow(
    /not what the draft would change now/,
  );
  expect(await read('deepseek/models.json')).toEqual(before);
});

test('of two people who promote at once, one is told', async () => {
  const { digest: review } = await draft([row(0.7)]);
  const promote = (by: string) => promoteDraftFile(place, 'deepseek', { by, on: '2026-11-21', review });
  const ends = await Promise.allSettled([promote('Ada'), promote('Bob')]);
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('a published version that was changed is found, and never written over', async () => {
  const { version } = await read('xai/models.json');
  const path = join(place.folder, `xai/v/${version}/models.json`);
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('"is_active": true', '"is_active": false'));
  expect((await failing()).map(({ path: failed }) => failed)).toEqual([`xai/v/${version}/models.json`]);
  await writeFile(factsPath, JSON.stringify([{ provider: 'xai', model_name: 'grok-new' }]));
  const { digest } = await draftRegistryFile(place, { provider: 'xai', factsPath, source });
  const approval = { by: 'Ada', on: '2026-11-21', review: digest };
  await expect(promoteDraftFile(place, 'xai', approval)).rejects.toThrow(/published with other content/);
  await writeFile(path, text);
});

test('a manifest that is older than the files is found', async () => {
  const path = join(place.folder, 'manifest.json');
  await writeFile(
    path,
    (await readFile(path, 'utf8')).replace(
      /"content_sha256_jcs": "[0-9a-f]{64}"\n}/,
      '"content_sha256_jcs": "0"\n}',
    ),
  );
  expect((await failing()).map(({ path: failed }) => failed)).toEqual(['manifest.json']);
});

test.each(['../x', 'A', ''])('%s is no provider', async (provider) => {
  await expect(reviewDraftFile(place, provider)).rejects.toThrow(/is no name of a provider/);
});
