// Registration: closed unless it is allowed; a key is good only once it is confirmed or approved, and nobody comes too often.
import { systemClock } from '@keelson/engine';
import { afterEach, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';
import type { RegistrationSettings, Verification } from '../registration/index.ts';

const kits: ApiKit[] = [];
let now = systemClock.now();
afterEach(async () => {
  for (const kit of kits.splice(0)) await kit.close();
});

async function open(registration: RegistrationSettings): Promise<ApiKit> {
  now = systemClock.now();
  const kit = await openApiKit({ parts: { registration, clock: { ...systemClock, now: () => now } } });
  kits.push(kit);
  return kit;
}

const ada = { email: 'Ada@Example.com', organization: 'Söhne & Co', project: 'first', accept_terms: true };
const register = (kit: ApiKit, more: object = {}) =>
  kit.ask('POST /register', { key: null, body: { ...ada, ...more } });
const auditOf = async (kit: ApiKit) =>
  (await kit.storage.audit.page({ organisation: '*', limit: 100 })).entries;

test('nobody registers where it was not allowed', async () => {
  const kit = await openApiKit();
  kits.push(kit);
  const refused = await register(kit);
  expect([refused.status, refused.body.error.hint]).toEqual([
    403,
    expect.stringContaining('KEELSON_REGISTRATION'),
  ]);
  expect(await kit.storage.registrations.list({ limit: 10 })).toEqual([]);
});

test('a key is good once what was sent comes back, and not before', async () => {
  const sent: Verification[] = [];
  const kit = await open({ mode: 'verified', send: async (message) => void sent.push(message) });
  const { body } = await register(kit);
  expect(body).toMatchObject({ state: 'pending', organisation: 'sohne-co', workspace: 'sohne-co.first' });
  const me = () => kit.ask('GET /me', { key: body.api_key });
  expect((await me()).status).toBe(401);
  expect(sent).toMatchObject([{ email: 'ada@example.com', registration: body.registration }]);
  const confirm = (token = sent[0]!.token) =>
    kit.ask('POST /register/confirm', { key: null, body: { token } });
  expect((await confirm('guessed')).status).toBe(404);
  const both = await Promise.all([confirm(), confirm()]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  const known = await me();
  expect(known.body.key).toMatchObject({
    organisation: 'sohne-co',
    workspace: 'sohne-co.first',
    role: 'project',
  });
  expect((await kit.ask('GET /profiles', { key: body.api_key })).status).toBe(200);
  expect((await kit.ask('GET /keys', { key: body.api_key })).status).toBe(403);
  expect(
    (await kit.ask('GET /profiles', { key: body.api_key, query: { workspace: 'default' } })).status,
  ).toBe(403);

  const entries = JSON.stringify(await auditOf(kit));
  expect(entries).toContain('accept_terms');
  for (const secret of [body.api_key, sent[0]!.token]) expect(entries).not.toContain(secret);
  const listed = await kit.done('GET /registrations');
  expect(listed.data).toMatchObject([
    { email: 'ada@example.com', state: 'active', key_id: body.registration },
  ]);
  expect(JSON.stringify(listed)).not.toContain(sent[0]!.token);
});

test('what a process that died left half done is done when it is asked again', async () => {
  const kit = await open({ mode: 'approved' });
  const { body } = await register(kit);
  const { registrations, tenants } = kit.storage;
  await registrations.decide(body.registration, { state: 'active', at: now, keyId: body.registration });
  await tenants.createOrganisation({
    id: 'sohne-co',
    name: 'x',
    createdAt: now,
    createdBy: body.registration,
  });
  await kit.done(`POST /registrations/${body.registration}/decide`, { body: { is_approved: true } });
  expect((await kit.ask('GET /me', { key: body.api_key })).status).toBe(200);
});

test('without a way to send, whoever runs the server reads what is to be sent, until it is used', async () => {
  const kit = await open({ mode: 'verified' });
  await register(kit);
  const [{ id, token }] = (await kit.done('GET /registrations')).data;
  await kit.done('POST /register/confirm', { key: null, body: { token } });
  expect((await kit.done('GET /registrations')).data).toMatchObject([{ id, state: 'active' }]);
  expect((await kit.done('GET /registrations')).data[0].token).toBeUndefined();
  const owner = await kit.newKey({ role: 'owner', reach: 'organisation' });
  expect((await kit.ask('GET /registrations', { key: owner })).status).toBe(403);
});

test('a message that cannot be sent leaves nothing behind', async () => {
  const kit = await open({ mode: 'verified', send: () => Promise.reject(new Error('no mail today')) });
  const failed = await register(kit);
  expect([failed.status, failed.text]).toEqual([500, expect.not.stringContaining('no mail today')]);
  expect((await kit.done('GET /registrations')).data).toMatchObject([{ state: 'refused' }]);
});

test('approved or refused by whoever runs the server, or good at once where that is wished', async () => {
  const kit = await open({ mode: 'approved' });
  const [one, two] = [
    await register(kit),
    await register(kit, { email: 'b@example.com', organization: 'b' }),
  ];
  const decide = (id: string, is_approved: boolean) =>
    kit.ask(`POST /registrations/${id}/decide`, { body: { is_approved } });
  expect((await decide(one.body.registration, true)).body.state).toBe('active');
  expect((await decide(two.body.registration, false)).body.state).toBe('refused');
  for (const { body } of [one, two]) expect((await decide(body.registration, true)).status).toBe(409);
  const good = async ({ body }: { body: { api_key: string } }) =>
    (await kit.ask('GET /me', { key: body.api_key })).status;
  expect([await good(one), await good(two)]).toEqual([200, 401]);
  // A name that was refused is free again.
  expect((await register(kit, { email: 'c@example.com', organization: 'b' })).status).toBe(201);

  const eager = await open({ mode: 'open' });
  const { body } = await register(eager);
  expect([body.state, (await eager.ask('GET /me', { key: body.api_key })).status]).toEqual(['active', 200]);
});

test('names and addresses are held once, and a registration runs out after a day', async () => {
  const kit = await open({ mode: 'verified', mostPerHour: 100 });
  await kit.done('POST /organisations', { body: { id: 'taken', name: 'Taken' } });
  expect((await register(kit, { organization: 'Taken' })).status).toBe(409);
  await register(kit);
  const [{ token }] = (await kit.done('GET /registrations')).data;
  for (const more of [{ organization: 'other' }, { email: 'b@example.com' }])
    expect((await register(kit, more)).status, JSON.stringify(more)).toBe(409);
  now += 86_400_000;
  const late = await kit.ask('POST /register/confirm', { key: null, body: { token } });
  expect([late.status, late.body.error.message]).toEqual([409, expect.stringContaining('run out')]);
  expect((await register(kit, { email: 'b@example.com' })).status).toBe(201);
});

test.each<[object, string]>([
  [{ accept_terms: false }, 'terms'],
  [{ accept_terms: 'yes' }, 'true or false'],
  [{ email: 'nobody' }, 'must match'],
  [{ email: `${'x'.repeat(260)}@y` }, 'at most 254'],
  [{ email: 'a@b\nbcc: c@d' }, 'control characters'],
  [{ organization: '你好' }, 'no letter'],
  [{ project: '../..' }, 'no letter'],
  [{ organization: '' }, 'at least 1'],
])('%j is refused', async (more, said) => {
  const kit = await open({ mode: 'open' });
  const { status, body } = await register(kit, more);
  expect([status, body.error.message]).toEqual([400, expect.stringContaining(said)]);
});

test('an address that registers too often is told to wait', async () => {
  const kit = await open({ mode: 'approved', mostPerHour: 2 });
  const statuses: number[] = [];
  for (const name of ['a', 'b', 'c'])
    statuses.push((await register(kit, { email: `${name}@example.com`, organization: name })).status);
  expect(statuses).toEqual([201, 201, 429]);
  const told = await register(kit);
  expect(Number(told.headers['retry-after'])).toBeGreaterThan(3000);
});
