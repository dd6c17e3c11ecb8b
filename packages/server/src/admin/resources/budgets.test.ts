// Budgets and their alerts through the management API: their life, whose they are, those of a file, and wrong questions.
import { join } from 'node:path';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

const ofFile = {
  id: 'of-the-file',
  scope: 'workspace',
  subject: 'default',
  measure: 'tokens',
  window: 'day',
  limit: 1_000_000_000,
  maxOutput: 1000,
} as const;
const { maxOutput: max_output, ...others } = ofFile;
const shownOfFile = { ...others, max_output };

let simulator: Simulator;
let kit: ApiKit;
beforeAll(async () => {
  simulator = await startSimulator({ host: '127.0.0.1', port: 0 });
  kit = await openApiKit({
    vendor: simulator.url,
    engine: (folder) => ({ budgets: { journalFolder: join(folder, 'journal'), defined: [ofFile] } }),
  });
});
afterAll(async () => {
  await kit.close();
  await simulator.close();
});

const idsOf = ({ data }: { data: readonly { id: string }[] }) => data.map(({ id }) => id);

async function newKey(fields: Readonly<Record<string, unknown>> = {}, query = {}) {
  const { secret, key } = await kit.done('POST /keys', { body: { name: 'k', ...fields }, query });
  return { secret, id: key.id as string };
}

test('a budget is made, binds calls, is raised and removed', async () => {
  const { secret, id: subject } = await newKey();
  const body = { id: 'two', scope: 'key', subject, measure: 'requests', window: 'month', limit: 2 };
  const made = await kit.done('POST /budgets', { body });
  expect(made).toMatchObject({ ...body, policy: 'refuse', unpriced: 'refuse', origin: 'api' });
  expect([await kit.call(secret), await kit.call(secret), await kit.call(secret)]).toEqual([200, 200, 429]);

  const raised = await kit.done('PATCH /budgets/two', { body: { limit: 3 } });
  expect(raised).toMatchObject({ ...body, limit: 3 });
  expect([await kit.call(secret), await kit.call(secret)]).toEqual([200, 429]);
  await kit.engine.limits?.flush();
  const { data } = await kit.done('GET /budgets/two/windows');
  expect(data).toMatchObject([{ limit: 3, used: 3, set_aside: 0, remaining: 0, carried: 0 }]);
  expect(data[0].starts_at).toMatch(/-01T00:00:00\.000Z$/);

  const alerts = await kit.done('GET /budgets/two/alerts');
  expect(alerts.data.map(({ level }: { level: number }) => level).toSorted()).toEqual([100, 50, 80]);
  expect(await kit.done('DELETE /budgets/two')).toEqual(raised);
  expect(await kit.call(secret)).toBe(200);
  expect((await kit.ask('GET /budgets/two')).status).toBe(404);
  const all = await kit.done('GET /alerts');
  expect(all.data.map(({ budget }: { budget: string }) => budget)).toContain('two');
});

test('money is in nano-dollars, to the last of them, and all fields come back as they were sent', async () => {
  const body = {
    id: 'of-money',
    scope: 'workspace',
    subject: 'default',
    measure: 'money',
    window: 'total',
    limit: 8_999_999_999_999_999,
    policy: 'downgrade',
    alias: 'fast',
    unpriced: 'allow',
    max_output: 1000,
    outage_allowance: 1,
  };
  const made = await kit.done('POST /budgets', { body });
  const { created_at: _, updated_at: __, origin: ___, ...rest } = made;
  expect(rest).toEqual(body);
  expect(await kit.done('PATCH /budgets/of-money', { body: {} })).toMatchObject(body);
  const changes = { policy: 'refuse', max_output: null, limit: 1_000_000_001, outage_allowance: 0 };
  const changed = await kit.done('PATCH /budgets/of-money', { body: changes });
  expect(changed).toMatchObject({ policy: 'refuse', limit: 1_000_000_001 });
  expect(changed).not.toHaveProperty('alias');
  expect(changed).not.toHaveProperty('max_output');
  await kit.done('DELETE /budgets/of-money');
  const slots = { id: 'slots', scope: 'model', subject: 'fast', measure: 'concurrency', limit: 5 };
  expect(await kit.done('POST /budgets', { body: slots })).not.toHaveProperty('window');
  expect(await kit.done('PATCH /budgets/slots', { body: { limit: 6 } })).toMatchObject({
    ...slots,
    limit: 6,
  });
  await kit.done('DELETE /budgets/slots');
});

test('lists go page by page, with what they are asked for', async () => {
  const base = { scope: 'workspace', subject: 'default', window: 'day', limit: 1_000_000 };
  for (const id of ['p1', 'p2', 'p3'])
    await kit.done('POST /budgets', { body: { ...base, id, measure: 'requests' } });
  const query = { measure: 'requests', scope: 'workspace', subject: 'default', limit: 2 };
  const first = await kit.done('GET /budgets', { query });
  const second = await kit.done('GET /budgets', { query: { ...query, cursor: first.next_cursor } });
  expect([idsOf(first), idsOf(second), second.next_cursor]).toEqual([['p1', 'p2'], ['p3'], null]);
  const turned = await kit.done('GET /budgets', { query: { ...query, sort: '-id' } });
  expect(idsOf(turned)).toEqual(['p3', 'p2']);
  for (const id of ['p1', 'p2', 'p3']) await kit.done(`DELETE /budgets/${id}`);

  const alerts = await kit.done('GET /alerts');
  expect(alerts.data).toHaveLength(3);
  const seen: object[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { data: object[]; next_cursor: string | null } = await kit.done('GET /alerts', {
      query: { limit: 2, ...(cursor && { cursor }) },
    });
    seen.push(...page.data);
    cursor = page.next_cursor;
  }
  expect(seen).toEqual(alerts.data);
  expect((await kit.done('GET /alerts', { query: { to: alerts.data.at(-1).at } })).data).toEqual([]);
  const since = await kit.done('GET /alerts', { query: { from: alerts.data[0].at } });
  expect(since.data[0]).toEqual(alerts.data[0]);
});

test('windows go page by page, the newest first', async () => {
  const { secret, id: subject } = await newKey();
  const body = { id: 'minutes', scope: 'key', subject, measure: 'requests', window: 'minute', limit: 9 };
  await kit.done('POST /budgets', { body });
  const now = Date.now();
  const clock = vi.spyOn(Date, 'now');
  for (const minutes of [-2, -1, 0]) {
    clock.mockReturnValue(now + minutes * 60_000);
    expect(await kit.call(secret)).toBe(200);
    await kit.engine.limits?.flush();
  }
  clock.mockRestore();
  const first = await kit.done('GET /budgets/minutes/windows', { query: { limit: 2 } });
  const query = { limit: 2, cursor: first.next_cursor };
  const second = await kit.done('GET /budgets/minutes/windows', { query });
  const starts = [...first.data, ...second.data].map((one: { starts_at: string }) =>
    Date.parse(one.starts_at),
  );
  expect(starts).toHaveLength(3);
  expect(starts).toEqual(starts.toSorted((one, other) => other - one));
  await kit.done('DELETE /budgets/minutes');
});

test('what a file defines is shown, and changed nowhere but there', async () => {
  expect(await kit.done('GET /budgets/of-the-file')).toMatchObject({ ...shownOfFile, origin: 'file' });
  for (const [what, body] of [
    ['PATCH /budgets/of-the-file', { limit: 1 }],
    ['DELETE /budgets/of-the-file', undefined],
  ] as const) {
    const answer = await kit.ask(what, { body });
    expect([answer.status, answer.body.error.code]).toEqual([409, 'conflict']);
    expect(answer.body.error.hint).toContain('KEELSON_BUDGETS');
  }
  expect((await kit.ask('POST /budgets', { body: shownOfFile })).status).toBe(409);
});

describe('nobody', () => {
  const place = { organisation: 'acme', workspace: 'acme-one' };
  const base = { measure: 'requests', window: 'day', limit: 5 };

  test('touches what binds another workspace, the organisation above, or everybody', async () => {
    await kit.done('POST /organisations', { body: { id: 'acme', name: 'Acme' } });
    for (const id of ['acme-one', 'acme-two'])
      await kit.done('POST /workspaces', { body: { id, name: id }, query: { organisation: 'acme' } });
    const billing = await newKey({ role: 'billing' }, place);
    const boss = await newKey({ role: 'billing', reach: 'organisation' }, place);
    const other = await newKey({}, { organisation: 'acme', workspace: 'acme-two' });
    const query = { organisation: 'acme' };
    for (const [id, scope, subject] of [
      ['acme-all', 'organisation', 'acme'],
      ['acme-two', 'workspace', 'acme-two'],
      ['acme-two-key', 'key', other.id],
    ])
      await kit.done('POST /budgets', { body: { ...base, id, scope, subject }, query });
    await kit.done('POST /budgets', { body: { ...base, id: 'everyones', scope: 'model', subject: 'fast' } });
    for (const id of ['acme-all', 'acme-two', 'acme-two-key', 'everyones', 'of-the-file']) {
      for (const [what, body] of [
        [`GET /budgets/${id}`],
        [`PATCH /budgets/${id}`, { limit: 1 }],
        [`DELETE /budgets/${id}`],
        [`GET /budgets/${id}/windows`],
        [`GET /budgets/${id}/alerts`],
      ] as const)
        expect((await kit.ask(what, { key: billing.secret, body })).status, what).toBe(404);
    }
    const own = { ...base, id: 'own', scope: 'key', subject: billing.id };
    expect((await kit.ask('POST /budgets', { key: billing.secret, body: own })).status).toBe(201);
    expect(idsOf(await kit.done('GET /budgets', { key: billing.secret }))).toEqual(['own']);
    const ofAcme = ['acme-all', 'acme-two', 'acme-two-key', 'own'];
    expect(idsOf(await kit.done('GET /budgets', { key: boss.secret }))).toEqual(ofAcme);
    expect(idsOf(await kit.done('GET /budgets', { query }))).toEqual(ofAcme);
    expect(idsOf(await kit.done('GET /budgets'))).toEqual(['everyones', 'of-the-file']);
    expect(
      (await kit.ask('GET /budgets', { key: boss.secret, query: { organisation: 'default' } })).status,
    ).toBe(403);
    for (const [scope, subject, status] of [
      ['organisation', 'acme', 403],
      ['model', 'fast', 403],
      ['tag', 'team=x', 403],
      ['workspace', 'acme-two', 404],
      ['key', other.id, 404],
      ['organisation', 'default', 404],
    ] as const) {
      const body = { ...base, id: 'x', scope, subject };
      const refused = await kit.ask('POST /budgets', { key: billing.secret, body });
      expect(refused.status, `${scope} ${subject}`).toBe(status);
    }
    await kit.done('DELETE /budgets/everyones');
  });

  test('takes over the id of another’s budget, nor with it what was used of that', async () => {
    const { secret: key, id: subject } = await newKey({ role: 'billing' }, place);
    await kit.done('POST /budgets', {
      body: { ...base, id: 'gone', scope: 'workspace', subject: 'default' },
    });
    await kit.done('DELETE /budgets/gone');
    const body = { ...base, id: 'gone', scope: 'key', subject };
    const answer = await kit.ask('POST /budgets', { key, body });
    expect([answer.status, answer.body.error.details.field]).toEqual([409, 'body.id']);
    expect((await kit.ask('GET /budgets/gone/windows', { key })).status).toBe(404);
  });

  test('is told of alerts of others, and calls of others are not bound', async () => {
    const analyst = await newKey({ role: 'analyst' }, place);
    expect((await kit.done('GET /alerts', { key: analyst.secret })).data).toEqual([]);
    expect((await kit.ask('GET /alerts', { key: (await newKey()).secret })).status).toBe(403);
    const { secret } = await newKey({}, place);
    await kit.done('PATCH /budgets/acme-all', { body: { limit: 0 }, query: { organisation: 'acme' } });
    expect([await kit.call(secret), await kit.call((await newKey()).secret)]).toEqual([429, 200]);
  });
});

test('an organisation’s budget binds the calls of the first organisation too', async () => {
  const body = {
    id: 'default-all',
    scope: 'organisation',
    subject: 'default',
    measure: 'requests',
    window: 'day',
    limit: 0,
  };
  await kit.done('POST /budgets', { body });
  const { secret } = await newKey();
  expect(await kit.call(secret)).toBe(429);
  await kit.done('DELETE /budgets/default-all');
  expect(await kit.call(secret)).toBe(200);
});

const good = {
  id: 'x',
  scope: 'workspace',
  subject: 'default',
  measure: 'requests',
  window: 'day',
  limit: 1,
};
test.each<[string, unknown, string]>([
  ['POST /budgets', { ...good, limit: 1.5 }, '`body.limit` must be a whole number'],
  ['POST /budgets', { ...good, limit: '1.50' }, '`body.limit` must be a whole number, not a text'],
  ['POST /budgets', { ...good, limit: -1 }, 'must be at least 0'],
  ['POST /budgets', { ...good, maxOutput: 1 }, 'Did you mean `max_output`?'],
  ['POST /budgets', { ...good, id: 'a b' }, '`body.id` must match'],
  ['POST /budgets', { ...good, window: undefined }, '`window` is missing'],
  ['POST /budgets', { ...good, measure: 'concurrency' }, 'has no `window`'],
  ['POST /budgets', { ...good, policy: 'downgrade' }, 'needs an `alias`'],
  ['POST /budgets', { ...good, policy: 'downgrade', alias: 'fsat' }, 'Did you mean `fast`?'],
  ['POST /budgets', { ...good, outage_allowance: 2 }, 'more than the `limit`'],
  ['POST /budgets', { ...good, scope: 'tag', subject: 'team' }, 'is `name=value`'],
  ['POST /budgets', { ...good, subject: 'nowhere' }, 'There is no workspace `nowhere` there'],
  ['POST /budgets', { ...good, scope: 'key', subject: 'none' }, 'There is no key `none` there'],
  ['PATCH /budgets/none', { limit: 1 }, 'There is no budget `none`'],
  ['PATCH /budgets/of-the-file', { measure: 'money' }, '`body.measure`'],
  ['GET /alerts?from=yesterday', undefined, 'must be a time'],
])('%s with %j says %s', async (what, body, said) => {
  const answer = await kit.ask(what, { body });
  expect([400, 404]).toContain(answer.status);
  expect(`${answer.body.error.message} ${answer.body.error.hint}`).toContain(said);
});

test('every change stands in the audit log', async () => {
  await kit.done('POST /budgets', { body: { ...good, id: 'audited', limit: 1_000_000 } });
  await kit.done('PATCH /budgets/audited', { body: { limit: 2_000_000 } });
  await kit.done('DELETE /budgets/audited');
  const { entries } = await kit.storage.audit.page({ organisation: 'default', limit: 3 });
  expect(entries.map(({ action }) => action)).toEqual(['budgets.remove', 'budgets.update', 'budgets.create']);
  expect(entries[1]).toMatchObject({ target: 'audited', details: { asked: { limit: 2_000_000 } } });
});
