// Keys through the management API: their whole life, who may do what with whose, and what becomes of wrong questions.
import { systemClock } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

let simulator: Simulator;
let kit: ApiKit;
beforeAll(async () => {
  simulator = await startSimulator({ host: '127.0.0.1', port: 0 });
  kit = await openApiKit({ vendor: simulator.url });
});
afterAll(async () => {
  await kit.close();
  await simulator.close();
});

test('a key is made, shown once, changed, rotated and revoked', async () => {
  const { secret, key } = await kit.done('POST /keys', { body: { name: 'a service', models: ['fast'] } });
  expect(secret).toMatch(/^ks_\w{29}$/);
  expect(key).toMatchObject({ name: 'a service', state: 'active', role: 'caller', workspace: 'default' });
  expect(await kit.call(secret)).toBe(200);
  const shown = await kit.ask(`GET /keys/${key.id}`);
  expect(shown.text).not.toContain(secret);

  const changed = await kit.done(`PATCH /keys/${key.id}`, {
    body: { models: ['openai:*'], name: 'renamed' },
  });
  expect(changed).toMatchObject({ name: 'renamed', models: ['openai:*'] });
  expect(await kit.call(secret)).toBe(403);
  await kit.done(`PATCH /keys/${key.id}`, { body: { models: null } });
  expect(await kit.call(secret)).toBe(200);

  const next = await kit.done(`POST /keys/${key.id}/rotate`, { body: { overlap_seconds: 3600 } });
  expect(next.key).toMatchObject({ rotated_from: key.id, name: 'renamed' });
  expect([await kit.call(secret), await kit.call(next.secret)]).toEqual([200, 200]);

  const revoked = await kit.done(`POST /keys/${key.id}/revoke`);
  expect(revoked.state).toBe('revoked');
  expect([await kit.call(secret), await kit.call(next.secret)]).toEqual([401, 200]);
  const again = await kit.ask(`POST /keys/${key.id}/rotate`, { body: {} });
  expect(again.status).toBe(404);
  expect(again.body.error.hint).toContain('Make a new key');
});

test('a list goes page by page, in both orders, by state and by name', async () => {
  for (const name of ['page one', 'page two', 'page three']) await kit.newKey({ name });
  for (const sort of ['created_at', '-created_at']) {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query = { search: 'page', limit: 2, sort, ...(cursor && { cursor }) };
      const page = await kit.done('GET /keys', { query });
      seen.push(...page.data.map(({ name }: { name: string }) => name));
      cursor = page.next_cursor;
    }
    const inOrder = ['page one', 'page two', 'page three'];
    expect(seen).toEqual(sort === 'created_at' ? inOrder : inOrder.toReversed());
  }
  const revoked = await kit.done('GET /keys', { query: { state: 'revoked' } });
  expect(revoked.data.length).toBeGreaterThan(0);
  expect(new Set(revoked.data.map(({ state }: { state: string }) => state))).toEqual(new Set(['revoked']));
  const wrong = await kit.ask('GET /keys', { query: { cursor: 'bm9uZQ' } });
  expect(wrong.body.error.message).toContain('`query.cursor` is none');
});

describe('nobody', () => {
  test('manages without a key, or with one that was made for calls', async () => {
    expect((await kit.ask('GET /keys', { key: null })).status).toBe(401);
    const caller = await kit.newKey();
    const refused = await kit.ask('GET /keys', { key: caller });
    expect(refused.status).toBe(403);
    expect(refused.body.error).toMatchObject({ code: 'permission_denied' });
    expect(refused.body.error.message).toContain('keys:read');
  });

  test('gives more than they have', async () => {
    const developer = await kit.newKey({ role: 'developer' });
    for (const body of [
      { name: 'x', role: 'admin' },
      { name: 'x', scopes: ['credentials:write'] },
      { name: 'x', role: 'caller', reach: 'organisation' },
      { name: 'x', role: 'caller', reach: 'installation' },
    ]) {
      const refused = await kit.ask('POST /keys', { key: developer, body });
      expect(refused.status, JSON.stringify(body)).toBe(403);
    }
    expect((await kit.ask('POST /keys', { key: developer, body: { name: 'x' } })).status).toBe(201);
    // Nor by taking over a key that may more.
    const { key: admin } = await kit.done('POST /keys', { body: { name: 'admin', role: 'admin' } });
    for (const what of [`POST /keys/${admin.id}/rotate`, `PATCH /keys/${admin.id}`]) {
      expect((await kit.ask(what, { key: developer, body: {} })).status).toBe(403);
    }
  });

  test('sees or touches what is in another workspace or organisation', async () => {
    await kit.done('POST /organisations', { body: { id: 'acme', name: 'Acme' } });
    await kit.done('POST /workspaces', {
      body: { id: 'acme-one', name: 'One' },
      query: { organisation: 'acme' },
    });
    const made = await kit.done('POST /keys', {
      body: { name: 'of acme', role: 'owner', reach: 'organisation' },
      query: { organisation: 'acme', workspace: 'acme-one' },
    });
    const { key: foreign } = await kit.done('POST /keys', { body: { name: 'of default' } });
    for (const what of [
      `GET /keys/${foreign.id}`,
      `PATCH /keys/${foreign.id}`,
      `POST /keys/${foreign.id}/rotate`,
      `POST /keys/${foreign.id}/revoke`,
    ]) {
      const body = what.startsWith('GET') || what.endsWith('revoke') ? undefined : {};
      const answer = await kit.ask(what, { key: made.secret, body });
      expect(answer.status, what).toBe(404);
    }
    const own = await kit.done('GET /keys', { key: made.secret });
    expect(own.data.map(({ id }: { id: string }) => id)).toEqual([made.key.id]);
    for (const query of [{ organisation: 'default' }, { workspace: 'default', organisation: 'default' }]) {
      expect((await kit.ask('GET /keys', { key: made.secret, query })).status).toBe(403);
    }
    expect((await kit.ask('GET /keys', { key: made.secret, query: { workspace: 'default' } })).body).toEqual({
      data: [],
      next_cursor: null,
    });
    const elsewhere = { key: made.secret, body: { name: 'x' }, query: { workspace: 'default' } };
    expect((await kit.ask('POST /keys', elsewhere)).status).toBe(404);
  });
});

test.each<[string, unknown, string]>([
  ['POST /keys', {}, '`body.name` is missing'],
  ['POST /keys', { name: 'x', scops: [] }, 'Did you mean `scopes`?'],
  ['POST /keys', { name: 'x', scopes: ['all'] }, '`body.scopes[0]` must be one of'],
  ['POST /keys', { name: 'x', scopes: ['calls:create'], role: 'caller' }, 'not both'],
  ['POST /keys', { name: 'x', addresses: ['10.0.0.0/99'] }, 'An entry of `addresses` is no address'],
  ['POST /keys', { name: 'x', expires_at: '2001-01-01T00:00:00Z' }, 'would expire before'],
  ['POST /keys', '{"name":', 'request body'],
  ['POST /keys', '[]', '`body` must be an object, not a list'],
  ['PATCH /keys/none', { name: 'x' }, 'There is no key `none`'],
  ['POST /keys/none/rotate', { overlap_seconds: -1 }, 'must be at least 0'],
])('%s with %j says %s', async (what, body, said) => {
  const answer = await kit.ask(what, { body });
  expect([400, 404, 422]).toContain(answer.status);
  expect(`${answer.body.error.message} ${answer.body.error.hint}`).toContain(said);
});

test('what was changed stands in the audit log, with who did it and without secrets', async () => {
  const { secret, key } = await kit.done('POST /keys', { body: { name: 'to be audited' } });
  await kit.done(`POST /keys/${key.id}/revoke`);
  const { entries } = await kit.storage.audit.page({ organisation: 'default', limit: 2 });
  expect(entries.map(({ action, target }) => [action, target])).toEqual([
    ['keys.revoke', key.id],
    ['keys.create', ''],
  ]);
  expect(JSON.stringify(entries)).toContain('to be audited');
  expect(JSON.stringify(entries)).not.toContain(secret);
});

test('an answer says how old what is known of keys is, and when a key was last used is kept', async () => {
  const { secret, key } = await kit.done('POST /keys', { body: { name: 'used' } });
  const answer = await kit.ask('GET /keys');
  expect(Number(answer.headers['x-keelson-key-age-ms'])).toBeLessThan(5000);
  expect(await kit.call(secret)).toBe(200);
  const before = systemClock.now();
  await kit.storage.keys.noteUses([{ id: key.id, at: before }]);
  expect((await kit.done(`GET /keys/${key.id}`)).last_used_at).toBe(new Date(before).toISOString());
});
