// Who asks, as the management API tells it: every key may know itself, and no key is told of another.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKit, openApiKit, ownerKey } from '../__fixtures__/index.ts';

let kit: ApiKit;
beforeAll(async () => {
  kit = await openApiKit();
});
afterAll(() => kit.close());

test('the owner of the installation may do everything', async () => {
  const { key, permissions } = await kit.done('GET /me');
  expect(key).toMatchObject({ organisation: 'default', workspace: 'default', reach: 'installation' });
  expect(permissions).toContain('organisation:write');
  expect(JSON.stringify(key)).not.toContain(ownerKey);
});

test('a key for calls knows itself too', async () => {
  const secret = await kit.newKey({ name: 'of a service' });
  const me = await kit.ask('GET /me', { key: secret });
  expect(me.body).toMatchObject({
    key: { name: 'of a service', role: 'caller', reach: 'workspace' },
    permissions: ['calls:create', 'models:read'],
  });
  expect(me.text).not.toContain(secret);
});

test('a key with scopes has these and no role', async () => {
  const secret = await kit.newKey({ scopes: ['budgets:read'], reach: 'organisation' });
  const { key, permissions } = await kit.done('GET /me', { key: secret });
  expect(key).toMatchObject({ scopes: ['budgets:read'], reach: 'organisation' });
  expect(key).not.toHaveProperty('role');
  expect(permissions).toEqual(['budgets:read']);
});

test('whoever shows no key, or one that is revoked, is told nothing', async () => {
  const { secret, key } = await kit.done('POST /keys', { body: { name: 'soon gone' } });
  await kit.done(`POST /keys/${key.id}/revoke`);
  expect((await kit.ask('GET /me', { key: null })).status).toBe(401);
  expect((await kit.ask('GET /me', { key: secret })).status).toBe(401);
  const wrong = await kit.ask('GET /me', { query: { who: 'me' } });
  expect([wrong.status, wrong.body.error.details.field]).toEqual([400, 'query.who']);
});
