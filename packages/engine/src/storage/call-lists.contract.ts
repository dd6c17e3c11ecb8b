/** What every storage does with lists of calls that no index leads to, and with usage by rank; a part of its contract. */
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { callRecord } from './__fixtures__/call-records.ts';
import { callColumns } from './call-columns.ts';
import type { CallFilters, CallListing } from './call-lists.ts';
import type { OpenDatabase } from './open-database.ts';
import type { Storage } from './open-storage.ts';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2026, 2, 1);

export function describeCallLists(now: () => { storage: Storage; opened: OpenDatabase }): void {
  /** All that the pages hold, as one goes from each to the next. */
  const readAll = async (filters: CallFilters, listing: CallListing = {}): Promise<string[]> => {
    const ids: string[] = [];
    for (let next = listing; ; ) {
      const page = await now().storage.calls.list({ limit: 7, ...next, filters });
      expect(page.hasMore).toBe(page.next !== undefined);
      const found = page.calls.map(({ id }) => id);
      ids.push(...(listing.after === undefined ? found : found.reverse()));
      if (page.next === undefined) return ids;
      next = { ...listing, [listing.after === undefined ? 'before' : 'after']: page.next };
    }
  };

  describe('lists of calls by other things', () => {
    const records = Array.from({ length: 36 }, (_, index) =>
      callRecord({
        workspace: `team ${index % 4}`,
        startedAt: start + index * hour,
        keyId: `team key ${index % 6}`,
        model: `team model ${index % 2}`,
        status: 200 + (index % 5) * 100,
        durationMs: index + 0.5,
        outcome: index % 5 < 2 ? 'answered' : 'failed',
        cost: index % 7 === 0 ? { status: 'unpriced' } : { status: 'priced', nanoDollars: index * 10 },
        traceId: `team trace ${index % 9}`,
      }),
    );
    const team = ['team 0', 'team 1', 'team 2', 'team 3'];
    beforeAll(() => now().storage.calls.insertBatch(records));

    const cases: [CallFilters, (index: number) => boolean][] = [
      [{}, () => true],
      [{ workspaces: ['team 1', 'team 3', 'team 1'] }, (index) => index % 2 === 1],
      [{ workspaces: ['team 2'] }, (index) => index % 4 === 2],
      [{ workspaces: [] }, () => false],
      [{ workspaces: ['team 1', 'team 2'], workspace: 'team 2' }, (index) => index % 4 === 2],
      [{ workspaces: ['team 1', 'team 2'], workspace: 'team 3' }, () => false],
      [
        { workspaces: Array.from({ length: 150 }, (_, index) => `team ${index * 3}`) },
        (index) => index % 4 === 0 || index % 4 === 3,
      ],
      [{ minStatus: 400 }, (index) => index % 5 >= 2],
      [{ minStatus: 300, maxStatus: 400 }, (index) => index % 5 === 1 || index % 5 === 2],
      [{ maxStatus: 299.5 }, (index) => index % 5 === 0],
      [{ minDurationMs: 20.5 }, (index) => index >= 20],
      [{ minDurationMs: 1e300 }, () => false],
      [{ minCostNanoDollars: 300 }, (index) => index >= 30 && index % 7 !== 0],
      [{ minCostNanoDollars: 1e300 }, () => false],
      [
        { keyId: 'team key 1', model: 'team model 1', minStatus: 300 },
        (index) => index % 6 === 1 && index % 5 > 0,
      ],
      [{ keyId: 'team key 1', model: 'team model 0' }, () => false],
      [{ outcome: 'answered', model: 'team model 1' }, (index) => index % 5 < 2 && index % 2 === 1],
      [{ outcome: 'failed', keyId: 'team key 2' }, (index) => index % 5 >= 2 && index % 6 === 2],
      [{ search: 'team trace 4' }, (index) => index % 9 === 4],
      [{ search: 'team trace 4', traceId: 'team trace 5' }, () => false],
      [{ search: 'team trace' }, () => false],
      [{ search: records[5]!.id }, (index) => index === 5],
      [{ search: records[5]!.id, workspaces: ['team 0', 'team 2'] }, () => false],
      [{ search: '%' }, () => false],
    ];
    it.each(cases)('hold only what matches %j', async (filters, matches) => {
      const matching = records.filter((_, index) => matches(index)).map(({ id }) => id);
      const asked = { workspaces: team, ...filters, from: start, to: start + 2 * day };
      expect(await readAll(asked)).toEqual(matching.toReversed());
      expect(await readAll(asked, { after: '0' })).toEqual(matching);
    });
  });

  describe('lists of calls that are hard to find', () => {
    const busy = Date.UTC(2026, 1, 3);
    /** Of 12,000 calls every 4,001st failed, and 100 have another model. */
    beforeAll(async () => {
      const { storage, opened } = now();
      const { id } = callRecord({ startedAt: busy });
      const template = callRecord({
        id,
        startedAt: busy,
        workspace: 'busy',
        model: 'busy model',
        keyId: 'busy key',
      });
      await storage.calls.insertBatch([template]);
      const changed: Partial<Record<string, string>> = {
        // Twelve digits, before whose first there is nothing.
        id: 'substr(id, 1, 24) || substr(cast(1000000000000 + n as text), 2)',
        status: 'case when n % 4001 = 0 then 500 else 200 end',
        model: "case when n <= 100 then 'rare model' else 'busy model' end",
      };
      const values = callColumns.map((column) => changed[column] ?? column).join(', ');
      await sql`with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 12000)
        insert into calls (${sql.raw(callColumns.join(', '))})
        select ${sql.raw(values)} from calls cross join numbers where id = ${template.id}`.execute(opened.db);
      await opened.db.deleteFrom('calls').where('id', '=', template.id).execute();
    });
    const range = { from: busy, to: busy + day };

    it('look at no more than a part, and say from where to go on', async () => {
      const { calls } = now().storage;
      const filters = { ...range, workspace: 'busy', minStatus: 500 };
      const found: number[] = [];
      const ends: string[] = [];
      for (let before: string | undefined; ; ) {
        const page = await calls.list({ filters, ...(before && { before }) });
        found.push(page.calls.length);
        expect(page.scanned).toBe(page.hasMore ? 2000 : undefined);
        if (page.next === undefined) break;
        before = page.next;
        ends.push(before.slice(-5));
      }
      expect(ends).toEqual(['10001', '08001', '06001', '04001', '02001', '00001']);
      expect(found).toEqual([0, 1, 0, 1, 0, 0, 0]);
      expect(await readAll(filters, { after: '0' })).toHaveLength(2);
      const inOrder = await calls.list({ filters: { ...range, minStatus: 500 } });
      expect(inOrder).toMatchObject({ hasMore: true, scanned: 5000, next: expect.stringMatching(/07001$/) });
    });

    it('are led by the filter that leaves least', async () => {
      const { calls } = now().storage;
      const page = await calls.list({
        filters: { ...range, keyId: 'busy key', workspace: 'busy', model: 'rare model' },
        limit: 1000,
      });
      expect(page.calls).toHaveLength(100);
      expect(page.hasMore).toBe(false);
    });
  });

  describe('usage by rank', () => {
    const records = Array.from({ length: 60 }, (_, index) =>
      callRecord({
        workspace: `rank ${index % 3}`,
        startedAt: start + 100 * day + index * 5 * hour,
        keyId: `rank key ${index % 5 === 4 ? 1 : index % 5}`,
        cost: { status: 'priced', nanoDollars: index * (index % 5) },
        usage: { input: { total: 5 - (index % 5) }, output: { total: 100 * (index % 2) } },
      }),
    );
    const span = { from: start + 100 * day, to: start + 120 * day };
    const all = { workspace: ['rank 0', 'rank 1', 'rank 2'] };
    beforeAll(() => now().storage.calls.insertBatch(records));

    it.each(['cost', 'calls', 'tokens'] as const)('begins with the greatest by %s', async (most) => {
      const question = { ...span, step: 'total', by: ['keyId'], only: all } as const;
      const entries = await now().storage.usage.read(question);
      const worth = {
        cost: ({ nanoDollars }: (typeof entries)[number]) => Number(nanoDollars),
        calls: ({ calls }: (typeof entries)[number]) => calls,
        tokens: ({ input, output }: (typeof entries)[number]) => input.total + output.total,
      }[most];
      const sorted = entries.toSorted((a, b) => worth(b) - worth(a));
      expect(new Set(sorted.map(worth)).size).toBeGreaterThan(1);
      expect(await now().storage.usage.read({ ...question, most })).toEqual(sorted);
      expect(await now().storage.usage.read({ ...question, most, limit: 2 })).toEqual(sorted.slice(0, 2));
    });

    it('is that of some workspaces, and of none when none is named', async () => {
      const read = async (workspace: readonly string[] | string) =>
        (await now().storage.usage.read({ ...span, step: 'total', only: { workspace } })).map(
          ({ calls }) => calls,
        );
      expect(await read(['rank 0', 'rank 2', 'nobody'])).toEqual([40]);
      expect(await read('rank 1')).toEqual([20]);
      expect(await read([])).toEqual([]);
    });

    it('in total is the same, however its ends lie among days', async () => {
      const countOf = async (from: number, to: number): Promise<number> =>
        (await now().storage.usage.read({ from, to, step: 'total', only: all }))[0]?.calls ?? 0;
      for (const [first, last] of [
        [0, 12 * 24],
        [3, 200],
        [24, 48],
        [5, 9],
        [23, 25],
        [20, 100],
      ] as const) {
        const inside = records.filter(({ startedAt }) => {
          const hours = (startedAt - span.from) / hour;
          return hours >= first && hours < last;
        });
        expect(await countOf(span.from + first * hour, span.from + last * hour)).toBe(inside.length);
      }
    });
  });
}
