// Which files a start runs: a bundle that is made once for a state of the sources, whole or not at all, and the sources where
// there can be none. The planted tree stands for the repository; the last test runs the real one.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPrograms } from './programs.ts';

let root = '';
const notes: string[] = [];
const note = (line: string): void => void notes.push(line);

beforeEach(() => {
  notes.length = 0;
  root = mkdtempSync(join(tmpdir(), 'keelson-programs-'));
  for (const name of ['core', 'engine', 'server', 'simulator'])
    write(`packages/${name}/package.json`, '{"type":"module"}');
  write('packages/core/src/word.ts', "export const word: string = 'Schiff für alle';");
  write('packages/engine/src/storage/write-worker.ts', "import './sum.ts'; console.log('worker');");
  write('packages/engine/src/storage/sum.ts', 'export const sum: number = 1;');
  write(
    'packages/server/src/start.ts',
    "import { word } from '../../core/src/word.ts'; console.log('server', word);",
  );
  write(
    'packages/simulator/src/main.ts',
    "import { word } from '../../core/src/word.ts'; console.log(word);",
  );
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const cache = (): string => join(root, 'node_modules/.cache/keelson');
const run = (path: string): string => execFileSync(process.execPath, [path], { encoding: 'utf8' }).trim();

test('a bundle does what the sources do, and is found again while nothing changes', async () => {
  const first = await findPrograms(root, { note });
  expect(notes).toEqual([]);
  expect(first.server).toContain('bundle-');
  expect(run(first.server)).toBe('server Schiff für alle');
  expect(run(first.simulator)).toBe('Schiff für alle');
  expect(run(join(dirname(first.server), 'write-worker.js'))).toBe('worker');
  writeFileSync(first.server, "console.log('as it was found')");
  expect(run((await findPrograms(root)).server)).toBe('as it was found');
});

test.each([
  ['a source', 'packages/core/src/word.ts', "export const word = 'Boot';"],
  ['a new source', 'packages/core/src/deep/new.ts', ''],
  ['what is installed', 'node_modules/.package-lock.json', '{}'],
  ['the manifest with the version', 'packages/server/package.json', '{"type":"module","version":"2.0.0"}'],
])('%s that changed makes a new bundle', async (_, path, text) => {
  const before = await findPrograms(root);
  write(path, text);
  const after = await findPrograms(root, { note });
  expect(after.server).not.toBe(before.server);
  expect(notes).toEqual([]);
  expect(run(after.server)).toMatch(/^server /);
});

test('a source of the same size that was saved again makes a new bundle', async () => {
  const before = await findPrograms(root);
  utimesSync(join(root, 'packages/core/src/word.ts'), 1, 1);
  expect((await findPrograms(root)).server).not.toBe(before.server);
});

test('tests and their fixtures make none', async () => {
  const before = await findPrograms(root);
  write('packages/core/src/word.test.ts', 'throw 1;');
  write('packages/core/src/__fixtures__/words.ts', 'throw 1;');
  expect(await findPrograms(root)).toEqual(before);
});

test('several starts at once get the same whole bundle and leave nothing else behind', async () => {
  const all = await Promise.all([1, 2, 3].map(() => findPrograms(root, { note })));
  expect(new Set(all.map(({ server }) => server)).size).toBe(1);
  expect(notes).toEqual([]);
  expect(run(all[0]?.server ?? '')).toMatch(/^server /);
  expect(readdirSync(cache())).toEqual([expect.stringMatching(/^bundle-/)]);
});

test('a start that is stopped while it bundles leaves nothing, and the next one bundles', async () => {
  const stop = new AbortController();
  const begun = findPrograms(root, { note, signal: stop.signal });
  stop.abort();
  expect((await begun).server).toMatch(/start\.ts$/);
  expect(readdirSync(cache())).toEqual([]);
  expect((await findPrograms(root)).server).toContain('bundle-');
});

test('what a start that was killed has left is deleted when it is old, and harms nobody before', async () => {
  for (const name of ['draft-old', 'draft-new']) mkdirSync(join(cache(), name, 'dist'), { recursive: true });
  utimesSync(join(cache(), 'draft-old'), 1, 1);
  expect((await findPrograms(root, { note })).server).toContain('bundle-');
  expect(notes).toEqual([]);
  expect(readdirSync(cache()).filter((name) => name.startsWith('draft-'))).toEqual(['draft-new']);
});

test('a stack names the source and its line where Node is asked for it, and the bundle otherwise', async () => {
  write('packages/server/src/start.ts', "type Word = string;\n\n\nthrow new Error('wrong' satisfies Word);");
  const { server } = await findPrograms(root);
  const stackWith = (...flags: string[]): string =>
    spawnSync(process.execPath, [...flags, server], { encoding: 'utf8' }).stderr;
  expect(stackWith('--enable-source-maps')).toContain(join(root, 'packages/server/src/start.ts:4:7'));
  expect(stackWith()).toMatch(/dist\/start\.js:\d+/);
});

test('a bundle that lacks a file is made anew', async () => {
  const { server } = await findPrograms(root);
  rmSync(join(dirname(server), 'write-worker.js'));
  expect(await findPrograms(root, { note })).toMatchObject({ server });
  expect(notes).toEqual([]);
  expect(existsSync(join(dirname(server), 'write-worker.js'))).toBe(true);
});

test('the four bundles that were used last are kept', async () => {
  const { server: used } = await findPrograms(root);
  for (const at of [1, 2, 3, 4, 5]) {
    const folder = join(cache(), `bundle-${at}`);
    mkdirSync(folder);
    utimesSync(folder, at, at);
  }
  utimesSync(dirname(dirname(used)), 1, 1);
  await findPrograms(root);
  write('packages/core/src/word.ts', "export const word = 'Boot';");
  const { server: made } = await findPrograms(root);
  const kept = [made, used].map((path) => dirname(dirname(path)).slice(cache().length + 1));
  expect(readdirSync(cache()).toSorted()).toEqual([...kept, 'bundle-4', 'bundle-5'].toSorted());
});

test('a program that another file would run by importing it is no bundle', async () => {
  write(
    'packages/engine/src/storage/write-worker.ts',
    "import { started } from '../../../server/src/start.ts'; console.log(started);",
  );
  write('packages/server/src/start.ts', "export const started = 1; console.log('server');");
  expect((await findPrograms(root, { note })).server).toMatch(/start\.ts$/);
  expect(notes).toEqual([expect.stringContaining('imports the program `start.js`')]);
});

test.each([
  ['sources that do not parse', () => write('packages/server/src/start.ts', 'const = 1;')],
  ['a folder that cannot be written', () => write('node_modules/.cache', 'a file')],
  ['a missing program', () => rmSync(join(root, 'packages/simulator/src/main.ts'))],
])('with %s the sources are run, and one note says why', async (_, spoil) => {
  spoil();
  expect(await findPrograms(root, { note })).toEqual({
    server: join(root, 'packages/server/src/start.ts'),
    simulator: join(root, 'packages/simulator/src/main.ts'),
    codeCache: cache(),
  });
  expect(notes).toEqual([expect.stringContaining('so the sources are run')]);
});

test('several workers run from the real bundle, and their threads write what was called', {
  timeout: 60_000,
}, async () => {
  const repository = resolve(import.meta.dirname, '../..');
  const programs = await findPrograms(repository, { note });
  expect(notes).toEqual([]);
  const simulator = spawn(process.execPath, [programs.simulator, '--quiet', '--port', '0'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ url: vendor }] = (await once(simulator, 'message')) as [{ url: string }];
  const environment = {
    KEELSON_DATA: root,
    KEELSON_PORT: '0',
    KEELSON_WORKERS: '2',
    KEELSON_SIMULATOR_URL: vendor,
    KEELSON_KEY: 'ks-of-the-bundle-test',
  };
  const server = spawn(process.execPath, [programs.server], { env: { ...process.env, ...environment } });
  try {
    let text = '';
    for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (text += chunk));
    await expect.poll(() => text, { timeout: 30_000 }).toMatch(/listens on \S+\.\s/);
    const url = /listens on (\S+)\.\s/.exec(text)?.[1] ?? '';
    const { version } = JSON.parse(readFileSync(join(repository, 'packages/server/package.json'), 'utf8'));
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ version });
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer ks-of-the-bundle-test', 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'Hello!' }] }),
    });
    expect(answer.status).toBe(200);
    await answer.text();
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(text).not.toContain('fail');
    const database = new DatabaseSync(join(root, 'keelson.db'), { readOnly: true });
    expect(database.prepare('select count(*) as calls from calls').get()).toEqual({ calls: 1 });
    database.close();
  } finally {
    server.kill('SIGKILL');
    simulator.kill('SIGKILL');
  }
});
