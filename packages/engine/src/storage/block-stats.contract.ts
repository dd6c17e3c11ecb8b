/** What every storage does with statistics of blocks; a part of the contract of storage. */
import { type BlockAttempt, GrowingStats } from '@keelson/core';
import { expect, it } from 'vitest';
import { noon } from './__fixtures__/call-records.ts';
import type { BlockDay, BlockStatsChange } from './block-stats.ts';
import { dayMs, startOfDay } from './days.ts';
import type { OpenDatabase } from './open-database.ts';
import type { Storage } from './open-storage.ts';

const today = startOfDay(noon);
const none = { version: 0, key: '', day: 0 };

const statsOf = (...times: readonly number[]): GrowingStats => {
  const stats = new GrowingStats();
  for (const ms of times)
    stats.add({
      outcome: 'ok',
      ms,
      nanoDollars: 7,
      calls: 1,
      inputTokens: null,
      outputTokens: 3,
      ways: ['__proto__', 'a\0b'],
    } as unknown as BlockAttempt);
  return stats;
};
const dayOf = (key: string, times: readonly number[], day = today): BlockDay => ({
  key,
  day,
  stats: statsOf(...times).value,
});

export function describeBlockStats(
  now: () => { readonly storage: Storage; readonly opened: OpenDatabase },
): void {
  const add = (workspace: string, writer: string, number: number, days: readonly BlockDay[]) =>
    now().storage.blockStats.add({ workspace, writer, number, at: noon, days });
  const list = (workspace: string, more: object = {}) =>
    now().storage.blockStats.list({ workspace, since: 0, limit: 100, ...more });

  it('join what several have counted, each batch once, and give back what is there then', async () => {
    const first = [dayOf("quote'@1", [1, 2]), dayOf('other@1', [5])];
    expect(await add('joined', 'one', 1, first)).toEqual({ days: first, broken: [] });
    const second = [dayOf("quote'@1", [3])];
    const sum = statsOf(1, 2);
    sum.merge(statsOf(3).value);
    const joined = { days: [{ key: "quote'@1", day: today, stats: sum.value }], broken: [] };
    expect(await add('joined', 'two', 1, second)).toEqual(joined);
    // Its answer was lost, and it comes again.
    expect(await add('joined', 'two', 1, second)).toEqual(joined);
    const all = { days: [first[1], joined.days[0]], broken: [] };
    expect(await list('joined')).toEqual(all);
    expect(await list('joined', { keys: ["quote'@1", 'unknown@1'] })).toEqual(joined);
    // As long as any, and of letters that no index makes smaller.
    const longest = Array.from({ length: 512 }, (_, at) =>
      String.fromCharCode(0x4e00 + ((at * 7919) % 20_000)),
    );
    const long = [dayOf(longest.join(''), [4])];
    expect(await add('long', 'three', 1, long)).toEqual({ days: long, broken: [] });
    expect(await list('elsewhere')).toEqual({ days: [], broken: [] });
  });

  it('lose nothing where many write the same at once', async () => {
    const writers = Array.from({ length: 8 }, (_, index) => `writer ${index}`);
    await Promise.all(
      writers.flatMap((writer, index) =>
        [1, 2, 3].map(async (number) => {
          const days = [dayOf('a@1', [index]), dayOf('b@1', [number])];
          await add('crowded', `${writer} ${number}`, number, number === 2 ? days.toReversed() : days);
        }),
      ),
    );
    const { days } = await list('crowded');
    expect(days.map(({ key, stats }) => [key, stats.ok.ms.n, stats.ways])).toEqual(
      ['a@1', 'b@1'].map((key) => [
        key,
        24,
        Object.fromEntries([
          ['__proto__', 24],
          ['a\0b', 24],
        ]),
      ]),
    );
    expect(days[0]?.stats.ok.ms.mean).toBeCloseTo(3.5, 10);
  });

  it('are read in pages, and by what has changed since', async () => {
    const { blockStats } = now().storage;
    expect(await blockStats.version('paged')).toBe(0);
    await add(
      'paged',
      'pages',
      1,
      ['c@1', 'a@1', 'b@1'].map((key) => dayOf(key, [1])),
    );
    const before = await blockStats.version('paged');
    await add('paged', 'pages', 2, [dayOf('a@1', [2]), dayOf('b@1', [2], today - dayMs)]);
    expect(await blockStats.version('paged')).toBeGreaterThan(before);
    const seen: string[] = [];
    for (let after: { key: string; day: number } | undefined; ; ) {
      const { days, next } = await list('paged', { limit: 2, ...(after && { after }) });
      seen.push(...days.map(({ key, day }) => `${key} ${(today - day) / dayMs}`));
      if (next === undefined) break;
      after = next;
    }
    expect(seen).toEqual(['a@1 0', 'b@1 1', 'b@1 0', 'c@1 0']);
    const changed: string[] = [];
    for (let after: BlockStatsChange | undefined = none; after !== undefined; ) {
      const { days, next } = await blockStats.changes({ workspace: 'paged', after, limit: 1 });
      changed.push(...days.map(({ key }) => key));
      after = next;
    }
    expect(changed).toEqual(['b@1', 'c@1', 'a@1', 'b@1']);
    const last = { workspace: 'paged', after: { version: before, key: '\u{10ffff}', day: 0 }, limit: 9 };
    expect((await blockStats.changes(last)).days.map(({ key }) => key)).toEqual(['a@1', 'b@1']);
    expect((await list('paged', { since: today })).days).toHaveLength(3);
  });

  it('are skipped where they cannot be read, and begin anew with what comes', async () => {
    const { opened, storage } = now();
    const spoilt = [
      '',
      '{',
      '[]',
      'null',
      '{"ok":{}}',
      '"\\u0000"',
      JSON.stringify(statsOf(1).value).replace('"n":1', '"n":null'),
    ];
    const keys = spoilt.map((_, index) => `spoilt${index}@1`);
    await add(
      'spoilt',
      'spoiler',
      1,
      [...keys, 'whole@1'].map((key) => dayOf(key, [1])),
    );
    for (const [index, stats] of spoilt.entries())
      await opened.db
        .updateTable('block_stats')
        .set({ stats })
        .where('block_key', '=', `spoilt${index}@1`)
        .execute();
    const broken = keys.map((key) => ({ key, day: today }));
    expect(await list('spoilt')).toEqual({ days: [dayOf('whole@1', [1])], broken });
    const { broken: changed } = await storage.blockStats.changes({
      workspace: 'spoilt',
      after: none,
      limit: 9,
    });
    expect(changed).toEqual(broken);
    const fresh = keys.map((key) => dayOf(key, [9]));
    expect(await add('spoilt', 'spoiler', 2, fresh)).toEqual({ days: fresh, broken });
    expect(await list('spoilt', { keys })).toEqual({ days: fresh, broken: [] });
  });

  it('of another form are neither read nor touched', async () => {
    const { opened } = now();
    await add('forms', 'former', 1, [dayOf('a@1', [1])]);
    const row = { workspace: 'forms', block_key: 'a@1', day: today, form: 2, stats: 'later', version: 99 };
    await opened.db.insertInto('block_stats').values(row).execute();
    await add('forms', 'former', 2, [dayOf('a@1', [1])]);
    expect((await list('forms')).days.map(({ stats }) => stats.ok.ms.n)).toEqual([2]);
    const kept = await opened.db.selectFrom('block_stats').selectAll().where('form', '=', 2).execute();
    expect(kept).toEqual([row]);
  });

  it('go after ninety days, and who wrote them is forgotten when it is long silent', async () => {
    const { opened, storage } = now();
    const days = [0, 89, 90, 91, 400].map((age) => dayOf('aged@1', [age], today - age * dayMs));
    await add('aged', 'ager', 1, days);
    const old = { workspace: 'aged', writer: 'old ager', number: 1, at: noon - 8 * dayMs };
    await storage.blockStats.add({ ...old, days: [] });
    await storage.retention.sweep({ olderThan: 0 });
    const left = (await list('aged')).days.map(({ day }) => (today - day) / dayMs);
    expect(left).toEqual([90, 89, 0]);
    const writers = await opened.db.selectFrom('block_stats_writers').select('id').execute();
    expect(writers.map(({ id }) => id)).toContain('ager');
    expect(writers.map(({ id }) => id)).not.toContain('old ager');
  });
}
