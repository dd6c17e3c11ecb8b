// The lockfile on disk: found by written rules, never half written, never overwritten when broken, no binding lost.
import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bindAlias, createLockfile, LockfileError, maxLockfileLength, parseLockfile } from '@keelson/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock, systemRandom } from '../observability/index.ts';
import { changeLockfile } from './change-lockfile.ts';
import { findLockfile } from './find-lockfile.ts';
import { migrateLockfileFile } from './migrate-lockfile-file.ts';
import { readLockfileFile } from './read-lockfile-file.ts';

const deps = { clock: systemClock, random: systemRandom };
const empty = '# Ours.\n\nversion = 1\n\n[profiles.default]\n';
let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-lockfile-'));
  path = join(folder, 'keelson.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bind = (name: string) =>
  changeLockfile(path, (lockfile) => bindAlias(lockfile, name, { models: ['acme:small'] }), deps);
const boundIn = (text: string): string[] => [
  ...(parseLockfile(text).profiles.get('default')?.aliases.keys() ?? []),
];
const read = (): string => readFileSync(path, 'utf8');

test('a named file must exist; otherwise the nearest one going up is found', async () => {
  const inner = join(folder, 'a', 'b');
  mkdirSync(inner, { recursive: true });
  writeFileSync(join(folder, 'llmring.lock.json'), '{}');
  expect(await findLockfile({ folder: inner })).toEqual({
    path: join(folder, 'llmring.lock.json'),
    origin: 'found',
  });
  writeFileSync(path, empty);
  expect(await findLockfile({ folder: inner })).toEqual({ path, origin: 'found' });
  writeFileSync(join(folder, 'a', 'llmring.lock'), '');
  expect((await findLockfile({ folder: inner }))?.path).toBe(join(folder, 'a', 'llmring.lock'));
  const environment = { KEELSON_LOCKFILE: '', LLMRING_LOCKFILE_PATH: '../../keelson.lock' };
  expect(await findLockfile({ folder: inner, environment })).toEqual({
    path,
    origin: 'LLMRING_LOCKFILE_PATH',
  });
  expect(await findLockfile({ folder: inner, environment, path: '../llmring.lock' })).toMatchObject({
    origin: 'asked',
  });
  await expect(findLockfile({ folder, path: 'none.lock' })).rejects.toThrow('There is no lockfile');
  await expect(findLockfile({ folder, environment: { KEELSON_LOCKFILE: 'x' } })).rejects.toThrow(
    'which `KEELSON_LOCKFILE` names',
  );
});

test('changes that happen at the same time are all kept, comments too, and nothing is left behind', async () => {
  writeFileSync(path, empty);
  chmodSync(path, 0o600);
  const names = Array.from({ length: 12 }, (_, index) => `alias-${index}`);
  await Promise.all(names.map(bind));
  expect(boundIn(read()).sort()).toEqual(names.sort());
  expect(read().startsWith('# Ours.\n\nversion = 1\n')).toBe(true);
  expect(readdirSync(folder)).toEqual(['keelson.lock']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('processes that write at the same time lose nothing, and a reader never sees half a file', async () => {
  writeFileSync(path, empty);
  const program = fileURLToPath(new URL('./__fixtures__/bind-many.ts', import.meta.url));
  const run = promisify(execFile);
  let isRunning = true;
  const writers = Promise.all(
    ['one', 'two', 'three'].map((name) => run(process.execPath, [program, path, name, '8'])),
  ).finally(() => {
    isRunning = false;
  });
  let reads = 0;
  while (isRunning) {
    boundIn(read());
    reads++;
    await systemClock.sleep(5);
  }
  await writers;
  expect(reads).toBeGreaterThan(1);
  expect(boundIn(read())).toHaveLength(24);
  expect(readdirSync(folder)).toEqual(['keelson.lock']);
}, 60_000);

test('a broken file is told with its place and not touched', async () => {
  const broken = 'version = 1\n[profiles.default.aliases]\nfast = 5\n';
  writeFileSync(path, broken);
  await expect(bind('new')).rejects.toThrow('keelson.lock:3:1: `profiles.default.aliases.fast` must be');
  await expect(bind('new')).rejects.toBeInstanceOf(LockfileError);
  expect(read()).toBe(broken);
  expect(readdirSync(folder)).toEqual(['keelson.lock']);
});

test('a change that fails leaves the file as it was, and the lock free', async () => {
  writeFileSync(path, empty);
  const failing = changeLockfile(
    path,
    () => {
      throw new Error('not today');
    },
    deps,
  );
  await expect(failing).rejects.toThrow('not today');
  expect(read()).toBe(empty);
  await bind('fast');
  expect(boundIn(read())).toEqual(['fast']);
});

test('a change that says nothing new writes nothing', async () => {
  writeFileSync(path, empty);
  expect((await bind('fast')).isChanged).toBe(true);
  const before = statSync(path);
  const again = await bind('fast');
  expect(again.isChanged).toBe(false);
  expect(statSync(path).ino).toBe(before.ino);
  expect(again.digest).toBe((await readLockfileFile(path)).digest);
});

test('a file is created only where that is wanted', async () => {
  await expect(bind('fast')).rejects.toThrow('cannot be read: the system says ENOENT');
  const create = () => createLockfile(new Map());
  const { lockfile } = await changeLockfile(
    path,
    (made) => bindAlias(made, 'fast', { models: ['acme:small'] }),
    deps,
    { create },
  );
  expect(parseLockfile(read())).toEqual(lockfile);
});

test('a link stays a link', async () => {
  const real = join(folder, 'real.lock');
  writeFileSync(real, empty);
  symlinkSync(real, path);
  await bind('fast');
  expect(boundIn(readFileSync(real, 'utf8'))).toEqual(['fast']);
  expect(readdirSync(folder).sort()).toEqual(['keelson.lock', 'real.lock']);
});

test('the lock of a process that died, or that is too old, is taken over', async () => {
  writeFileSync(path, empty);
  const lock = `${path}.writing`;
  const child = await new Promise<number>((done) => {
    const started = execFile(process.execPath, ['-e', '']);
    started.on('exit', () => done(started.pid ?? 0));
  });
  writeFileSync(lock, JSON.stringify({ pid: child, host: hostname(), token: 'x' }));
  await bind('one');
  writeFileSync(lock, JSON.stringify({ pid: process.pid, host: 'elsewhere', token: 'x' }));
  utimesSync(lock, 1, 1);
  await bind('two');
  writeFileSync(lock, '');
  utimesSync(lock, 1, 1);
  await bind('three');
  expect(boundIn(read())).toEqual(['one', 'two', 'three']);
  expect(existsSync(lock)).toBe(false);
});

test('the lock of a process that lives is waited for, and in the end told', async () => {
  writeFileSync(path, empty);
  const lock = `${path}.writing`;
  const holder = JSON.stringify({ pid: process.pid, host: hostname(), token: 'x' });
  writeFileSync(lock, holder);
  let elapsed = 0;
  const clock = {
    ...systemClock,
    elapsed: () => elapsed,
    sleep: async () => {
      elapsed += 1000;
    },
  };
  const waiting = changeLockfile(path, (lockfile) => lockfile, { ...deps, clock });
  await expect(waiting).rejects.toMatchObject({ code: 'conflict' });
  expect(readFileSync(lock, 'utf8')).toBe(holder);
});

test('a writer whose lock was taken over in the meantime begins again', async () => {
  writeFileSync(path, empty);
  let tries = 0;
  await changeLockfile(
    path,
    (lockfile) => {
      tries++;
      if (tries === 1) rmSync(`${path}.writing`);
      return bindAlias(lockfile, 'fast', { models: ['acme:small'] });
    },
    deps,
  );
  expect(tries).toBe(2);
  expect(boundIn(read())).toEqual(['fast']);
});

test('files that are huge, no files or not UTF-8 are refused', async () => {
  writeFileSync(path, Buffer.alloc(4 * maxLockfileLength + 1, 'a'));
  await expect(readLockfileFile(path)).rejects.toThrow('bytes, and');
  await expect(readLockfileFile(folder)).rejects.toThrow('it is no file');
  writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00]));
  await expect(readLockfileFile(path)).rejects.toThrow('it is not UTF-8');
});

test('an llmring.lock is read, never changed, and migrated with a copy and a report', async () => {
  const old = join(folder, 'llmring.lock');
  const text =
    'version = "1.0"\n[profiles.default]\n[[profiles.default.bindings]]\nalias = "fast"\nmodel = "gemini-2.5-pro"\nprovider = "google"\n';
  writeFileSync(old, text);
  await expect(changeLockfile(old, (lockfile) => lockfile, deps)).rejects.toThrow('is a lockfile of LLMRing');
  const migrated = await migrateLockfileFile(old, path, deps);
  expect(migrated).toMatchObject({ form: 'v3.5', backup: `${old}.backup`, notes: [{ kind: 'renamed' }] });
  expect(readFileSync(migrated.backup, 'utf8')).toBe(text);
  expect(readFileSync(old, 'utf8')).toBe(text);
  expect(boundIn(read())).toEqual(['fast']);
  await expect(migrateLockfileFile(old, path, deps)).rejects.toThrow('exists already');
  const second = await migrateLockfileFile(old, join(folder, 'other.lock'), deps);
  expect(second.backup).toBe(`${old}.backup-2`);
});
