// The thread that writes calls to an SQLite file: what it was given is written or refused, whatever becomes of it.
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecordQueue } from '../observability/index.ts';
import { fullCallRecord, noon } from './__fixtures__/call-records.ts';
import { createFile, deps } from './__fixtures__/databases.ts';
import { runProcess } from './__fixtures__/processes.ts';
import { expectSumsToAgree } from './__fixtures__/sums-agree.ts';
import { connectSqlite } from './connect-sqlite.ts';
import { toFlatBatch } from './flat-batch.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { createStorage, openStorage, type Storage } from './open-storage.ts';
import { describeSqliteFailure } from './sqlite-failures.ts';
import { createWorkerWriter } from './worker-writer.ts';
import { createBatchWriter } from './write-flat-batch.ts';

const make = (count: number) => Array.from({ length: count }, () => fullCallRecord());

describe('the thread that writes calls', () => {
  let database: Awaited<ReturnType<typeof createFile>>;
  let opened: OpenDatabase;
  let writer: ReturnType<typeof createWorkerWriter>;
  let storage: Storage;
  const count = () => expectSumsToAgree(opened.db);

  beforeEach(async () => {
    database = await createFile();
    const reading = await openDatabase(database.target, deps);
    writer = createWorkerWriter(database.target, deps.log);
    opened = { ...reading, writer };
    storage = await createStorage(opened, deps);
  });
  afterEach(async () => {
    await storage.close();
    await database.remove();
  });

  it('is replaced when it dies, refuses what it had not answered, and takes that again', async () => {
    await storage.calls.insertBatch(make(1));
    const batches = Array.from({ length: 20 }, () => make(300));
    const outcomes = batches.map((batch) =>
      storage.calls.insertBatch(batch).then(
        () => 'written',
        (error: { code: string }) => error.code,
      ),
    );
    const first = writer.thread;
    await outcomes[0];
    await first?.terminate();
    const seen = await Promise.all(outcomes);
    expect(seen[0]).toBe('written');
    expect(seen.at(-1)).toBe('internal_error');
    const written = seen.filter((outcome) => outcome === 'written').length;
    expect(await count()).toBeGreaterThanOrEqual(1 + 300 * written);
    await Promise.all(batches.map((batch) => storage.calls.insertBatch(batch)));
    expect(await count()).toBe(6001);
    expect(writer.thread).not.toBe(first);
  });

  it('that dies under a queue costs no record', async () => {
    const { clock, log } = deps;
    const write = storage.calls.insertBatch;
    const queue = createRecordQueue({ clock, log, write, everyMs: 10 });
    for (let round = 0; round < 10; round++) {
      for (const record of make(200)) queue.add(record);
      await wait(20 * Math.random());
      await writer.thread?.terminate();
    }
    await queue.close();
    expect(queue.dropped).toBe(0);
    expect(await count()).toBe(2000);
  });

  it('has everything on disk when the storage is closed, even what nobody waited for', async () => {
    const writes = Array.from({ length: 12 }, () => storage.calls.insertBatch(make(300)));
    // So that all have begun, and none has been sent to its end.
    await Promise.resolve();
    await storage.close();
    await Promise.all(writes);
    opened = await openDatabase(database.target, deps);
    expect(await count()).toBe(3600);
    await expect(storage.calls.insertBatch(make(1))).rejects.toMatchObject({ code: 'internal_error' });
    storage = await createStorage(opened, deps);
  });

  it('leaves the process free to end', async () => {
    const { output, exitCode } = await runProcess('insert-once.ts', [database.target.path]);
    expect({ output, exitCode }).toEqual({ output: 'written\n', exitCode: 0 });
    expect(await count()).toBe(1);
  });

  it('tells what kept it from writing, and writes when that is over', async () => {
    const record = fullCallRecord();
    await storage.calls.insertBatch(make(1));
    const holder = connectSqlite(database.target.path);
    holder.exec('begin immediate');
    await expect(storage.calls.insertBatch([record])).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: `The database \`${database.target.path}\` is held by another process.`,
    });
    holder.exec('rollback');
    holder.close();
    await storage.calls.insertBatch([record]);
    expect(await storage.calls.find(record.id)).toEqual(record);
  });

  it('does not make readers wait', async () => {
    const writes = Array.from({ length: 10 }, () => storage.calls.insertBatch(make(500)));
    let reads = 0;
    let isOver = false;
    const end = Promise.all(writes).then(() => {
      isOver = true;
    });
    while (!isOver) {
      await storage.calls.list({ limit: 10 });
      reads += 1;
      await wait(1);
    }
    await end;
    expect(reads).toBeGreaterThan(5);
    expect(await count()).toBe(5000);
  });
});

it('a batch that finds the disk full leaves what was there, and can come again when there is room', async () => {
  const { target, remove } = await createFile();
  await (await openStorage(target, deps)).close();
  // As the thread does it, in a connection of our own, because only a connection's owner can limit what it may use.
  const database = connectSqlite(target.path);
  const write = createBatchWriter(database);
  const kept = [fullCallRecord()];
  write([toFlatBatch(kept)]);
  database.exec('pragma max_page_count = 1');
  const many = Array.from({ length: 4 }, () =>
    toFlatBatch(Array.from({ length: 128 }, () => fullCallRecord({ startedAt: noon + 1 }))),
  );
  let failure: unknown;
  try {
    write(many);
  } catch (error) {
    failure = error;
  }
  expect(describeSqliteFailure(failure, target.path)).toMatchObject({
    code: 'configuration_invalid',
    message: expect.stringContaining('the disk is full'),
    hint: expect.stringContaining('Free some space'),
  });
  const { db } = await openDatabase(target, deps);
  expect(await expectSumsToAgree(db)).toBe(1);
  database.exec('pragma max_page_count = 100000');
  write(many);
  expect(await expectSumsToAgree(db)).toBe(513);
  const { rows } = await sql`pragma integrity_check`.execute(db);
  expect(rows).toEqual([{ integrity_check: 'ok' }]);
  await db.destroy();
  database.close();
  await remove();
});
