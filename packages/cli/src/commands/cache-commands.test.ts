// `keelson cache`, as a process: what is counted, what goes, and that nothing goes without being asked for.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStorage, silentLog, systemClock } from '@keelson/engine';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { hasTerminal, onTerminal } from '../__fixtures__/pseudo-terminal.ts';
import { findKeelson, keelson, keelsonJson, makeFolder, removeFolder } from '../__fixtures__/run-keelson.ts';

vi.setConfig({ testTimeout: 90_000 });

const folders: string[] = [];
let folder = '';
let env: Record<string, string> = {};
beforeAll(() => void findKeelson(), 120_000);
beforeEach(() => {
  folder = makeFolder();
  folders.push(folder);
  env = { KEELSON_DATA: join(folder, 'data') };
});
afterAll(() => folders.forEach(removeFolder));

const keptAt = Date.UTC(2026, 0, 2);

async function keepAnswers(): Promise<void> {
  const target = { kind: 'sqlite', path: join(folder, 'data/keelson.db') } as const;
  const storage = await openStorage(target, { clock: systemClock, log: silentLog });
  const put = (workspace: string, hash: string, size: number) =>
    storage.cachedAnswers.put({ workspace, hash, keptAt, expiresAt: keptAt, sealed: new Uint8Array(size) });
  await Promise.all([put('main', 'a', 2000), put('main', 'b', 500), put('te\u001bam', 'a', 10)]);
  await storage.close();
}

function keepFiles(): string {
  const registry = join(folder, '.cache/keelson/registry/abc');
  mkdirSync(registry, { recursive: true });
  writeFileSync(join(registry, 'openai_current.json'), 'x'.repeat(1234));
  return registry;
}

test('info counts what is there, and makes nothing where nothing is', async () => {
  const empty = await keelsonJson(['cache', 'info'], { folder, env });
  expect(empty.data).toMatchObject({
    answers: { store: 'memory', entries: 0, bytes: 0, workspaces: [] },
    registry: { entries: 0, oldestAt: null },
  });
  expect(existsSync(join(folder, 'data'))).toBe(false);
  await keepAnswers();
  keepFiles();
  const { data, code } = await keelsonJson(['cache'], { folder, env: { ...env, KEELSON_CACHE: 'database' } });
  expect(code).toBe(0);
  expect(data.answers).toMatchObject({
    store: 'database',
    place: join(folder, 'data/keelson.db'),
    entries: 3,
    bytes: 2510,
    hits: 0,
    oldestAt: '2026-01-02T00:00:00.000Z',
    workspaces: [
      { workspace: 'main', entries: 2, bytes: 2500 },
      { workspace: 'te\u001bam', entries: 1 },
    ],
  });
  expect(data.registry).toMatchObject({
    entries: 1,
    bytes: 1234,
    path: join(folder, '.cache/keelson/registry'),
  });
  const { out } = await keelson(['cache', 'info'], { folder, env });
  expect(out).toMatch(/^answers +3 +2\.5 kB +0 +2026-01-02 00:00 /m);
  expect(out).not.toContain('\u001b');
});

test('clear needs a yes, and then clears what is named', async () => {
  await keepAnswers();
  const registry = keepFiles();
  const refused = await keelson(['cache', 'clear'], { folder, env });
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.err).toContain('Write `--yes`');
  const wrong = await keelson(['cache', 'clear', 'registry', '--workspace', 'main', '--yes'], {
    folder,
    env,
  });
  expect(wrong).toMatchObject({ code: 2 });
  expect(await keelson(['cache', 'clear', 'anwers', '-y'], { folder, env })).toMatchObject({ code: 2 });
  const one = await keelsonJson(['cache', 'clear', '--workspace', 'main', '--yes'], { folder, env });
  expect(one.data).toEqual({ cleared: { answers: 2 } });
  expect(readdirSync(registry)).toHaveLength(1);
  const rest = await keelsonJson(['cache', 'clear', 'registry', 'answers', '-y'], { folder, env });
  expect(rest.data).toEqual({ cleared: { answers: 1, registry: 1 } });
  expect(existsSync(registry)).toBe(false);
});

test('a database that is none, a setting that is wrong, and a Redis that is away are told', async () => {
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data/keelson.db'), 'no database '.repeat(100));
  const database = await keelson(['cache', 'info'], { folder, env });
  expect(database.code).toBeGreaterThan(0);
  expect(database.err).toContain('keelson.db');
  const other = { KEELSON_DATA: join(folder, 'none') };
  const setting = await keelson(['cache'], { folder, env: { ...other, KEELSON_CACHE: 'disk' } });
  expect(setting).toMatchObject({ code: 3, out: '' });
  const redis = { ...other, KEELSON_REDIS_URL: 'redis://:hidden@127.0.0.1:1' };
  const away = await keelson(['cache', 'clear', 'answers', '--yes'], { folder, env: redis });
  expect(away).toMatchObject({ code: 6, out: '' });
  expect(away.err).not.toContain('hidden');
});

test.runIf(hasTerminal)('on a terminal it asks, and takes no for an answer', async () => {
  const registry = keepFiles();
  const sign = '[y/N]';
  const no = await onTerminal(['cache', 'clear', 'registry'], { folder, env, typed: [[sign, 'n\r']] });
  expect(no.screen).toContain('Nothing was cleared.');
  expect([no.code, readdirSync(registry).length]).toEqual([1, 1]);
  const stopped = await onTerminal(['cache', 'clear', 'registry'], {
    folder,
    env,
    typed: [[sign, '\u0003']],
  });
  expect([stopped.code, readdirSync(registry).length]).toEqual([130, 1]);
  const yes = await onTerminal(['cache', 'clear', 'registry'], { folder, env, typed: [[sign, 'y\r']] });
  expect(yes.screen).toContain('registry: 1 removed');
  expect([yes.code, existsSync(registry)]).toEqual([0, false]);
});
