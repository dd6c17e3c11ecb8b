// A database is asked whether it answers, and is neither made nor changed by that.
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeelsonError } from '@keelson/core';
import { afterAll, expect, test } from 'vitest';
import { createPostgres, deps } from './__fixtures__/databases.ts';
import { checkDatabase } from './check-database.ts';
import { openStorage } from './open-storage.ts';

const folder = mkdtempSync(join(tmpdir(), 'keelson-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file that is not there is missing, and is not made', async () => {
  const path = join(folder, 'none', 'keelson.db');
  expect(await checkDatabase({ kind: 'sqlite', path })).toBe('missing');
  expect(existsSync(join(folder, 'none'))).toBe(false);
});

test('a file answers, also while a server writes to it', async () => {
  const path = join(folder, 'keelson.db');
  const storage = await openStorage({ kind: 'sqlite', path }, deps);
  try {
    const { mtimeMs } = statSync(path);
    expect(await checkDatabase({ kind: 'sqlite', path })).toBe('answers');
    expect(statSync(path).mtimeMs).toBe(mtimeMs);
  } finally {
    await storage.close();
  }
});

test('what is no database is refused by its path', async () => {
  const path = join(folder, 'text.db');
  writeFileSync(
    path,
    'This is a text, and long enough to be read as the head of a file of SQLite.'.repeat(20),
  );
  const error: unknown = await checkDatabase({ kind: 'sqlite', path }).catch((thrown: unknown) => thrown);
  expect(KeelsonError.is(error)).toBe(true);
  expect((error as KeelsonError).message).toContain(path);
});

test('PostgreSQL answers; where nobody listens, the error names the place and not the password', async () => {
  const database = await createPostgres();
  try {
    expect(await checkDatabase(database.target)).toBe('answers');
  } finally {
    await database.remove();
  }
  const url = 'postgres://somebody:hidden-word@127.0.0.1:1/keelson';
  const error: unknown = await checkDatabase({ kind: 'postgres', url }).catch((thrown: unknown) => thrown);
  expect((error as KeelsonError).message).toContain('127.0.0.1:1');
  expect(JSON.stringify(error)).not.toContain('hidden-word');
});
