// A process that is killed while it writes leaves a database that opens, and in which calls and sums agree.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deps, sharedKinds, type TestDatabase } from './__fixtures__/databases.ts';
import { startProcess } from './__fixtures__/processes.ts';
import { expectSumsToAgree } from './__fixtures__/sums-agree.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { createStorage } from './open-storage.ts';

const rounds = 4;

describe.each(Object.entries(sharedKinds))('killing writers of %s', (kind, create) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await create();
  });
  afterEach(() => database.remove());

  it('loses nothing that was confirmed and leaves nothing half done', { timeout: 180_000 }, async () => {
    const { target } = database;
    const place = target.kind === 'sqlite' ? target.path : target.url;
    let confirmed = 0;
    for (let round = 0; round < rounds; round++) {
      const writers = [0, 1].map(() => startProcess('insert-forever.ts', [target.kind, place]));
      const lines = writers.map((writer) => {
        const seen: string[] = [];
        writer.stdout?.setEncoding('utf8').on('data', (text: string) => seen.push(text));
        return seen;
      });
      // From the moment both write, at a moment that nobody chooses.
      await Promise.all(writers.map(firstWord));
      await deps.clock.sleep(Math.random() * 150);
      for (const writer of writers) writer.kill('SIGKILL');
      await Promise.all(writers.map((writer) => once(writer, 'close')));
      for (const seen of lines) {
        const sizes = seen.join('').split('\n').slice(0, -1);
        confirmed += sizes.reduce((sum, size) => sum + Number(size), 0);
      }

      const opened = await openDatabase(target, deps);
      const { db } = opened;
      const storage = await createStorage(opened, deps);
      const stored = await expectSumsToAgree(db);
      expect(stored).toBeGreaterThanOrEqual(confirmed);
      // At most one batch of each writer was written and not yet confirmed.
      expect(stored).toBeLessThanOrEqual(confirmed + 2 * 90 * (round + 1));
      if (kind === 'an SQLite file') await expectIntact(db);
      await storage.close();
    }
    expect(confirmed).toBeGreaterThan(0);
  });
});

/** Fails when the process ends before it has said anything. */
async function firstWord(writer: ChildProcess): Promise<void> {
  const end = once(writer, 'exit').then(([code]) => {
    throw new Error(`A writer ended by itself, with ${code}.`);
  });
  end.catch(() => {});
  await Promise.race([once(writer.stdout!, 'data'), end]);
}

async function expectIntact(db: OpenDatabase['db']): Promise<void> {
  const { rows } = await sql`pragma integrity_check`.execute(db);
  expect(rows).toEqual([{ integrity_check: 'ok' }]);
}
