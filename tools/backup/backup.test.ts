// The commands for backups, as an operator runs them: the server's environment, reports, and refusals that change nothing.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openStorage, silentLog, systemClock } from '@keelson/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-backup-tool-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly told: string;
}

function run(tool: 'backup' | 'restore', data: string, ...args: readonly string[]): Promise<Ran> {
  const cache = join(root, 'node_modules/.cache/compile');
  const { KEELSON_DATABASE_URL: _, ...rest } = process.env;
  const env = { ...rest, KEELSON_DATA: join(folder, data), NODE_COMPILE_CACHE: cache };
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [join(root, `tools/backup/${tool}.ts`), ...args],
      { env },
      (_error, out, told) => done({ code: child.exitCode ?? -1, out, told }),
    );
  });
}

const open = (data: string) =>
  openStorage(
    { kind: 'sqlite', path: join(folder, data, 'keelson.db') },
    { clock: systemClock, log: silentLog },
  );

test('a backup is made, checked and restored by commands, and refusals say what to do', {
  timeout: 60_000,
}, async () => {
  const storage = await open('old');
  await storage.settings.write({ name: 'colour', value: 'green', version: 0 });
  const file = join(folder, 'keelson.backup');
  const made = await run('backup', 'old', file, '--json');
  expect(made).toMatchObject({ code: 0, told: '' });
  // The setting, and what every database begins with.
  expect(JSON.parse(made.out)).toMatchObject({ file, tables: { settings: 1 }, rows: 5 });
  await storage.close();

  const [checked, nothing, again, restored] = await Promise.all([
    run('restore', 'unused', file, '--check'),
    run('backup', 'unused'),
    run('restore', 'old', file),
    run('restore', 'new', file),
  ]);
  expect(checked.out).toMatch(/^The backup is whole: 5 rows of \d{4}-/);
  expect(nothing).toMatchObject({
    code: 1,
    told: expect.stringMatching(/^Say where to: `npm run backup -- FILE`/),
  });
  expect(existsSync(join(folder, 'unused'))).toBe(false);
  expect(again).toMatchObject({
    code: 1,
    out: '',
    told: expect.stringMatching(/^The database is not empty\. Nothing/),
  });
  expect(restored).toMatchObject({ code: 0, out: expect.stringMatching(/^Restored 5 rows of /) });
  const heir = await open('new');
  expect(await heir.settings.find('colour')).toMatchObject({ value: 'green' });
  await heir.close();
});
