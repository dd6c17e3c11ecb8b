// Looking after kept answers in a database makes none, changes no schema, and says when there is nothing to look after.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { silentLog, systemClock } from '../observability/index.ts';
import { openKeptAnswers } from './open-kept-answers.ts';
import { openStorage } from './open-storage.ts';

const folder = mkdtempSync(join(tmpdir(), 'keelson-kept-answers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const deps = { clock: systemClock, log: silentLog };
const fileAt = (name: string) => ({ kind: 'sqlite' as const, path: join(folder, name) });

test('a database that is not there is not made', async () => {
  expect(await openKeptAnswers(fileAt('none.db'), deps)).toBeUndefined();
  expect(existsSync(fileAt('none.db').path)).toBe(false);
});

test('one from before there were kept answers stays as it was', async () => {
  const database = new DatabaseSync(fileAt('old.db').path);
  database.exec('create table calls (id text)');
  database.close();
  expect(await openKeptAnswers(fileAt('old.db'), deps)).toBeUndefined();
  const after = new DatabaseSync(fileAt('old.db').path);
  expect(after.prepare('select name from sqlite_master').all()).toEqual([{ name: 'calls' }]);
  after.close();
});

test('a file that is no database is told', async () => {
  writeFileSync(fileAt('wrong.db').path, 'no database '.repeat(100));
  await expect(openKeptAnswers(fileAt('wrong.db'), deps)).rejects.toThrow('wrong.db');
});

test('what is kept is counted and forgotten while a gateway has the database open', async () => {
  const storage = await openStorage(fileAt('used.db'), deps);
  const sealed = new Uint8Array(10);
  for (const [workspace, hash] of [
    ['a', 'x'],
    ['a', 'y'],
    ['b', 'x'],
  ] as const)
    await storage.cachedAnswers.put({ workspace, hash, keptAt: 1, expiresAt: 2, sealed });
  const kept = await openKeptAnswers(fileAt('used.db'), deps);
  expect(await kept?.overview(1)).toEqual([{ workspace: 'a', entries: 2, bytes: 20, oldestAt: 1 }]);
  expect(await kept?.hitsSince(0)).toBe(0);
  expect(await kept?.forget('all')).toBe(3);
  await kept?.close();
  expect(await storage.cachedAnswers.overview(10)).toEqual([]);
  await storage.close();
});
