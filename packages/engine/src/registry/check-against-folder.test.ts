// The whole way: a lockfile pins version 1 of a registry in a folder, the registry moves on, and the check turns red for the right reason.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkLockfile, createLockfile, driftOfLockfile, type JsonObject, lockModels } from '@keelson/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog, systemClock, systemRandom } from '../observability/index.ts';
import {
  createRegistryFolder,
  draftRegistryFile,
  loadRegistry,
  openRegistrySource,
  promoteDraftFile,
  type RegistryFolder,
} from './index.ts';

const reference = 'deepseek:deepseek-chat';
let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'keelson-check-'));
});
afterAll(() => rm(root, { recursive: true }));

const openFolder = ({ folder, clock, random }: RegistryFolder) =>
  openRegistrySource(pathToFileURL(folder).href, { clock, random, log: silentLog });

/** A folder whose registry has moved on by one version, and the lockfile from before. */
async function moveOn(name: string, change: JsonObject) {
  const place = { folder: join(root, name), clock: systemClock, random: systemRandom };
  await createRegistryFolder(place, ['deepseek']);
  const source = openFolder(place);
  const { registry: before } = await loadRegistry([source], ['deepseek'], { log: silentLog });
  const lockfile = lockModels(
    createLockfile(new Map([['chat', { models: [reference] }]]), ['default']),
    before,
  );
  const factsPath = join(root, `${name}.json`);
  await writeFile(
    factsPath,
    JSON.stringify([{ provider: 'deepseek', model_name: 'deepseek-chat', ...change }]),
  );
  const page = { name: 'Price page', date: '2026-11-20' };
  const { digest: review } = await draftRegistryFile(place, {
    provider: 'deepseek',
    factsPath,
    source: page,
  });
  await promoteDraftFile(place, 'deepseek', { by: 'Ada', on: '2026-11-21', review });
  return { lockfile, source };
}

test.each<[string, JsonObject, string, RegExp]>([
  [
    'price',
    { dollars_per_million_tokens_input: 0.28 },
    'price_rise',
    /input \$0\.14 → \$0\.28 a million tokens \(\+100 %, 0 % are allowed\)\. That is \$14 more a month\./,
  ],
  [
    'retirement',
    { is_active: false, deprecated_date: '2026-11-01' },
    'model_retired',
    /is retired since 2026-11-01/,
  ],
  ['ability', { supports_function_calling: false }, 'capability_lost', /can no longer do `function_calling`/],
])('weakness 5: %s is drift against the archived file, and red', async (name, change, code, says) => {
  const { lockfile, source } = await moveOn(name, change);
  const { registry, files, unreadable } = await loadRegistry([source], ['deepseek'], { log: silentLog });
  const usage = new Map([['chat', { calls: 1000, inputTokens: 100_000_000, outputTokens: 1_000_000 }]]);
  const { ok, findings } = checkLockfile(lockfile, { registry, unreadable, usage });
  expect(ok).toBe(false);
  const errors = findings.filter(({ severity }) => severity === 'error');
  expect(errors).toEqual([expect.objectContaining({ code, says: expect.stringMatching(says) })]);
  const archived = await loadRegistry([source], ['deepseek'], {
    log: silentLog,
    versions: new Map([['deepseek', 1]]),
  });
  const [drift] = driftOfLockfile(lockfile, { current: files, archived: archived.files });
  expect(drift).toMatchObject({ basis: 'archive', affected: [reference], drift: { versionsBehind: 1 } });
});

test('a registry that cannot be read fails the check', async () => {
  const { lockfile, source } = await moveOn('gone', { dollars_per_million_tokens_output: 1 });
  await writeFile(join(root, 'gone/deepseek/models.json'), '{');
  const { registry, unreadable } = await loadRegistry([source], ['deepseek'], { log: silentLog });
  const { ok, findings } = checkLockfile(lockfile, { registry, unreadable });
  expect(ok).toBe(false);
  expect(findings[0]).toMatchObject({
    code: 'registry_unreadable',
    says: expect.stringContaining('is not valid JSON'),
  });
});
