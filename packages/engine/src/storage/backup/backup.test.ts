// Backups of either engine hold every row of every table, are restored into either, whole or not at all, and what is damaged is refused.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callRecord, idAt, noon } from '../__fixtures__/call-records.ts';
import { createFile, createPostgres, deps, type TestDatabase } from '../__fixtures__/databases.ts';
import { expectSumsToAgree } from '../__fixtures__/sums-agree.ts';
import { checkBackup, restoreBackup, writeBackup } from '../backup-and-restore.ts';
import { dayMs } from '../days.ts';
import { migrations } from '../migrations/index.ts';
import { openDatabase, type StorageTarget } from '../open-database.ts';
import { createStorage, openStorage } from '../open-storage.ts';
import type { Schema } from '../schema.ts';
import { backupTables, daysOfTables } from './backup-tables.ts';

/** More than go into one page, or into one statement. */
const rowsPerTable = 70;

let folder: string;
const databases: TestDatabase[] = [];
let file: StorageTarget;
let server: StorageTarget;
/** Of the file, with rows of all kinds in every table. */
let backup: string;

async function make(kind: 'file' | 'server'): Promise<StorageTarget> {
  const database = await (kind === 'file' ? createFile() : createPostgres());
  databases.push(database);
  return database.target;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-backup-'));
  [file, server] = [await make('file'), await make('server')];
  const opened = await openDatabase(file, deps);
  const storage = await createStorage(opened, deps);
  await fillTables(opened.db);
  await storage.close();
  backup = join(folder, 'first.backup');
  await writeBackup(file, backup, deps);
});
afterAll(async () => {
  for (const database of databases) await database.remove();
  rmSync(folder, { recursive: true });
});

/** What a text may hold that somebody could forget to escape. */
const oddText = 'ö 🦉 \u2028 "quoted" \'single\' \\ \n\t {"rows":1}';

/** Rows with everything that a column of a type takes; a table that is new needs nothing here. */
async function fillTables(db: Kysely<Schema>): Promise<void> {
  for (const table of Object.keys(backupTables)) {
    const { rows: columns } = await sql<{ name: string; type: string; notnull: number; pk: number }>`
      select name, lower(type) as type, "notnull", pk from pragma_table_info(${table})`.execute(db);
    await sql`delete from ${sql.table(table)}`.execute(db);
    for (let at = 0; at < rowsPerTable; at++) {
      const values = columns.map((column) => {
        const isOptional = column.notnull === 0 && column.pk === 0;
        if (isOptional && at % 3 === 0) return null;
        if (column.name === daysOfTables[table]) return idAt(noon - (at % 40) * dayMs - at);
        if (column.name === 'definition') return '{"definition":{"measure":"money"}}';
        if (column.type === 'blob') return Buffer.from([0, 255, at]);
        if (column.type === 'text') return `${at} ${oddText}`;
        return column.type === 'bigint' ? 2n ** 53n + BigInt(at) : at;
      });
      const names = sql.join(columns.map(({ name }) => sql.ref(name)));
      await sql`insert into ${sql.table(table)} (${names}) values (${sql.join(values)})`.execute(db);
    }
  }
}

function linesOf(path: string): string[] {
  return gunzipSync(readFileSync(path)).toString('utf8').split('\n').slice(0, -1);
}

/** By table, without what restoring changes on purpose. */
function tablesOf(path: string): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  let rows: string[] = [];
  for (const line of linesOf(path).slice(1, -1)) {
    const start = line.startsWith('{"table"') ? (JSON.parse(line) as { table: string }) : undefined;
    if (start === undefined) rows.push(line);
    else {
      rows = [line];
      tables.set(start.table, rows);
    }
  }
  for (const table of [
    ...['budget_windows', 'budget_owners', 'budget_leases', 'budget_audit'],
    ...['receipt_logs', 'run_workers'],
  ])
    tables.delete(table);
  return tables;
}

async function look<Result>(target: StorageTarget, run: (db: Kysely<Schema>) => Promise<Result>) {
  const { db } = await openDatabase(target, deps);
  try {
    return await run(db);
  } finally {
    await db.destroy();
  }
}

describe('a backup', () => {
  it('goes from a file to a server and back with every row of every table as it was', async () => {
    const seen: string[] = [];
    const report = await restoreBackup(backup, server, {
      ...deps,
      onProgress: ({ table }) => seen.push(table),
    });
    expect(report).toMatchObject({ rows: rowsPerTable * Object.keys(backupTables).length });
    expect(new Set(seen)).toEqual(new Set(Object.keys(backupTables)));
    const second = join(folder, 'second.backup');
    await writeBackup(server, second, deps);
    const back = await make('file');
    await restoreBackup(second, back, deps);
    const third = join(folder, 'third.backup');
    await writeBackup(back, third, deps);
    const first = tablesOf(backup);
    expect(first.size).toBe(Object.keys(backupTables).length - 6);
    expect(first.get('cached_answers')).toHaveLength(rowsPerTable + 2);
    expect(tablesOf(second)).toEqual(first);
    expect(tablesOf(third)).toEqual(first);
  });

  it('is readable for its owner alone, and leaves nothing else beside it', async () => {
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
    const lines = linesOf(backup);
    const hash = createHash('sha256').update(`${lines.slice(0, -1).join('\n')}\n`);
    expect(await checkBackup(backup)).toMatchObject({
      header: { keelson_backup: 1, schema: migrations.length, engine: 'sqlite' },
      trailer: { sha256: hash.digest('hex') },
    });
  });

  it('makes what was lent count as spent, and starts new logs of receipts', async () => {
    const target = await make('file');
    const { clock } = deps;
    const storage = await openStorage(target, deps);
    const at = clock.now() - dayMs;
    for (const [id, measure] of [
      ['money', 'money'],
      ['slots', 'concurrency'],
    ] as const)
      await storage.budgets.create({ id, definition: { measure }, amount: 100, at });
    await storage.leases.register({ id: 'p', host: 'here', startedAt: at, heartbeatAt: at });
    const order = {
      startsAt: 0,
      endsAt: at + dayMs,
      keeps: 0,
      overshoot: 0,
      least: 1,
      extra: 0,
      isForced: false,
    };
    const orders = ['money', 'slots'].map((budgetId) => ({ ...order, budgetId, settled: 0, needs: 30 }));
    await storage.leases.send({ owner: 'p', number: 1, journalled: 0, at, orders });
    const claim = { now: at, until: at + 1, isGone: () => true };
    expect(await storage.receipts.claimLog({ ...claim, newLog: 'old', owner: 'o' })).toEqual({ log: 'old' });
    await storage.close();
    const path = join(folder, 'lent.backup');
    await writeBackup(target, path, deps);
    const empty = await make('file');
    const report = await restoreBackup(path, empty, deps);
    expect(report).toMatchObject({ writtenOff: 1, endedLogs: 1 });
    const restored = await openStorage(empty, deps);
    expect(await restored.budgets.windows('money', 1)).toMatchObject([{ settled: 30, leased: 0 }]);
    expect(await restored.budgets.windows('slots', 1)).toMatchObject([{ settled: 0, leased: 0 }]);
    expect(await restored.leases.owners()).toEqual([]);
    expect(await restored.budgets.audit(1)).toMatchObject([
      { kind: 'restored', detail: { writtenOff: ['p'] } },
    ]);
    const again = {
      ...claim,
      now: clock.now() + 1000 * dayMs,
      newLog: 'new',
      owner: 'q',
      isGone: () => false,
    };
    expect(await restored.receipts.claimLog(again)).toEqual({ log: 'new' });
    await restored.close();
  });

  it.each([
    'sqlite',
    'postgres',
  ] as const)('of an older schema is brought to the newest (%s)', async (kind) => {
    const old = await make(kind === 'sqlite' ? 'file' : 'server');
    const fixture = join(import.meta.dirname, `../__fixtures__/schema-1.${kind}.sql`);
    await look(old, async (db) => {
      for (const statement of readFileSync(fixture, 'utf8').split(/;\n/))
        if (statement.trim() !== '') await sql.raw(statement).execute(db);
    });
    const path = join(folder, `old-${kind}.backup`);
    expect(await writeBackup(old, path, deps)).toMatchObject({ schema: 1 });
    const target = await make(kind === 'sqlite' ? 'server' : 'file');
    await restoreBackup(path, target, deps);
    const opened = await openDatabase(target, deps);
    const storage = await createStorage(opened, deps);
    expect(await storage.calls.find('01a1f8d3-ea00-7000-8000-000000000001')).toMatchObject({
      workspace: 'main',
    });
    await expectSumsToAgree(opened.db);
    await storage.close();
  });

  it('shows one moment while others write', async () => {
    for (const kind of ['file', 'server'] as const) {
      const target = await make(kind);
      const storage = await openStorage(target, deps);
      const write = () =>
        storage.calls.insertBatch(Array.from({ length: 40 }, () => callRecord({ startedAt: Date.now() })));
      await write();
      let isOver = false;
      const writing = (async () => {
        while (!isOver) await write();
      })();
      const path = join(folder, `${kind}-busy.backup`);
      const { tables } = await writeBackup(target, path, deps);
      isOver = true;
      await writing;
      await storage.close();
      const other = await make(kind === 'file' ? 'server' : 'file');
      await restoreBackup(path, other, deps);
      expect(await look(other, expectSumsToAgree)).toBe(tables['calls' as keyof typeof tables]);
    }
  });
});

describe('a restore', () => {
  const refusedBy = async (bytes: Buffer | string, message: RegExp): Promise<void> => {
    const path = join(folder, 'bad.backup');
    writeFileSync(path, bytes);
    const target = { kind: 'sqlite', path: join(folder, 'never', 'keelson.db') } as const;
    await expect(restoreBackup(path, target, deps)).rejects.toThrow(message);
    expect(existsSync(target.path)).toBe(false);
  };
  const pack = (lines: readonly string[]): Buffer => gzipSync(`${lines.join('\n')}\n`);

  it('refuses what is torn at any place, before anything is written', async () => {
    const bytes = readFileSync(backup);
    for (let part = 0; part < 12; part++) {
      await refusedBy(
        bytes.subarray(0, Math.floor((bytes.length * part) / 12)),
        /ends too early|no backup|damaged/,
      );
    }
    await refusedBy(bytes.subarray(0, -1), /ends too early/);
    const lines = linesOf(backup);
    await refusedBy(pack(lines.slice(0, -1)), /ends too early/);
    await refusedBy(gzipSync(lines.join('\n')), /middle of a line/);
  });

  it('refuses what was changed, wherever', async () => {
    const plain = gunzipSync(readFileSync(backup));
    const steps = Array.from({ length: 12 }, (_, step) => step);
    // The ends as well as everything between.
    const places = steps.flatMap((step) => [
      step * 7,
      plain.length - 1 - step * 9,
      Math.floor((plain.length * (step + 1)) / 14),
    ]);
    for (const [round, place] of places.entries()) {
      const bytes = Buffer.from(plain);
      bytes[place] = (bytes[place] as number) ^ (1 + (round % 7));
      await refusedBy(gzipSync(bytes, { level: 1 }), /^The backup (cannot be used|has version)/);
    }
    const lines = linesOf(backup);
    await refusedBy(pack([...lines.slice(0, 5), ...lines.slice(6)]), /line \d+ is not/);
    await refusedBy(
      pack([...lines.slice(0, 3), lines[4] as string, lines[3] as string, ...lines.slice(5)]),
      /checksum/,
    );
    await refusedBy(pack([...lines, '[]']), /behind its end/);
  });

  it('refuses what a later version wrote, and what is something else', async () => {
    const [header = '', ...rest] = linesOf(backup);
    const change = (fields: object) => pack([JSON.stringify({ ...JSON.parse(header), ...fields }), ...rest]);
    await refusedBy(
      change({ keelson_backup: 2 }),
      /version 2 of the format; this version of Keelson knows 1/,
    );
    await refusedBy(change({ schema: migrations.length + 1 }), /of the schema/);
    await refusedBy('', /ends too early/);
    await refusedBy('hello', /no backup of Keelson/);
    await refusedBy(pack(['{"hello":1}']), /no backup of Keelson/);
    const missing = restoreBackup(join(folder, 'nothing'), file, deps);
    await expect(missing).rejects.toMatchObject({ code: 'invalid_request', message: /ENOENT/ });
  });

  it.each([
    'file',
    'server',
  ] as const)('changes a %s only where it is empty or may be replaced', async (kind) => {
    const target = await make(kind);
    const storage = await openStorage(target, deps);
    await storage.calls.insertBatch([callRecord()]);
    await storage.leases.register({ id: 'p', host: 'here', startedAt: 1, heartbeatAt: Date.now() });
    const restore = (replace: boolean) => restoreBackup(backup, target, { ...deps, replace });
    await expect(restore(false)).rejects.toMatchObject({
      code: 'conflict',
      message: 'The database is not empty.',
    });
    await expect(restore(true)).rejects.toThrow('A server on `here` uses the database.');
    await storage.leases.resign('p');
    expect((await storage.calls.list({ filters: {} })).calls).toHaveLength(1);
    await storage.close();
    await restore(true);
    const count = (db: Kysely<Schema>) => db.selectFrom('calls').select('id').execute();
    expect(await look(target, count)).toHaveLength(rowsPerTable);
  });

  it('that is ended early leaves the database as it was, and a backup no file', async () => {
    const stop = new AbortController();
    const options = { ...deps, signal: stop.signal, onProgress: () => stop.abort(new Error('Enough.')) };
    const target = await make('file');
    await expect(restoreBackup(backup, target, options)).rejects.toThrow('Enough.');
    const tables = (db: Kysely<Schema>) => sql`select name from sqlite_master`.execute(db);
    expect((await look(target, tables)).rows).toEqual([]);
    const path = join(folder, 'sub.backup');
    await expect(writeBackup(file, path, options)).rejects.toThrow('Enough.');
    expect(readdirSync(folder).filter((name) => name.includes('sub.backup'))).toEqual([]);
  });

  it('is of a database that is there, into a file that is not', async () => {
    const nowhere = { kind: 'sqlite', path: join(folder, 'nowhere.db') } as const;
    await expect(writeBackup(nowhere, join(folder, 'x'), deps)).rejects.toThrow('There is no database at');
    expect(existsSync(nowhere.path)).toBe(false);
    await expect(writeBackup(file, backup, deps)).rejects.toMatchObject({ code: 'conflict' });
    await expect(writeBackup(await make('server'), join(folder, 'x'), deps)).rejects.toThrow(
      'nothing of Keelson',
    );
  });
});
