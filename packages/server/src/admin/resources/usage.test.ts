// Usage through the management API: the same figures as the calls have, by group, by period and by rank, for whoever may see them.
import { type CallRecord, createIds, systemClock, systemRandom } from '@keelson/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

const start = Date.parse('2026-03-10T11:30:00Z');
const period = { from: '2026-03-10T00:00:00Z', to: '2026-03-13T00:00:00Z' };
const hourMs = 3_600_000;
const acme = { organisation: 'acme' };
let kit: ApiKit;
let reader: string;
let ofAcme: string;
beforeAll(async () => {
  kit = await openApiKit();
  reader = await kit.newKey({ role: 'viewer' });
  await kit.done('POST /organisations', { body: { id: 'acme', name: 'Acme' } });
  await kit.done('POST /workspaces', { body: { id: 'acme-one', name: 'One' }, query: acme });
  const owner = { name: 'of acme', role: 'billing', reach: 'organisation' };
  const made = await kit.done('POST /keys', { body: owner, query: { ...acme, workspace: 'acme-one' } });
  ofAcme = made.secret;
  const price = { status: 'priced', nanoDollars: 1e15 - 1 } as const;
  await kit.storage.calls.insertBatch([
    call(0, { model: 'small', cost: price }),
    ...Array.from({ length: 9 }, () => call(1, { model: 'small', cost: price })),
    call(1, { model: 'small', cost: price, keyId: '=k' }),
    call(25, { model: 'large', cost: { status: 'estimated', nanoDollars: 7 } }),
    call(26, { model: 'large', cost: { status: 'unpriced' }, error: 'provider_error', outcome: 'failed' }),
    call(26, { model: 'small', cache: 'hit', lane: 'cached', saved: { nanoDollars: 5, inputTokens: 3 } }),
    call(3, { workspace: 'acme-one', model: 'theirs' }),
    call(3, { workspace: 'nowhere', model: 'nobodys' }),
  ]);
});
afterAll(() => kit.close());

function call(afterHours: number, fields: Partial<CallRecord>): CallRecord {
  const startedAt = start + afterHours * hourMs;
  return {
    id: createIds({ ...systemClock, now: () => startedAt }, systemRandom)(),
    startedAt,
    endpoint: 'chat',
    dialect: 'openai-chat',
    workspace: 'default',
    keyId: 'k',
    requestedModel: 'm',
    tags: {},
    isStream: false,
    outcome: 'answered',
    status: 200,
    lane: 'translated',
    provider: 'openai',
    usage: { input: { total: 10, cacheRead: 4 }, output: { total: 2 } },
    cost: { status: 'priced', nanoDollars: 0 },
    durationMs: 100,
    overheadMs: 1,
    losses: [],
    attempts: [],
    ...fields,
  };
}

test('a total has exact money, and says what is missing in it or estimated', async () => {
  const said = await kit.done('GET /usage', { key: reader, query: { ...period, step: 'total' } });
  expect(said).toMatchObject({ from: '2026-03-10T00:00:00.000Z', step: 'total', has_more: false });
  expect(said.data).toMatchObject([
    {
      group: {},
      calls: 14,
      errors: 1,
      nano_dollars: '10999999999999996',
      unpriced: 1,
      estimated: 1,
      input: { total: 140, cache_read: 56 },
      output: { total: 28 },
      duration_ms: 1400,
      cache: { hits: 1, saved_nano_dollars: '5', saved_input_tokens: 3, saved_output_tokens: 0 },
    },
  ]);
});

test('the greatest come first, as many as were asked for', async () => {
  const ask = (order: string, limit: number) =>
    kit.done('GET /usage', { key: reader, query: { ...period, step: 'total', by: 'model', order, limit } });
  const byCost = await ask('cost', 1);
  expect(byCost.data.map(({ group }: { group: object }) => group)).toEqual([{ model: 'small' }]);
  expect(byCost.has_more).toBe(true);
  const all = await ask('calls', 2);
  expect(all.data.map(({ calls }: { calls: number }) => calls)).toEqual([12, 2]);
  expect(all.has_more).toBe(false);
});

test('periods of hours and days add up to the same, in the order of time', async () => {
  const days = await kit.done('GET /usage', { key: reader, query: { ...period, by: 'model,outcome' } });
  expect(days.data.map(({ starts_at, group, calls }: never) => [starts_at, group, calls])).toEqual([
    ['2026-03-10T00:00:00.000Z', { model: 'small', outcome: 'answered' }, 11],
    ['2026-03-11T00:00:00.000Z', { model: 'large', outcome: 'answered' }, 1],
    ['2026-03-11T00:00:00.000Z', { model: 'large', outcome: 'failed' }, 1],
    ['2026-03-11T00:00:00.000Z', { model: 'small', outcome: 'answered' }, 1],
  ]);
  const query = { from: '2026-03-10T12:59:00Z', to: period.to, step: 'hour', model: 'small', key_id: 'k' };
  const hours = await kit.done('GET /usage', { key: reader, query });
  expect(hours.from).toBe('2026-03-10T12:00:00.000Z');
  expect(hours.data.map(({ starts_at, calls }: never) => [starts_at, calls])).toEqual([
    ['2026-03-10T12:00:00.000Z', 9],
    ['2026-03-11T13:00:00.000Z', 1],
  ]);
});

test('an organisation sees its own usage and nobody else does', async () => {
  const query = { ...period, step: 'total', by: 'workspace,model' };
  const own = await kit.done('GET /usage', { key: ofAcme, query });
  expect(own.data.map(({ group }: { group: object }) => group)).toEqual([
    { workspace: 'acme-one', model: 'theirs' },
  ]);
  const others = await kit.done('GET /usage', { key: ofAcme, query: { ...query, workspace: 'default' } });
  expect(others.data).toEqual([]);
  expect((await kit.ask('GET /usage', { key: reader, query: acme })).status).toBe(403);
  expect((await kit.ask('GET /usage', { key: await kit.newKey() })).status).toBe(403);
  const byOwner = await kit.done('GET /usage', { query: { ...query, ...acme } });
  expect(byOwner.data).toEqual(own.data);
});

test('a table has the same figures, and no formulas', async () => {
  const query = { ...period, step: 'total', by: 'key_id', format: 'csv' };
  const table = await kit.ask('GET /usage', { key: reader, query });
  expect(table.headers['content-type']).toBe('text/csv; charset=utf-8');
  const rows = table.text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
  expect(rows[0]?.slice(0, 5)).toEqual(['starts_at', 'key_id', 'calls', 'errors', 'nano_dollars']);
  expect(rows.slice(1).map((row) => row.slice(1, 5))).toEqual([
    ["'=k", '1', '0', '999999999999999'],
    ['k', '13', '1', '9999999999999997'],
  ]);
  expect(rows.every(({ length }) => length === rows[0]?.length)).toBe(true);
});

test('without a period it is the last days up to now', async () => {
  const said = await kit.done('GET /usage', { key: reader });
  expect(Math.abs(Date.parse(said.to) - systemClock.now())).toBeLessThan(60_000);
  const days = (Date.parse(said.to) - Date.parse(said.from)) / 86_400_000;
  expect(days).toBeGreaterThanOrEqual(30);
  expect(days).toBeLessThan(31.01);
});

test.each<[Readonly<Record<string, string>>, string]>([
  [{ by: 'model,team' }, '`query.by[1]` must be one of'],
  [{ step: 'year' }, '`query.step` must be one of'],
  [{ step: 'hour', from: '2020-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'at most 92 days'],
  [{ from: '2026-01-02T00:00:00Z', to: '2026-01-02T00:00:00Z' }, 'must be after'],
  [{ from: '2199-01-01T00:00:00Z' }, 'must be before the end'],
  [{ limit: '10001' }, 'must be at most 10000'],
  [{ order: 'name' }, '`query.order` must be one of'],
])('%j is refused: %s', async (query, said) => {
  const answer = await kit.ask('GET /usage', { key: reader, query });
  expect(answer.status).toBe(400);
  expect(`${answer.body.error.message} ${answer.body.error.hint}`).toContain(said);
});
