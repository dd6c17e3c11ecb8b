// Flows through the management API: brought, listed, estimated, removed; who may, and what becomes of texts that are none.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

let kit: ApiKit;
beforeAll(async () => {
  kit = await openApiKit({ runsFlows: true });
});
afterAll(() => kit.close());

const there = { query: { organisation: 'acme', workspace: 'acme-one' } };
const say = (name: string, said: string) => ({
  flow: name,
  entry: 'say',
  nodes: { say: { kind: 'pass', input: said } },
});
const names = ({ data }: { readonly data: readonly { readonly name: string }[] }) =>
  data.map(({ name }) => name);

test('a flow is kept by what is in it, in versions, and removed', async () => {
  const text = 'flow: life\nentry: say\nnodes:\n  say: { kind: pass, input: first }\n';
  const made = await kit.ask('PUT /flows/life', { body: { text } });
  expect([made.status, made.body]).toMatchObject([
    201,
    { name: 'life', workspace: 'default', text, uses: {}, created_by: expect.stringMatching(/^bootstrap-/) },
  ]);
  const again = await kit.ask('PUT /flows/life', { body: { text } });
  expect([again.status, again.body]).toEqual([200, made.body]);

  const second = await kit.done('PUT /flows/life', { body: { flow: say('life', 'second') } });
  expect(second.version).not.toBe(made.body.version);
  expect((await kit.done('GET /flows/life')).version).toBe(second.version);
  expect(JSON.parse(second.text)).toEqual(say('life', 'second'));
  const old = await kit.done('GET /flows/life', { query: { version: made.body.version } });
  expect(old.text).toBe(text);

  expect(await kit.done('DELETE /flows/life')).toEqual(second);
  expect((await kit.ask('GET /flows/life')).status).toBe(404);
  expect((await kit.ask('DELETE /flows/life')).status).toBe(404);
  expect((await kit.ask('POST /runs', { body: { flow: 'life' } })).status).toBe(404);
});

test('flows are listed by name, page by page, without their texts', async () => {
  for (const name of ['page-c', 'page-a', 'page-b'])
    await kit.done(`PUT /flows/${name}`, { body: { flow: say(name, name) } });
  const first = await kit.done('GET /flows', { query: { limit: 2 } });
  expect(names(first)).toEqual(['page-a', 'page-b']);
  expect(first.data[0]).not.toHaveProperty('text');
  const second = await kit.done('GET /flows', { query: { limit: 2, cursor: first.next_cursor } });
  expect([names(second), second.next_cursor]).toEqual([['page-c'], null]);
  expect((await kit.ask('GET /flows', { query: { cursor: 'bm9uZQ' } })).status).toBe(400);
});

test('all problems of a text are told at once, with their places, and it is not kept', async () => {
  const text = 'flow: wrong\nentry: nowhere\nnodes:\n  a: { kind: promt }\n  b: { kind: pass, next: c }\n';
  const { problems } = await kit.done('POST /flows/check', { body: { text } });
  expect(problems.length).toBeGreaterThan(2);
  expect(problems[0]).toMatchObject({ path: 'entry', line: 2, message: expect.stringContaining('nowhere') });
  const refused = await kit.ask('PUT /flows/wrong', { body: { text } });
  expect([refused.status, refused.body.error.code]).toEqual([400, 'invalid_request']);
  expect(refused.body.error.details.problems).toHaveLength(problems.length);
  expect((await kit.ask('GET /flows/wrong')).status).toBe(404);
  expect(await kit.done('POST /flows/check', { body: { flow: say('right', 'x') } })).toEqual({
    problems: [],
  });
});

test('an estimate tells money as digits, of the whole and of each node', async () => {
  const nodes = { hello: { kind: 'prompt', model: 'fast', prompt: 'Greet {{name}}.', maxOutputTokens: 10 } };
  await kit.done('PUT /flows/costs', { body: { flow: { flow: 'costs', entry: 'hello', nodes } } });
  const estimate = await kit.done('POST /flows/costs/estimate', { body: { payload: { name: 'Ada' } } });
  expect(estimate).toMatchObject({ block: 'costs', confidence: 'low', sample_size: 0 });
  expect(estimate.calls.mean).toBeGreaterThanOrEqual(1);
  expect(estimate.components[0]).toMatchObject({ path: 'hello', sample_size: 0 });
  expect(estimate.notes.length + estimate.components[0].notes.length).toBeGreaterThan(0);
  for (const amount of Object.values(estimate.nano_dollars)) expect(amount).toSatisfy(isAmount);
  expect((await kit.ask('POST /flows/none/estimate', { body: {} })).status).toBe(404);
  const old = { body: { version: 'none' } };
  expect((await kit.ask('POST /flows/costs/estimate', old)).status).toBe(404);
});

function isAmount(amount: unknown): boolean {
  return amount === null || (typeof amount === 'string' && /^\d+$/.test(amount));
}

test('whoever may not is told so, and flows of others are not there', async () => {
  await kit.done('POST /organisations', { body: { id: 'acme', name: 'Acme' } });
  await kit.done('POST /workspaces', {
    body: { id: 'acme-one', name: 'One' },
    query: { organisation: 'acme' },
  });
  await kit.done('PUT /flows/secret', { body: { flow: say('secret', 'of acme') }, ...there });
  expect(names(await kit.done('GET /flows', there))).toEqual(['secret']);
  expect(names(await kit.done('GET /flows'))).not.toContain('secret');
  for (const what of ['GET /flows/secret', 'DELETE /flows/secret', 'POST /flows/secret/estimate'])
    expect((await kit.ask(what, what.startsWith('POST') ? { body: {} } : {})).status, what).toBe(404);

  const body = { flow: say('secret', 'x') };
  const reader = await kit.newKey({ scopes: ['flows:read'] });
  for (const key of [reader, await kit.newKey(), await kit.newKey({ role: 'analyst' })])
    expect((await kit.ask('PUT /flows/secret', { key, body })).status).toBe(403);
  expect((await kit.ask('GET /flows', { key: reader })).status).toBe(200);
  expect((await kit.ask('GET /flows', { key: null })).status).toBe(401);
  expect((await kit.ask('GET /flows', { key: reader, query: { workspace: 'acme-one' } })).status).toBe(403);
});

const tooLong = `flow: x\n${'#'.repeat(1024 * 1024)}`;

test.each<[string, string, unknown, string]>([
  ['another name', 'PUT /flows/one', { flow: say('other', 'x') }, 'other'],
  ['nothing', 'PUT /flows/one', {}, 'either `text` or `flow`'],
  ['both', 'PUT /flows/one', { text: 'x', flow: {} }, 'either `text` or `flow`'],
  ['text that is too long', 'PUT /flows/one', { text: tooLong }, '`body.text` must have at most'],
  ['a zero byte', 'PUT /flows/one', { text: 'flow: a\0' }, '`body.text` must not have'],
  ['an empty text', 'PUT /flows/one', { text: '' }, 'problem'],
  ['no YAML', 'PUT /flows/one', { text: 'flow: [' }, 'problem'],
  ['an empty document', 'PUT /flows/one', { flow: {} }, 'problem'],
  ['a name with a slash', 'PUT /flows/a%2Fb', { flow: say('a/b', 'x') }, 'problem'],
  ['another field', 'POST /flows/check', { txt: 'x' }, 'Did you mean `text`?'],
  ['no text', 'POST /flows/check', { text: 7 }, '`body.text` must be a text'],
])('%s is refused: %s', async (_, what, body, said) => {
  const { status, body: answer } = await kit.ask(what, { body });
  expect(status).toBe(400);
  expect(`${answer.error.message} ${answer.error.hint}`).toContain(said);
});

test('hostile names are not found, or are names', async () => {
  for (const name of ['__proto__', 'constructor', '../../etc/passwd', '%', 'x'.repeat(500), '\u202e', ' ']) {
    const place = encodeURIComponent(name);
    expect((await kit.ask(`GET /flows/${place}`)).status, name).toBe(404);
    expect((await kit.ask(`DELETE /flows/${place}`)).status, name).toBe(404);
  }
});

test('changes stand in the audit log without their texts', async () => {
  await kit.done('PUT /flows/audited', { body: { flow: say('audited', 'canary-text') } });
  await kit.ask('PUT /flows/audited', { body: { text: 'flow: [ canary-text' } });
  await kit.done('DELETE /flows/audited');
  const { entries } = await kit.storage.audit.page({ organisation: 'default', limit: 4 });
  expect(entries.map(({ action, target }) => [action, target])).toEqual([
    ['flows.remove', 'audited'],
    ['flows.put.failed', 'audited'],
    ['flows.put', 'audited'],
    ['flows.put', 'audited'],
  ]);
  expect(JSON.stringify(entries)).not.toContain('canary-text');
});

test('what the documentation sends works as it stands there', async () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../../../../docs/api.md'), 'utf8');
  const [, section = ''] = page.split('## Flows and runs\n');
  const curl = /^curl (?:-X (\w+) )?http:\S+\/api\/v1(\/\S+) -H "[^"]+" -d '([^']+)'$/gm;
  const asked = [...section.matchAll(curl)];
  expect(asked.map(([, , path]) => path)).toEqual(['/flows/greet', '/flows/greet/estimate', '/runs']);
  for (const [, method = 'POST', path, body] of asked) await kit.done(`${method} ${path}`, { body });
});

test('a server that was put together without flows says so', async () => {
  const plain = await openApiKit();
  for (const what of ['GET /flows', 'GET /runs', 'GET /approvals', 'GET /schedules']) {
    const { status, body } = await plain.ask(what);
    expect([status, body.error.message], what).toEqual([404, 'This server runs no flows.']);
  }
  await plain.close();
});
