// Opening a storage: what is made, with which rights, and what the operator is told when it cannot be opened.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { KeelsonError } from '@keelson/core';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callRecord } from './__fixtures__/call-records.ts';
import { createFile, createPostgres, deps, type TestDatabase } from './__fixtures__/databases.ts';
import { runProcess } from './__fixtures__/processes.ts';
import { migrations } from './migrations/index.ts';
import { openDatabase, type StorageTarget } from './open-database.ts';
import { createStorage, openStorage } from './open-storage.ts';

async function failureOf(target: StorageTarget): Promise<KeelsonError> {
  const error: unknown = await openStorage(target, deps).then(
    (storage) => storage.close(),
    (thrown: unknown) => thrown,
  );
  if (KeelsonError.is(error)) return error;
  throw new Error('It opened, or failed with something else.', { cause: error });
}

describe('the file of the embedded database', () => {
  let folder: string;
  const target = (path: string): StorageTarget => ({ kind: 'sqlite', path: join(folder, path) });
  const modeOf = (path: string): string => (statSync(join(folder, path)).mode & 0o777).toString(8);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keelson-open-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.skipIf(process.platform === 'win32')(
    'is for its owner alone, with its folder and the files beside it',
    async () => {
      const storage = await openStorage(target('new/data/keelson.db'), deps);
      await storage.calls.insertBatch([callRecord()]);
      const modes = [
        'new',
        'new/data',
        'new/data/keelson.db',
        'new/data/keelson.db-wal',
        'new/data/keelson.db-shm',
      ];
      expect(modes.map(modeOf)).toEqual(['700', '700', '600', '600', '600']);
      await storage.close();
    },
  );

  it.skipIf(process.platform === 'win32')(
    'is closed to others when it was open to them; a folder of somebody else stays as it is',
    async () => {
      chmodSync(folder, 0o755);
      await (await openStorage(target('keelson.db'), deps)).close();
      chmodSync(join(folder, 'keelson.db'), 0o644);
      await (await openStorage(target('keelson.db'), deps)).close();
      expect([modeOf('.'), modeOf('keelson.db')]).toEqual(['755', '600']);
    },
  );

  it('keeps what was written, over a second opening', async () => {
    const record = callRecord();
    const first = await openStorage(target('keelson.db'), deps);
    await first.calls.insertBatch([record]);
    await first.close();
    const second = await openStorage(target('keelson.db'), deps);
    expect(await second.calls.find(record.id)).toEqual(record);
    await second.close();
  });

  it.each([
    ['normal', 1],
    ['full', 2],
  ] as const)('is written with synchronous=%s, in WAL mode, with foreign keys and patience', async (synchronous, level) => {
    const { db } = await openDatabase(
      { kind: 'sqlite', path: join(folder, 'keelson.db'), synchronous },
      deps,
    );
    const read = async (pragma: string): Promise<unknown> => {
      const { rows } = await sql.raw(`pragma ${pragma}`).execute(db);
      return Object.values(rows[0] as object)[0];
    };
    const pragmas = ['synchronous', 'journal_mode', 'foreign_keys', 'busy_timeout'];
    expect(await Promise.all(pragmas.map(read))).toEqual([level, 'wal', 1, 5000]);
    await db.destroy();
  });

  it('is refused when it is no database', async () => {
    writeFileSync(
      join(folder, 'notes.txt'),
      'Not a database at all, only a text that is long enough. '.repeat(40),
    );
    const error = await failureOf(target('notes.txt'));
    expect(error.code).toBe('configuration_invalid');
    expect(error.message).toBe(`The database \`${join(folder, 'notes.txt')}\` is not a database.`);
    expect(error.hint).toContain('Name another file');
  });

  it('is refused when it is a folder, or below a file', async () => {
    mkdirSync(join(folder, 'keelson.db'));
    writeFileSync(join(folder, 'file'), '');
    expect((await failureOf(target('keelson.db'))).code).toBe('configuration_invalid');
    const below = await failureOf(target('file/keelson.db'));
    expect(below.message).toContain('lies below something that is not a folder');
  });

  it.skipIf(process.platform === 'win32')('is refused when its folder cannot be written to', async () => {
    mkdirSync(join(folder, 'locked'));
    chmodSync(join(folder, 'locked'), 0o500);
    chmodSync(folder, 0o755);
    // In a process of its own, because rights mean nothing to root.
    const path = join(folder, 'locked', 'keelson.db');
    const { output } = await runProcess('open-once.ts', ['sqlite', path, '0', 'nobody']);
    expect(JSON.parse(output)).toEqual({
      code: 'configuration_invalid',
      message: `The database \`${join(folder, 'locked', 'keelson.db')}\` cannot be opened for writing.`,
      hint: 'Let this user write to the file and its folder.',
    });
  });
});

describe.each([
  ['an SQLite file', createFile],
  ['PostgreSQL', createPostgres],
] as const)('the schema in %s', (_, create) => {
  let database: TestDatabase;
  const change = async (statement: string): Promise<void> => {
    await (await openStorage(database.target, deps)).close();
    const { db } = await openDatabase(database.target, deps);
    await sql.raw(statement).execute(db);
    await db.destroy();
  };
  beforeEach(async () => {
    database = await create();
  });
  afterEach(() => database.remove());

  it('is refused when a newer Keelson wrote it', async () => {
    await change("insert into schema_migrations values (99, 'later', 'x', 0)");
    const error = await failureOf(database.target);
    expect(error.code).toBe('configuration_invalid');
    expect(error.message).toBe(
      `The database has version 99 of the schema; this version of Keelson knows ${migrations.length}.`,
    );
    expect(error.hint).toContain('newer');
  });

  it('is refused when a migration that it ran was another one', async () => {
    await change("update schema_migrations set hash = 'x' where number = 1");
    const error = await failureOf(database.target);
    expect(error.code).toBe('configuration_invalid');
    expect(error.message).toContain('Version 1');
  });
});

describe('a PostgreSQL server', () => {
  let database: Awaited<ReturnType<typeof createPostgres>>;
  const changed = (change: (url: URL) => void): StorageTarget => {
    const url = new URL(database.target.url);
    change(url);
    return { kind: 'postgres', url: url.href };
  };
  const expectNoPassword = (error: KeelsonError, password: string): void => {
    expect(error.code).toBe('configuration_invalid');
    const everything = `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)} ${error.hint}`;
    expect(everything).not.toContain(password);
  };
  beforeEach(async () => {
    database = await createPostgres();
  });
  afterEach(() => database.remove());

  it('that refuses the password is named without it', async () => {
    const target = changed((url) => {
      url.password = 'wrong-secret';
    });
    const error = await failureOf(target);
    expectNoPassword(error, 'wrong-secret');
    expect(error.message).toMatch(
      /^The PostgreSQL server at `127\.0\.0\.1:\d+\/keelson_test_\w+` refuses the user/,
    );
  });

  it('that does not answer is named', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    const error = await failureOf({
      kind: 'postgres',
      url: `postgres://me:hidden-secret@127.0.0.1:${port}/db`,
    });
    expectNoPassword(error, 'hidden-secret');
    expect(error.message).toBe(`The PostgreSQL server at \`127.0.0.1:${port}/db\` cannot be reached.`);
  });

  it('that accepts and says nothing is given up', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const error = await failureOf({
      kind: 'postgres',
      url: `postgres://me:hidden-secret@127.0.0.1:${port}/db`,
    });
    silent.close();
    expectNoPassword(error, 'hidden-secret');
    expect(error.message).toContain('cannot be reached');
  });

  it('without that database is named', async () => {
    const error = await failureOf(
      changed((url) => {
        url.pathname = '/nowhere';
      }),
    );
    expect(error.message).toContain('has no database of that name');
  });

  it('that speaks no TLS is not spoken to in the clear when TLS is asked for', async () => {
    const error = await failureOf(changed((url) => url.searchParams.set('sslmode', 'require')));
    expect(error.message).toContain('does not speak TLS');
  });

  it.each([
    'not an address hidden-secret',
    'mysql://me:hidden-secret@host/db',
    'postgres://me:hidden-secret@host:port/db',
    'postgres://me:hidden-secret%@host/db',
    'postgres://me:hidden-secret@host/db?sslmode=maybe',
    'postgres://me:hidden-secret@host/db?pool=hidden-secret',
    'postgres://me:hidden-secret@host/db?sslrootcert=missing.pem&sslmode=require',
  ])('with the address `%s` is refused before anything is sent', async (url) => {
    const error = await failureOf({ kind: 'postgres', url });
    expect(error.code).toBe('configuration_invalid');
    if (!url.includes('pool=')) expectNoPassword(error, 'hidden-secret');
    else expect(error.message).not.toContain('hidden-secret');
  });

  it('that goes away is told of, and used again when it is back', async () => {
    const opened = await openDatabase(database.target, deps);
    const storage = await createStorage(opened, deps);
    const other = await openDatabase(database.target, deps);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(other.db);
    await other.db.destroy();
    const record = callRecord();
    // A connection that is breaking may be handed out once more; none of them may fail with anything else, or for long.
    const insert = () =>
      storage.calls.insertBatch([record]).then(
        () => 'written',
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'configuration_invalid' });
          return 'refused';
        },
      );
    await expect.poll(insert, { timeout: 5000 }).toBe('written');
    expect(await storage.calls.find(record.id)).toEqual(record);
    await storage.close();
  });
});

it('a closed storage leaves no file of its own behind', async () => {
  const { target, remove } = await createFile();
  await (await openStorage(target, deps)).close();
  expect(existsSync(dirname(target.path))).toBe(true);
  expect([`${target.path}-wal`, `${target.path}-shm`].filter((file) => existsSync(file))).toEqual([]);
  await remove();
});
