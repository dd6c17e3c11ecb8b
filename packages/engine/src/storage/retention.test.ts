// Retention by one process while another writes: what the one removed, the other can still write to.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fullCallRecord, noon } from './__fixtures__/call-records.ts';
import { deps, sharedKinds, type TestDatabase } from './__fixtures__/databases.ts';
import { openStorage } from './open-storage.ts';

const day = 86_400_000;

describe.each(Object.entries(sharedKinds))('retention in %s', (_, create) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await create();
  });
  afterEach(() => database.remove());

  it('does not stop another process from writing a call of a day that is gone', async () => {
    const writer = await openStorage(database.target, deps);
    const sweeper = await openStorage(database.target, deps);
    const old = fullCallRecord();
    await writer.calls.insertBatch([old]);
    await sweeper.retention.sweep({ olderThan: noon + 2 * day });
    expect(await writer.calls.find(old.id)).toBeUndefined();
    const late = fullCallRecord();
    await writer.calls.insertBatch([late]);
    expect(await sweeper.calls.find(late.id)).toEqual(late);
    await writer.close();
    await sweeper.close();
  });

  it('and writing at the same time lose nothing that is young', async () => {
    const writer = await openStorage(database.target, deps);
    const sweeper = await openStorage(database.target, deps);
    for (let days = 0; days < 3; days++) {
      const records = Array.from({ length: 700 }, () => fullCallRecord({ startedAt: noon + days * day }));
      await writer.calls.insertBatch(records);
    }
    const sweep = sweeper.retention.sweep({ olderThan: noon + 2 * day });
    const young = Array.from({ length: 30 }, (_, index) =>
      fullCallRecord({ startedAt: noon + 2 * day + 1000 + index, workspace: 'young' }),
    );
    const writes = young.map((record) => writer.calls.insertBatch([record]));
    await Promise.all([sweep, ...writes]);
    const { calls } = await writer.calls.list({ filters: { workspace: 'young' } });
    expect(calls.map(({ id }) => id).reverse()).toEqual(young.map(({ id }) => id));
    expect((await writer.calls.list({ limit: 1000 })).calls).toHaveLength(730);
    await writer.close();
    await sweeper.close();
  });
});
