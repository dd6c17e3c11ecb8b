// Calls through the management API: found by what one looks for, read one by one, exported, and never seen by whoever has no right to
// them.
import type { CallRecord } from '@keelson/engine';
import { createIds, systemClock, systemRandom } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

const newId = createIds(systemClock, systemRandom);
const acme = { organisation: 'acme' };
let simulator: Simulator;
let kit: ApiKit;
let reader: string;
let ofAcme: string;
let asked: CallRecord;
beforeAll(async () => {
  simulator = await startSimulator({ host: '127.0.0.1', port: 0 });
  kit = await openApiKit({ vendor: simulator.url, engine: () => ({ logBodies: 'all' }) });
  reader = await kit.newKey({ scopes: ['calls:read'] });
  await kit.done('POST /organisations', { body: { id: 'acme', name: 'Acme' } });
  for (const id of ['acme-one', 'acme-two']) {
    await kit.done('POST /workspaces', { body: { id, name: id }, query: acme });
  }
  const owner = { name: 'of acme', role: 'owner', reach: 'organisation' };
  const made = await kit.done('POST /keys', { body: owner, query: { ...acme, workspace: 'acme-one' } });
  ofAcme = made.secret;
  const caller = await kit.newKey();
  expect(await kit.call(caller, { messages: [{ role: 'user', content: 'A secret prompt.' }] })).toBe(200);
  asked = await vi.waitFor(async () => {
    const [{ id = '' } = {}] = (await kit.storage.calls.list({})).calls;
    const found = await kit.storage.calls.find(id);
    if (found === undefined || (await kit.storage.bodies.find(id)) === undefined) throw new Error('Not yet.');
    return found;
  }, 10_000);
  await keep([
    { workspace: 'acme-one', keyId: 'k1', alias: 'smart', outcome: 'failed', status: 502, durationMs: 900 },
    { workspace: 'acme-two', keyId: 'k2', provider: 'openai', model: 'gpt', traceId: 'trace-of-acme' },
    { workspace: 'acme-two', keyId: 'k2', cost: { status: 'priced', nanoDollars: 1e15 - 1 } },
    { workspace: 'other', requestedModel: '=cmd|calc', tags: { team: '"a", b' } },
  ]);
});
afterAll(async () => {
  await kit.close();
  await simulator.close();
});

/** Calls like the one that was made, but for these fields. */
async function keep(calls: readonly Partial<CallRecord>[]): Promise<CallRecord[]> {
  const { alias: _, traceId: __, ...like } = asked;
  const records = calls.map((fields) => ({ ...like, ...fields, id: newId(), attempts: asked.attempts }));
  await kit.storage.calls.insertBatch(records);
  return records;
}

const ids = ({ data }: { readonly data: readonly { readonly id: string }[] }) => data.map(({ id }) => id);

test('a call is shown with what it used and cost and with its attempts, never with what was said', async () => {
  const { data, next_cursor } = await kit.done('GET /calls', { key: reader });
  expect(next_cursor).toBeNull();
  expect(data).toHaveLength(1);
  expect(data[0]).toMatchObject({
    id: asked.id,
    outcome: 'answered',
    status: 200,
    alias: 'fast',
    provider: 'simulator',
    input_tokens: asked.usage?.input.total,
    cost: { status: 'priced', nano_dollars: '0' },
  });
  const one = await kit.done(`GET /calls/${asked.id}`, { key: reader });
  expect(one.attempts).toMatchObject([{ index: 0, reason: 'first', outcome: 'answered', status: 200 }]);
  expect(one.usage.input.total).toBe(asked.usage?.input.total);
  expect(await kit.done(`GET /calls/${asked.id}/attempts`, { key: reader })).toEqual({ data: one.attempts });
  expect(JSON.stringify([data, one])).not.toContain('A secret prompt.');
});

test('an organisation sees the calls of all its workspaces and of no others, page by page', async () => {
  const seen: string[] = [];
  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages += 1) {
    const page = await kit.done('GET /calls', {
      key: ofAcme,
      query: { limit: 2, ...(cursor && { cursor }) },
    });
    seen.push(...page.data.map(({ workspace }: { workspace: string }) => workspace));
    cursor = page.next_cursor;
  }
  expect(seen).toEqual(['acme-two', 'acme-two', 'acme-one']);
  expect(pages).toBe(2);
  const one = await kit.done('GET /calls', { key: ofAcme, query: { workspace: 'acme-one' } });
  expect(one.data).toHaveLength(1);
  for (const workspace of ['other', 'default']) {
    expect((await kit.done('GET /calls', { key: ofAcme, query: { workspace } })).data).toEqual([]);
    const lines = await kit.ask('GET /calls/export', { key: ofAcme, query: { workspace } });
    expect([lines.status, lines.text]).toEqual([200, '']);
  }
  for (const what of ['', '/attempts', '/content']) {
    expect((await kit.ask(`GET /calls/${asked.id}${what}`, { key: ofAcme })).status).toBe(404);
  }
});

test.each<[Readonly<Record<string, string | number>>, number]>([
  [{ key_id: 'k2' }, 2],
  [{ key_id: 'k2', provider: 'openai' }, 1],
  [{ alias: 'smart' }, 1],
  [{ model: 'gpt' }, 1],
  [{ outcome: 'failed' }, 1],
  [{ outcome: 'answered' }, 2],
  [{ trace_id: 'trace-of-acme' }, 1],
  [{ search: 'trace-of-acme' }, 1],
  [{ min_status: 500 }, 1],
  [{ max_status: 299 }, 2],
  [{ min_duration_ms: 899.5 }, 1],
  [{ min_cost_nano_dollars: '999999999999999' }, 1],
  [{ min_cost_nano_dollars: '1000000000000000' }, 0],
  [{ from: '2001-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' }, 3],
  [{ to: '2001-01-01T00:00:00Z' }, 0],
  [{ from: '2099-01-01T00:00:00Z' }, 0],
])('%j finds %i', async (query, count) => {
  expect(ids(await kit.done('GET /calls', { key: ofAcme, query }))).toHaveLength(count);
  const lines = await kit.done('GET /calls/export', { key: ofAcme, query });
  expect(lines.split('\n').filter(Boolean)).toHaveLength(count);
});

test('money is exact, as a text of digits', async () => {
  const { data } = await kit.done('GET /calls', { key: ofAcme, query: { min_cost_nano_dollars: '1' } });
  expect(data[0].cost).toEqual({ status: 'priced', nano_dollars: '999999999999999' });
});

test('an export has every call once, in lines or in columns that no spreadsheet calculates with', async () => {
  const many = await keep(
    Array.from({ length: 1100 }, (_, at) => ({
      workspace: 'default',
      keyId: 'many',
      requestedModel: `m${at}`,
    })),
  );
  await keep([
    { workspace: 'default', keyId: 'many', requestedModel: '=cmd|calc', tags: { team: '"a", b' } },
  ]);
  const query = { key_id: 'many' };
  const lines = await kit.ask('GET /calls/export', { key: reader, query });
  expect(lines.headers['content-disposition']).toBe('attachment; filename="calls.jsonl"');
  const read = lines.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(read.slice(1).map(({ id }) => id)).toEqual(many.map(({ id }) => id).toReversed());

  const table = await kit.ask('GET /calls/export', { key: reader, query: { ...query, format: 'csv' } });
  expect(table.headers['content-type']).toBe('text/csv; charset=utf-8');
  const [head = '', first = '', ...rest] = table.text.trimEnd().split('\r\n');
  expect(head.split(',').slice(0, 5)).toEqual(['id', 'started_at', 'workspace', 'key_id', 'requested_model']);
  expect(first).toContain(",'=cmd|calc,");
  expect(first).toContain('"{""team"":""\\""a\\"", b""}"');
  expect(rest).toHaveLength(1100);
});

describe('prompts and answers', () => {
  test('are seen by whoever may, and who saw them stands in the audit log without them', async () => {
    const refused = await kit.ask(`GET /calls/${asked.id}/content`, { key: reader });
    expect(refused.status).toBe(403);
    expect(refused.body.error.message).toContain('calls.content:read');
    const seen = await kit.done(`GET /calls/${asked.id}/content`);
    expect(seen.request).toContain('A secret prompt.');
    expect(seen.response).toContain('choices');
    const { entries } = await kit.storage.audit.page({ organisation: 'default', limit: 1 });
    expect(entries).toMatchObject([{ action: 'calls.content.read', target: asked.id }]);
    expect(JSON.stringify(entries)).not.toContain('A secret prompt.');
  });

  test('are not there where nobody kept them', async () => {
    const [call] = await keep([{ workspace: 'default' }]);
    const answer = await kit.ask(`GET /calls/${call?.id}/content`);
    expect(answer.status).toBe(404);
    expect(answer.body.error.hint).toContain('KEELSON_LOG_BODIES');
  });
});

test('nobody reads calls with a key that was made for calling', async () => {
  const caller = await kit.newKey();
  for (const what of ['', '/export', `/${asked.id}`, `/${asked.id}/attempts`]) {
    expect((await kit.ask(`GET /calls${what}`, { key: caller })).status, what).toBe(403);
  }
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['GET /calls', { outcome: 'lost' }, '`query.outcome` must be one of'],
  ['GET /calls', { min_status: 'many' }, '`query.min_status` must be a whole number'],
  ['GET /calls', { min_cost_nano_dollars: '1.5' }, '`query.min_cost_nano_dollars` must match'],
  ['GET /calls', { from: 'yesterday' }, '`query.from` must be a time'],
  ['GET /calls', { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'must be after'],
  ['GET /calls', { models: 'x' }, 'Did you mean `model`?'],
  ['GET /calls', { cursor: 'bm9uZQ' }, '`query.cursor` is none'],
  ['GET /calls', { limit: '1001' }, 'must be at most 1000'],
  ['GET /calls/export', { format: 'xlsx' }, '`query.format` must be one of'],
  ['GET /calls/none', {}, 'There is no call `none`'],
  ['GET /calls/%00', {}, 'There is no call'],
])('%s with %j says %s', async (what, query, said) => {
  const answer = await kit.ask(what, { query });
  expect([400, 404]).toContain(answer.status);
  expect(`${answer.body.error.message} ${answer.body.error.hint}`).toContain(said);
});
