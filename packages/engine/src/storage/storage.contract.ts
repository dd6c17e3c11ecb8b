/** What every storage does, whichever engine is below: one suite, run on each. */
import { KeelsonError } from '@keelson/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callRecord, fullCallRecord, idAt, noon } from './__fixtures__/call-records.ts';
import { deps, type TestDatabase } from './__fixtures__/databases.ts';
import { expectSumsToAgree } from './__fixtures__/sums-agree.ts';
import { describeAuditLog } from './audit.contract.ts';
import { describeBlockStats } from './block-stats.contract.ts';
import { describeCallLists } from './call-lists.contract.ts';
import { describeConfigurations } from './configurations.contract.ts';
import { describeConversations } from './conversations.contract.ts';
import { describeCredentials } from './credentials.contract.ts';
import { describeFlowVersions } from './flow-versions.contract.ts';
import { describeKeys } from './keys.contract.ts';
import type { KeyRecord } from './keys.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { createStorage, type Storage } from './open-storage.ts';
import { describeProfiles } from './profiles.contract.ts';
import { describeRegistrations } from './registrations.contract.ts';
import { describeReportedCalls } from './reported-calls.contract.ts';
import type { StoredResponse } from './responses.ts';
import { describeTenants } from './tenants.contract.ts';
import { describeThings } from './things.contract.ts';

const hour = 3_600_000;
const day = 24 * hour;

export function describeStorage(name: string, create: () => Promise<TestDatabase>): void {
  describe(`storage in ${name}`, () => {
    let database: TestDatabase;
    let opened: OpenDatabase;
    let storage: Storage;
    let now = noon;
    const clock = { ...deps.clock, now: () => now };

    beforeAll(async () => {
      database = await create();
      opened = await openDatabase(database.target, deps);
      storage = await createStorage(opened, { ...deps, clock });
    });
    afterAll(async () => {
      await storage?.close();
      await database?.remove();
    });

    /** All calls of a workspace, oldest first. */
    const idsOf = async (workspace: string): Promise<string[]> =>
      (await storage.calls.list({ filters: { workspace }, limit: 1000 })).calls.map(({ id }) => id).reverse();

    it('answers a ping', () => storage.ping());

    describe('calls', () => {
      it('come back as they went in, with and without every optional field', async () => {
        const records = [fullCallRecord({ workspace: 'whole' }), callRecord({ workspace: 'whole' })];
        await storage.calls.insertBatch(records);
        for (const record of records) expect(await storage.calls.find(record.id)).toEqual(record);
        const { calls } = await storage.calls.list({ filters: { workspace: 'whole' } });
        expect(calls).toEqual(records.map(({ attempts: _, ...summary }) => summary).reverse());
      });

      it('that are not there are not found', async () => {
        expect(await storage.calls.find(idAt(noon))).toBeUndefined();
        expect(await storage.calls.find('nothing')).toBeUndefined();
      });

      it('keep texts that databases stumble over', async () => {
        const awkward = `a\0b "quoted' \\ %_ ${String.fromCodePoint(0x1f99d)} \u2028`;
        const record = callRecord({
          workspace: 'awkward',
          requestedModel: awkward,
          tags: { [awkward]: awkward },
          usage: { input: {}, output: {}, raw: awkward },
        });
        await storage.calls.insertBatch([record]);
        // A zero character stands in no text column; JSON keeps it.
        expect(await storage.calls.find(record.id)).toEqual({
          ...record,
          requestedModel: awkward.replace('\0', '\uFFFD'),
        });
      });

      it('keep no count that cannot be true', async () => {
        const odd = callRecord({
          workspace: 'odd',
          usage: { input: { total: -1e300, uncached: 1.6 }, output: { total: Number.NaN } },
          durationMs: Number.POSITIVE_INFINITY,
          cost: { status: 'priced', nanoDollars: Number.POSITIVE_INFINITY },
        });
        await storage.calls.insertBatch([odd]);
        const found = await storage.calls.find(odd.id);
        expect(found).toMatchObject({ cost: { status: 'priced' }, durationMs: 0 });
        expect(found?.cost.nanoDollars).toBeUndefined();
        const [entry] = await storage.usage.read({
          from: 0,
          to: 2e12,
          step: 'total',
          only: { workspace: 'odd' },
        });
        expect(entry).toMatchObject({
          input: { total: 0, uncached: 2 },
          output: { total: 0 },
          nanoDollars: 0n,
        });
      });

      it('of a batch that comes again change nothing, sums included', async () => {
        const records = Array.from({ length: 150 }, (_, index) =>
          fullCallRecord({ workspace: 'twice', startedAt: noon + index * 60_000, keyId: `key_${index % 3}` }),
        );
        await storage.calls.insertBatch(records);
        const question = {
          from: 0,
          to: noon + day,
          step: 'hour',
          by: ['keyId'],
          only: { workspace: 'twice' },
        } as const;
        const before = await storage.usage.read(question);
        const changed = records.map((record) => ({ ...record, status: 1, attempts: [] }));
        await storage.calls.insertBatch(changed);
        await storage.calls.insertBatch([...changed.slice(0, 10), callRecord({ workspace: 'another' })]);
        expect(await storage.usage.read(question)).toEqual(before);
        expect(before.reduce((sum, { calls }) => sum + calls, 0)).toBe(150);
        expect(await storage.calls.find(records[3]!.id)).toEqual(records[3]);
        expect(await idsOf('another')).toHaveLength(1);
      });

      it('that stand twice in one batch count once', async () => {
        const record = fullCallRecord({ workspace: 'double' });
        await storage.calls.insertBatch([record, record]);
        const [entry] = await storage.usage.read({
          from: 0,
          to: 2e12,
          step: 'total',
          only: { workspace: 'double' },
        });
        expect(entry?.calls).toBe(1);
      });

      it('of two writers at once, with some calls in common, are all there once', async () => {
        const records = Array.from({ length: 120 }, (_, index) =>
          fullCallRecord({ workspace: 'crowd', alias: `alias ${index % 7}` }),
        );
        const batches = Array.from({ length: 8 }, (_, index) => records.slice(index * 10, index * 10 + 50));
        await Promise.all(batches.map((batch) => storage.calls.insertBatch(batch.toReversed())));
        expect(await idsOf('crowd')).toEqual(records.map(({ id }) => id));
        await expectSumsToAgree(opened.db);
      });

      it('are written all or not at all', async () => {
        const good = callRecord({ workspace: 'atomic' });
        const attempts = [{ ...fullCallRecord().attempts[0]!, outcome: null as unknown as 'failed' }];
        const refused = storage.calls.insertBatch([good, callRecord({ workspace: 'atomic', attempts })]);
        await expect(refused).rejects.toMatchObject({ code: 'internal_error' });
        expect(await idsOf('atomic')).toEqual([]);
        expect(
          await storage.usage.read({ from: 0, to: 2e12, step: 'total', only: { workspace: 'atomic' } }),
        ).toEqual([]);
      });

      it('with an id that holds no time are refused', async () => {
        const refused = storage.calls.insertBatch([callRecord({ id: 'c1' })]);
        await expect(refused).rejects.toMatchObject({ code: 'internal_error', details: { field: 'id' } });
      });

      it('of no batch at all are no trouble', () => storage.calls.insertBatch([]));
    });

    describe('lists of calls', () => {
      const records = Array.from({ length: 25 }, (_, index) =>
        callRecord({
          workspace: 'pages',
          startedAt: noon + index * hour,
          keyId: `key_${index % 5}`,
          alias: index % 2 === 0 ? 'even' : 'odd',
          provider: index % 3 === 0 ? 'anthropic' : 'openai',
          model: `model ${index % 4}`,
          traceId: `trace ${index % 6}`,
          outcome: (['answered', 'failed', 'refused', 'aborted'] as const)[index % 4]!,
        }),
      );
      const ids = records.map(({ id }) => id);
      const filters = { workspace: 'pages' };
      beforeAll(() => storage.calls.insertBatch(records));

      it('go back page by page from the newest, without gaps or repeats', async () => {
        const seen: string[] = [];
        let page = await storage.calls.list({ filters, limit: 10 });
        const sizes = [page.calls.length];
        seen.push(...page.calls.map(({ id }) => id));
        while (page.hasMore) {
          page = await storage.calls.list({ filters, limit: 10, before: seen.at(-1)! });
          sizes.push(page.calls.length);
          seen.push(...page.calls.map(({ id }) => id));
        }
        expect(sizes).toEqual([10, 10, 5]);
        expect(seen).toEqual(ids.toReversed());
      });

      it('go forward from a call, the newest of the page first', async () => {
        const first = await storage.calls.list({ filters, limit: 10, after: ids[4]! });
        expect(first.calls.map(({ id }) => id)).toEqual(ids.slice(5, 15).reverse());
        expect(first.hasMore).toBe(true);
        const last = await storage.calls.list({ filters, limit: 10, after: ids[14]! });
        expect(last.calls.map(({ id }) => id)).toEqual(ids.slice(15).reverse());
        expect(last.hasMore).toBe(false);
        const between = await storage.calls.list({ filters, after: ids[2]!, before: ids[6]! });
        expect(between.calls.map(({ id }) => id)).toEqual(ids.slice(3, 6).reverse());
      });

      it.each([
        [{ keyId: 'key_2' }, (index: number) => index % 5 === 2],
        [{ alias: 'odd' }, (index: number) => index % 2 === 1],
        [{ provider: 'anthropic' }, (index: number) => index % 3 === 0],
        [{ model: 'model 3' }, (index: number) => index % 4 === 3],
        [{ traceId: 'trace 5' }, (index: number) => index % 6 === 5],
        [{ outcome: 'answered' }, (index: number) => index % 4 === 0],
        [{ outcome: 'refused' }, (index: number) => index % 4 === 2],
        [{ from: noon + 3 * hour, to: noon + 7 * hour }, (index: number) => index >= 3 && index < 7],
        [{ alias: 'even', provider: 'openai' }, (index: number) => index % 2 === 0 && index % 3 !== 0],
        [{ alias: 'nobody' }, () => false],
      ] as const)('hold only what matches %o', async (filter, matches) => {
        const { calls } = await storage.calls.list({ filters: { ...filters, ...filter } });
        expect(calls.map(({ id }) => id)).toEqual(ids.filter((_, index) => matches(index)).reverse());
      });

      it.each([0, 1001, 1.5, Number.NaN])('refuse %d calls on a page', async (limit) => {
        await expect(storage.calls.list({ limit })).rejects.toMatchObject({
          code: 'invalid_request',
          details: { field: 'limit' },
        });
      });
    });

    describe('usage', () => {
      const start = Date.UTC(2027, 0, 1);
      const only = { workspace: 'sums' };
      const range = { from: start, to: start + 3 * day, only };
      beforeAll(() =>
        storage.calls.insertBatch([
          fullCallRecord({ ...only, startedAt: start + 5 }),
          fullCallRecord({ ...only, startedAt: start + hour - 1, outcome: 'answered', keyId: 'key_2' }),
          callRecord({ ...only, startedAt: start + hour, cost: { status: 'unpriced' } }),
          callRecord({ ...only, startedAt: start + day, durationMs: 0.001 }),
          callRecord({ ...only, startedAt: start + 3 * day }),
        ]),
      );

      it('is summed by hour, by day and in total', async () => {
        const starts = async (step: 'hour' | 'day' | 'total') =>
          (await storage.usage.read({ ...range, step })).map(({ startsAt, calls }) => [
            startsAt - start,
            calls,
          ]);
        expect(await starts('hour')).toEqual([
          [0, 2],
          [hour, 1],
          [day, 1],
        ]);
        expect(await starts('day')).toEqual([
          [0, 3],
          [day, 1],
        ]);
        expect(await starts('total')).toEqual([[0, 4]]);
      });

      it('holds every sum', async () => {
        const [entry] = await storage.usage.read({ ...range, step: 'total' });
        expect(entry).toEqual({
          startsAt: start,
          group: {},
          calls: 4,
          errors: 2,
          unpriced: 1,
          estimated: 2,
          uncounted: 2,
          input: {
            total: 240,
            uncached: 40,
            cacheRead: 120,
            cacheWrite: 80,
            cacheWrite1h: 60,
            audio: 6,
            image: 4,
          },
          output: { total: 100, reasoning: 40, audio: 2, image: 8 },
          nanoDollars: 246_914_578n,
          durationMs: 2481.635,
          cache: { hits: 2, savedNanoDollars: 84n, savedInputTokens: 14, savedOutputTokens: 6 },
        });
      });

      it('is grouped by what is asked, and a group of none has no name', async () => {
        const entries = await storage.usage.read({ ...range, step: 'total', by: ['keyId', 'outcome'] });
        expect(entries.map(({ group, calls }) => [group, calls])).toEqual([
          [{ outcome: 'answered' }, 2],
          [{ keyId: 'key_1', outcome: 'failed' }, 1],
          [{ keyId: 'key_2', outcome: 'answered' }, 1],
        ]);
      });

      it('is empty where nothing was called', async () => {
        const nothing = { from: 0, to: 1, step: 'total' } as const;
        expect(await storage.usage.read(nothing)).toEqual([]);
      });

      it('stays exact beyond what a number holds', async () => {
        const rich = { workspace: 'rich', cost: { status: 'priced', nanoDollars: 1e15 } } as const;
        for (let batch = 0; batch < 3; batch++) {
          await storage.calls.insertBatch(Array.from({ length: 5 }, () => callRecord(rich)));
        }
        await storage.calls.insertBatch([
          callRecord({ ...rich, cost: { status: 'priced', nanoDollars: 1 } }),
        ]);
        const [entry] = await storage.usage.read({
          from: 0,
          to: 2e12,
          step: 'total',
          only: { workspace: 'rich' },
        });
        expect(entry?.nanoDollars).toBe(15n * 10n ** 15n + 1n);
      });
    });

    describe('bodies', () => {
      it('are kept apart, and only once', async () => {
        const bodies = { callId: idAt(noon), request: '{"a":1}', response: 'data: é\n\n' };
        const others = [idAt(noon), idAt(noon)].map((callId) => ({ callId, request: 'another' }));
        await storage.bodies.insert([bodies]);
        await storage.bodies.insert([{ callId: bodies.callId, request: 'other' }, ...others]);
        expect(await storage.bodies.find(bodies.callId)).toEqual(bodies);
        for (const one of others) expect(await storage.bodies.find(one.callId)).toEqual(one);
        expect(await storage.bodies.find(idAt(noon))).toBeUndefined();
      });
    });

    describe('keys', () => {
      const key: KeyRecord = {
        id: 'key_1',
        workspace: 'main',
        name: 'bootstrap',
        secretSha256: 'ab'.repeat(32),
        prefix: 'kl_abcd',
        createdAt: noon,
      };
      const second = {
        ...key,
        id: 'key_2',
        secretSha256: 'cd'.repeat(32),
        createdAt: noon + 1,
        expiresAt: noon + 9,
      };
      beforeAll(async () => {
        await storage.keys.insert(key);
        await storage.keys.insert(second);
      });

      it('are found by the hash of their secret, and listed', async () => {
        expect(await storage.keys.findBySecret(key.secretSha256)).toEqual(key);
        expect(await storage.keys.findBySecret('ef'.repeat(32))).toBeUndefined();
        expect(await storage.keys.list()).toEqual([key, second]);
      });

      it('cannot be made twice', async () => {
        const conflict = { code: 'conflict' };
        await expect(storage.keys.insert({ ...key, secretSha256: '00'.repeat(32) })).rejects.toMatchObject(
          conflict,
        );
        await expect(storage.keys.insert({ ...key, id: 'key_3' })).rejects.toMatchObject(conflict);
      });

      it('are revoked once, and the first time counts', async () => {
        expect(await storage.keys.revoke('key_2', noon + 5)).toBe(true);
        expect(await storage.keys.revoke('key_2', noon + 6)).toBe(true);
        expect(await storage.keys.revoke('key_9', noon + 6)).toBe(false);
        expect(await storage.keys.findBySecret(second.secretSha256)).toEqual({
          ...second,
          revokedAt: noon + 5,
        });
      });

      const whole: KeyRecord = {
        id: 'key_whole',
        organisation: 'acme',
        workspace: 'research',
        name: 'with "everything"\u2028',
        secretSha256: '11'.repeat(32),
        prefix: 'ks_1111',
        scopes: ['calls:create', 'models:read'],
        models: ['fast', 'openai:gpt-5'],
        addresses: ['10.0.0.0/8', '::1'],
        createdAt: noon,
        createdBy: 'key_1',
        expiresAt: noon + day,
        lastUsedAt: noon + 1,
      };

      it('keep what they may do', async () => {
        await storage.keys.insert(whole);
        expect(await storage.keys.find('key_whole')).toEqual(whole);
        expect(await storage.keys.find('key_missing')).toBeUndefined();
        const closed = { ...whole, id: 'key_closed', secretSha256: '12'.repeat(32), scopes: [], models: [] };
        await storage.keys.insert(closed);
        expect(await storage.keys.find('key_closed')).toEqual(closed);
      });

      it('are rotated: both are good until the overlap ends, and no longer than the old one was', async () => {
        const successor = { ...key, id: 'key_1b', secretSha256: '13'.repeat(32), createdAt: noon + 10 };
        await storage.keys.rotate('key_1', { successor, overlapUntil: noon + 50, at: noon + 10 });
        expect(await storage.keys.find('key_1')).toEqual({ ...key, expiresAt: noon + 50 });
        expect(await storage.keys.find('key_1b')).toEqual({ ...successor, rotatedFrom: 'key_1' });
        const again = { ...key, id: 'key_1c', secretSha256: '14'.repeat(32) };
        await storage.keys.rotate('key_1', { successor: again, overlapUntil: noon + 99, at: noon + 20 });
        expect(await storage.keys.find('key_1')).toMatchObject({ expiresAt: noon + 50 });
      });

      it('that are revoked, expired or missing are not rotated, and a taken secret changes nothing', async () => {
        const successor = { ...key, id: 'key_never', secretSha256: '15'.repeat(32) };
        const rotate = (id: string, at: number, one = successor) =>
          storage.keys.rotate(id, { successor: one, overlapUntil: at + 5, at });
        for (const [id, at] of [
          ['key_2', noon],
          ['key_1', noon + 50],
          ['key_missing', noon],
        ] as const) {
          await expect(rotate(id, at)).rejects.toMatchObject({ code: 'not_found' });
        }
        const taken = { ...successor, secretSha256: whole.secretSha256 };
        await expect(rotate('key_1b', noon, taken)).rejects.toMatchObject({ code: 'conflict' });
        expect((await storage.keys.find('key_1b'))?.expiresAt).toBeUndefined();
        expect(await storage.keys.find('key_never')).toBeUndefined();
      });

      it('keep their newest use', async () => {
        await storage.keys.noteUses([
          { id: 'key_1c', at: noon + 500 },
          { id: 'key_1b', at: noon + 400 },
          { id: 'key_missing', at: noon },
        ]);
        await storage.keys.noteUses([{ id: 'key_1c', at: noon + 3 }]);
        expect(await storage.keys.find('key_1c')).toMatchObject({ lastUsedAt: noon + 500 });
      });
    });

    describeCallLists(() => ({ storage, opened }));
    describeKeys(() => storage);
    describeAuditLog(() => ({ storage, opened }));
    describeTenants(() => storage);
    describeCredentials(() => storage);
    describeConfigurations(() => storage);
    describe('statistics of blocks', () => describeBlockStats(() => ({ storage, opened })));
    describeProfiles(() => storage);
    describeFlowVersions(() => storage);
    describeConversations(
      () => storage,
      (at) => {
        now = at;
      },
    );
    describeReportedCalls(() => storage);
    describeRegistrations(() => storage);

    describe('stored answers', () => {
      const response: StoredResponse = {
        id: 'resp_1',
        workspace: 'main',
        keyId: 'key_1',
        createdAt: noon,
        expiresAt: noon + day,
        request: { input: 'Hi\0' },
        message: { parts: [{ type: 'text', text: 'Hello' }] },
      };

      it('are found in their workspace only, until they expire', async () => {
        await storage.responses.insert(response);
        expect(await storage.responses.find('main', 'resp_1')).toEqual(response);
        expect(await storage.responses.find('other', 'resp_1')).toBeUndefined();
        expect(await storage.responses.remove('other', 'resp_1')).toBe(false);
        await expect(storage.responses.insert(response)).rejects.toMatchObject({ code: 'conflict' });
        now = noon + day;
        expect(await storage.responses.find('main', 'resp_1')).toBeUndefined();
        now = noon;
      });

      it('can be removed', async () => {
        const { keyId: _, ...rest } = response;
        await storage.responses.insert({ ...rest, id: 'resp_2' });
        expect(await storage.responses.find('main', 'resp_2')).toEqual({ ...rest, id: 'resp_2' });
        expect(await storage.responses.remove('main', 'resp_2')).toBe(true);
        expect(await storage.responses.remove('main', 'resp_2')).toBe(false);
        expect(await storage.responses.find('main', 'resp_2')).toBeUndefined();
      });
    });

    describeThings(() => storage);

    describe('answers of the cache', () => {
      const sealed = new Uint8Array([0, 255, 10, 13, 39]);
      const row = { workspace: 'cache', hash: 'a', keptAt: noon, expiresAt: noon + hour, sealed };

      it('come back byte for byte, to their workspace only', async () => {
        await storage.cachedAnswers.put(row);
        const found = await storage.cachedAnswers.find(row);
        expect(found && [...found]).toEqual([...sealed]);
        expect(await storage.cachedAnswers.find({ ...row, workspace: 'other' })).toBeUndefined();
        expect(await storage.cachedAnswers.find({ ...row, hash: 'b' })).toBeUndefined();
      });

      it('are replaced, and removed', async () => {
        await storage.cachedAnswers.put({ ...row, workspace: 'other', sealed: new Uint8Array([1]) });
        await storage.cachedAnswers.put({ ...row, sealed: new Uint8Array([7]) });
        expect([...((await storage.cachedAnswers.find(row)) ?? [])]).toEqual([7]);
        await storage.cachedAnswers.remove(row);
        expect(await storage.cachedAnswers.find(row)).toBeUndefined();
        expect(await storage.cachedAnswers.find({ ...row, workspace: 'other' })).toBeDefined();
      });

      it('are counted by workspace, the largest first', async () => {
        const put = (workspace: string, hash: string, keptAt: number, size: number) =>
          storage.cachedAnswers.put({ ...row, workspace, hash, keptAt, sealed: new Uint8Array(size) });
        await put('counted a', 'a', noon + 5, 100_000);
        await put('counted a', 'b', noon + 3, 1);
        await put('counted b', 'a', noon + 9, 200_000);
        expect(await storage.cachedAnswers.overview(2)).toEqual([
          { workspace: 'counted b', entries: 1, bytes: 200_000, oldestAt: noon + 9 },
          { workspace: 'counted a', entries: 2, bytes: 100_001, oldestAt: noon + 3 },
        ]);
        expect(await storage.cachedAnswers.forget(['counted a', 'counted b'])).toBe(3);
      });

      it('go when they expire, and the oldest first when they are too much', async () => {
        const put = (hash: string, keptAt: number, size: number, expiresAt = noon + day) =>
          storage.cachedAnswers.put({
            ...row,
            workspace: 'trim',
            hash,
            keptAt,
            expiresAt,
            sealed: new Uint8Array(size),
          });
        await storage.cachedAnswers.trim({ now: noon + 2 * day, maxBytes: 1e9 });
        await put('expired', noon + 9, 10, noon);
        await put('oldest', noon + 1, 60);
        await put('middle', noon + 2, 60);
        await put('newest', noon + 3, 40);
        const left = async () => {
          const hashes = ['expired', 'oldest', 'middle', 'newest'];
          const found = await Promise.all(
            hashes.map((hash) => storage.cachedAnswers.find({ workspace: 'trim', hash })),
          );
          return hashes.filter((_, at) => found[at] !== undefined);
        };
        await storage.cachedAnswers.trim({ now: noon, maxBytes: 1000 });
        expect(await left()).toEqual(['oldest', 'middle', 'newest']);
        await storage.cachedAnswers.trim({ now: noon, maxBytes: 100 });
        expect(await left()).toEqual(['middle', 'newest']);
        await storage.cachedAnswers.trim({ now: noon, maxBytes: 30 });
        expect(await left()).toEqual([]);
      });
    });

    describe('settings', () => {
      it('count their changes, and refuse to write over one that was not read', async () => {
        expect(await storage.settings.find('aliases')).toBeUndefined();
        expect(await storage.settings.write({ name: 'aliases', value: { fast: null }, version: 0 })).toBe(1);
        expect(await storage.settings.write({ name: 'aliases', value: [1, 'two'], version: 1 })).toBe(2);
        for (const version of [0, 1, 3]) {
          const late = storage.settings.write({ name: 'aliases', value: false, version });
          await expect(late).rejects.toMatchObject({ code: 'conflict' });
        }
        expect(await storage.settings.find('aliases')).toEqual({
          name: 'aliases',
          value: [1, 'two'],
          version: 2,
        });
      });

      it('are listed in the order of their bytes', async () => {
        for (const name of ['b', 'B', 'a-c', 'ab'])
          await storage.settings.write({ name, value: 1, version: 0 });
        const names = (await storage.settings.list()).map(({ name }) => name);
        expect(names).toEqual(['B', 'a-c', 'ab', 'aliases', 'b']);
      });
    });

    describe('retention', () => {
      it('removes whole days of calls with all that is theirs, keeps the sums, and can go on writing there', async () => {
        const start = Date.UTC(2025, 5, 10);
        const workspace = 'old';
        const make = (days: number, hours: number) =>
          fullCallRecord({ workspace, startedAt: start + days * day + hours * hour });
        const old = [...Array.from({ length: 600 }, () => make(0, 3)), make(1, 0), make(1, 23)];
        const young = [make(2, 0), make(2, 5), make(3, 1)];
        await storage.calls.insertBatch([...old, ...young]);
        await storage.bodies.insert([{ callId: old[0]!.id, request: 'old' }]);
        await storage.bodies.insert([{ callId: young[0]!.id, request: 'young' }]);
        await storage.responses.insert({
          id: 'resp_old',
          workspace,
          createdAt: start,
          expiresAt: noon,
          request: null,
          message: null,
        });
        const cached = { workspace, keptAt: start, sealed: new Uint8Array([1]) };
        await storage.cachedAnswers.put({ ...cached, hash: 'old', expiresAt: noon });
        await storage.cachedAnswers.put({ ...cached, hash: 'young', expiresAt: noon + 1 });
        const question = { from: start, to: start + 5 * day, step: 'day', only: { workspace } } as const;
        const before = await storage.usage.read(question);

        await storage.retention.sweep({ olderThan: start + 2 * day + 4 * hour });

        expect(await idsOf(workspace)).toEqual(young.map(({ id }) => id));
        expect(await storage.calls.find(old[0]!.id)).toBeUndefined();
        expect(await storage.bodies.find(old[0]!.id)).toBeUndefined();
        expect(await storage.bodies.find(young[0]!.id)).toMatchObject({ request: 'young' });
        expect(await storage.calls.find(young[0]!.id)).toEqual(young[0]);
        expect(await storage.usage.read(question)).toEqual(before);
        const attempts = await opened.db
          .selectFrom('attempts')
          .select('call_id')
          .where('call_id', '<', young[0]!.id)
          .execute();
        expect(attempts).toEqual([]);
        const answers = await opened.db
          .selectFrom('responses')
          .select('id')
          .where('id', '=', 'resp_old')
          .execute();
        expect(answers).toEqual([]);
        expect(await storage.cachedAnswers.find({ workspace, hash: 'old' })).toBeUndefined();
        expect(await storage.cachedAnswers.find({ workspace, hash: 'young' })).toBeDefined();

        const late = make(0, 4);
        await storage.calls.insertBatch([late]);
        expect(await storage.calls.find(late.id)).toEqual(late);
      });
    });

    it('never tells what a failed statement said', async () => {
      const bad = { ...callRecord({ alias: 'sk-secret' }), status: null as unknown as number };
      const error: unknown = await storage.calls.insertBatch([bad]).catch((thrown: unknown) => thrown);
      expect(KeelsonError.is(error)).toBe(true);
      expect(JSON.stringify(error)).not.toContain('sk-secret');
      expect(String(error)).not.toContain('sk-secret');
    });
  });
}
