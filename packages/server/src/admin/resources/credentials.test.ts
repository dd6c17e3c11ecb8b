// Credentials through the management API: their whole life, that no secret comes back or is written down, and whose they are.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

const canary = 'sk-canary-c0de';
const model = 'openai:gpt-5';
let kit: ApiKit;
/** The keys that the vendor was shown, and those that it refuses. */
let shown: string[] = [];
const refused = new Set<string>();
const vendor = createServer((request, response) => {
  const key = String(request.headers.authorization).replace('Bearer ', '');
  shown.push(key);
  request.resume().on('end', () => {
    response.writeHead(refused.has(key) ? 401 : 200, { 'content-type': 'application/json' });
    if (refused.has(key)) response.end(JSON.stringify({ error: { message: `No such key ${key}.` } }));
    else if (request.method === 'GET') response.end(JSON.stringify({ data: [{ id: 'gpt-5' }] }));
    else response.end(JSON.stringify(completion));
  });
});
const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-5',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello.' } }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

beforeAll(async () => {
  await new Promise<void>((resolve) => void vendor.listen(0, '127.0.0.1', resolve));
  kit = await openApiKit({ vendor: `http://127.0.0.1:${(vendor.address() as AddressInfo).port}` });
});
beforeEach(() => {
  shown = [];
  refused.clear();
});
afterAll(async () => {
  await kit.close();
  vendor.close();
});

const store = (fields: Readonly<Record<string, unknown>>, query: Readonly<Record<string, string>> = {}) =>
  kit.done('POST /credentials', { body: { provider: 'openai', key: canary, ...fields }, query });
const keyUsed = async (key: string) => {
  shown = [];
  expect(await kit.call(key, { model })).toBe(200);
  return shown;
};

test('a credential is stored, used, changed, rotated and removed', async () => {
  const caller = await kit.newKey();
  expect(await keyUsed(caller)).toEqual(['sk-test']);
  const made = await store({ name: 'main', weight: 3 });
  expect(made).toMatchObject({
    name: 'main',
    weight: 3,
    state: 'active',
    health: 'unused',
    provider: 'openai',
  });
  expect(made).not.toHaveProperty('workspace');
  expect(await keyUsed(caller)).toEqual([canary]);

  const changed = await kit.done(`PATCH /credentials/${made.id}`, {
    body: { name: 'other', state: 'disabled' },
  });
  expect(changed).toMatchObject({ name: 'other', state: 'disabled', weight: 3 });
  expect(await keyUsed(caller)).toEqual(['sk-test']);
  await kit.done(`PATCH /credentials/${made.id}`, { body: { state: 'active' } });

  const rotated = await kit.done(`POST /credentials/${made.id}/rotate`, { body: { key: `${canary}-2` } });
  expect(rotated.rotated_at).toBeDefined();
  expect(await keyUsed(caller)).toEqual([`${canary}-2`]);

  await kit.done(`DELETE /credentials/${made.id}`);
  expect(await keyUsed(caller)).toEqual(['sk-test']);
  for (const what of [`GET /credentials/${made.id}`, `DELETE /credentials/${made.id}`])
    expect((await kit.ask(what)).status).toBe(404);
  // Its name is free again.
  await kit.done(`DELETE /credentials/${(await store({ name: 'other' })).id}`);
});

test('no answer and no entry of the audit log has a secret in it', async () => {
  const secrets = { secretAccessKey: `${canary}-aws` };
  const settings = { accessKeyId: `${canary}-setting` };
  const made = await kit.ask('POST /credentials', {
    body: { provider: 'openai', name: 'silent', key: canary, secrets, settings },
  });
  const { id } = made.body;
  const asked = [
    await kit.ask(`GET /credentials/${id}`),
    await kit.ask('GET /credentials'),
    await kit.ask(`POST /credentials/${id}/rotate`, { body: { key: `${canary}-3` } }),
    await kit.ask(`POST /credentials/${id}/rotate`, { body: { key: `${canary} with spaces` } }),
    await kit.ask('POST /credentials', { body: { name: 'x', provider: 'openai', kay: canary } }),
    await kit.ask(`DELETE /credentials/${id}`),
  ];
  expect([made, ...asked].map(({ text }) => text).join('')).not.toContain('canary');
  const { entries } = await kit.storage.audit.page({ organisation: 'default', limit: 10 });
  expect(entries.map(({ action }) => action).slice(0, 3)).toEqual([
    'credentials.remove',
    'credentials.rotate',
    'credentials.create',
  ]);
  expect(JSON.stringify(entries)).toContain('[not kept]');
  expect(JSON.stringify(entries)).not.toContain('canary');
});

test('a check asks the provider without spending anything, and says what is wrong', async () => {
  const { id } = await store({ name: 'to be checked' });
  const good = await kit.done(`POST /credentials/${id}/check`);
  expect(good).toEqual({ ok: true, is_key_checked: true, models: ['gpt-5'] });
  expect(shown).toEqual([canary]);
  refused.add(canary);
  const bad = await kit.ask(`POST /credentials/${id}/check`);
  expect(bad.body).toMatchObject({ ok: false, problem: { kind: 'wrong-key' } });
  expect(bad.body.problem.hint).toContain('Rotate the credential');
  expect(bad.text).not.toContain(canary);
  await kit.done(`PATCH /credentials/${id}`, { body: { state: 'disabled' } });
  expect((await kit.ask(`POST /credentials/${id}/check`)).status).toBe(409);
  await kit.done(`DELETE /credentials/${id}`);
});

test('one that is refused cools down, and is seen to', async () => {
  const { id } = await store({ name: 'refused' });
  refused.add(canary);
  expect(await kit.call(await kit.newKey(), { model })).toBeGreaterThanOrEqual(400);
  await kit.parts.credentials.close();
  const now = await kit.done(`GET /credentials/${id}`);
  expect(now).toMatchObject({ health: 'cooling_down', last_failure: 'provider_authentication_failed' });
  expect(Date.parse(now.cool_down_until)).toBeGreaterThan(Date.parse(now.last_failed_at));
  const rotated = await kit.done(`POST /credentials/${id}/rotate`, { body: { key: `${canary}-4` } });
  expect(rotated.health).toBe('good');
  expect(rotated).not.toHaveProperty('cool_down_until');
  await kit.done(`DELETE /credentials/${id}`);
});

test('a list goes page by page, by provider and by state', async () => {
  const made: string[] = [];
  for (const name of ['one', 'two', 'three']) made.push((await store({ name })).id);
  await store({ name: 'one', provider: 'simulator' });
  await kit.done(`PATCH /credentials/${made[1]}`, { body: { state: 'disabled' } });
  const first = await kit.done('GET /credentials', { query: { provider: 'openai', limit: 2 } });
  const query = { provider: 'openai', limit: 2, cursor: first.next_cursor };
  const second = await kit.done('GET /credentials', { query });
  const ids = [...first.data, ...second.data].map(({ id }: { id: string }) => id);
  expect([ids, second.next_cursor]).toEqual([made, null]);
  const newest = await kit.done('GET /credentials', { query: { sort: '-created_at', limit: 1 } });
  expect(newest.data[0].provider).toBe('simulator');
  const off = await kit.done('GET /credentials', { query: { state: 'disabled' } });
  expect(off.data.map(({ id }: { id: string }) => id)).toEqual([made[1]]);
  const taken = await kit.ask(`PATCH /credentials/${made[0]}`, { body: { name: 'three' } });
  expect([taken.status, taken.body.error.code]).toEqual([409, 'conflict']);
  for (const id of [...made, newest.data[0].id]) await kit.done(`DELETE /credentials/${id}`);
});

describe('nobody', () => {
  test('sees, changes or uses what is in another workspace or organisation', async () => {
    await kit.done('POST /organisations', { body: { id: 'acme', name: 'Acme' } });
    await kit.done('POST /workspaces', {
      body: { id: 'acme-one', name: 'One' },
      query: { organisation: 'acme' },
    });
    await kit.done('POST /workspaces', {
      body: { id: 'acme-two', name: 'Two' },
      query: { organisation: 'acme' },
    });
    const place = { organisation: 'acme', workspace: 'acme-one' };
    const { secret: admin } = await kit.done('POST /keys', {
      body: { name: 'x', role: 'admin' },
      query: place,
    });
    const { secret: caller } = await kit.done('POST /keys', { body: { name: 'x' }, query: place });
    const foreign = [
      await store({ name: 'of default' }),
      await store({ name: 'of all of acme' }, { organisation: 'acme' }),
      await store({ name: 'of two' }, { organisation: 'acme', workspace: 'acme-two' }),
    ];
    for (const { id } of foreign) {
      for (const [what, body] of [
        [`GET /credentials/${id}`],
        [`PATCH /credentials/${id}`, { weight: 2 }],
        [`POST /credentials/${id}/rotate`, { key: 'mine' }],
        [`POST /credentials/${id}/check`],
        [`DELETE /credentials/${id}`],
      ] as const) {
        expect((await kit.ask(what, { key: admin, body })).status, what).toBe(404);
      }
    }
    // What is for all of the organisation sends its calls all the same, until the workspace has its own.
    expect(await keyUsed(caller)).toEqual([canary]);
    const body = { provider: 'openai', name: 'own', key: `${canary}-own` };
    const own = await kit.done('POST /credentials', { key: admin, body });
    expect(own).toMatchObject(place);
    expect(await keyUsed(caller)).toEqual([`${canary}-own`]);
    const list = await kit.done('GET /credentials', { key: admin });
    expect(list.data.map(({ id }: { id: string }) => id)).toEqual([own.id]);
    const all = await kit.done('GET /credentials', { query: { organisation: 'acme' } });
    expect(all.data).toHaveLength(3);
    for (const query of [{ organisation: 'default' }, { workspace: 'acme-two' }])
      expect((await kit.ask('POST /credentials', { key: admin, body, query })).status).toBe(403);
    expect((await kit.ask('POST /credentials/reseal', { key: admin })).status).toBe(403);
    for (const { id } of [foreign[0] as { id: string }]) await kit.done(`DELETE /credentials/${id}`);
  });

  test('reads them who was not given that', async () => {
    for (const role of ['developer', 'analyst', 'billing', 'viewer', 'caller']) {
      const answer = await kit.ask('GET /credentials', { key: await kit.newKey({ role }) });
      expect([answer.status, answer.body.error.code], role).toEqual([403, 'permission_denied']);
    }
  });
});

test('whoever runs the installation has all of them encrypted anew', async () => {
  const { id } = await store({ name: 'to be sealed anew' });
  expect(await kit.done('POST /credentials/reseal')).toEqual({ resealed: 0, failed: [] });
  await kit.done(`DELETE /credentials/${id}`);
});

test.each<[string, unknown, string]>([
  ['POST /credentials', { provider: 'openai', name: 'x' }, 'has no secret'],
  ['POST /credentials', { provider: 'opneai', name: 'x', key: 'k' }, 'Did you mean `openai`?'],
  ['POST /credentials', { provider: 'openai', name: 'x', key: 'env:OTHERS' }, 'is a reference to a secret'],
  [
    'POST /credentials',
    { provider: 'openai', name: 'x', secrets: { credentials: 'file:/a' } },
    'a reference',
  ],
  ['POST /credentials', { provider: 'openai', name: 'x', key: 'two words' }, '`body.key` must match'],
  ['POST /credentials', { provider: 'openai', name: 'x', key: 'k', weight: -1 }, 'must be at least 0'],
  ['POST /credentials', { provider: 'openai', name: '<x>', key: 'k' }, 'The `name` of a credential'],
  ['PATCH /credentials/none', { weight: 1 }, 'There is no credential `none`'],
  ['GET /credentials/none', undefined, 'There is no credential `none`'],
])('%s with %j says %s', async (what, body, said) => {
  const answer = await kit.ask(what, { body });
  expect([400, 404]).toContain(answer.status);
  expect(`${answer.body.error.message} ${answer.body.error.hint}`).toContain(said);
});
