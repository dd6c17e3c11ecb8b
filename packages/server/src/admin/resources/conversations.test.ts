// Conversations over HTTP: their life, how much of them is kept, and whose they are.
import { createHash } from 'node:crypto';
import { systemClock } from '@keelson/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

let kit: ApiKit;
let key: string;
let other: string;
let now = systemClock.now();
const dayMs = 86_400_000;

beforeAll(async () => {
  kit = await openApiKit({ parts: { clock: { ...systemClock, now: () => now } } });
  for (const id of ['team', 'another']) await kit.done('POST /workspaces', { body: { id, name: id } });
  [key, other] = [
    await kit.newKey({ role: 'project' }, 'team'),
    await kit.newKey({ role: 'project' }, 'another'),
  ];
});
afterAll(() => kit.close());

const begin = (body: object = {}) => kit.done('POST /conversations', { key, body });
const secret = 'what nobody else may read\nline two';

test('a conversation is begun, gone on with, read page by page and changed', async () => {
  const made = await begin({
    title: 'One',
    system_prompt: 'Be brief.',
    model_alias: 'fast',
    temperature: 0.2,
    max_tokens: 50,
    logging: 'full',
  });
  expect(made).toMatchObject({
    title: 'One',
    system_prompt: 'Be brief.',
    retention_days: 30,
    message_count: 0,
    temperature: 0.2,
  });
  const path = `/conversations/${made.id}`;
  const first = await kit.done(`POST ${path}/messages`, {
    key,
    body: { role: 'user', content: secret, input_tokens: 5 },
  });
  expect(first).toMatchObject({
    first_seq: 1,
    added: 1,
    conversation: { message_count: 1, input_tokens: 5 },
  });
  const parts = [{ type: 'text', text: 'Hi' }];
  const batch = [
    { role: 'assistant', content: parts, tool_calls: [{ name: 'look' }], output_tokens: 2 },
    { role: 'tool', content: '' },
  ];
  expect(await kit.done(`POST ${path}/messages/batch`, { key, body: { messages: batch } })).toMatchObject({
    first_seq: 2,
    added: 2,
  });
  const seen: { seq: number; role: string; content: unknown; content_hash: string }[] = [];
  for (let cursor = ''; ; ) {
    const page = await kit.done(`GET ${path}/messages`, {
      key,
      query: { limit: 2, ...(cursor && { cursor }) },
    });
    seen.push(...page.data);
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  expect(seen.map(({ seq, role, content }) => [seq, role, content])).toEqual([
    [1, 'user', secret],
    [2, 'assistant', parts],
    [3, 'tool', ''],
  ]);
  expect(seen[0]?.content_hash).toBe(createHash('sha256').update(secret).digest('hex'));
  const changed = await kit.done(`PATCH ${path}`, {
    key,
    body: { title: null, max_tokens: null, temperature: 1, retention_days: 7 },
  });
  expect(changed).toMatchObject({ temperature: 1, retention_days: 7, message_count: 3, output_tokens: 2 });
  expect([changed.title, changed.max_tokens]).toEqual([undefined, undefined]);
  now += 1000;
  expect(
    await kit.done(`DELETE ${path}/messages`, { key, query: { before: new Date(now).toISOString() } }),
  ).toEqual({ removed: 3 });
  const { data } = await kit.done('GET /conversations', { key });
  expect(data[0].id).toBe(made.id);
});

test.each([
  ['none', 0],
  ['metadata', 2],
] as const)('with the logging %s nothing of the content is kept', async (logging, kept) => {
  const body = { logging, system_prompt: secret };
  const { id } = await begin(body);
  const message = { role: 'user', content: secret, tool_calls: [{ arguments: secret }], input_tokens: 9 };
  await kit.done('POST /conversations/log', {
    key,
    body: { conversation_id: id, messages: [message, message] },
  });
  const whole = [
    await kit.done(`GET /conversations/${id}`, { key }),
    await kit.done(`GET /conversations/${id}/messages`, { key }),
  ];
  expect(whole[0]).toMatchObject({ message_count: 2, input_tokens: 18 });
  expect(whole[1].data).toHaveLength(kept);
  expect(JSON.stringify(whole)).not.toContain('nobody else');
  const audit = await kit.storage.audit.page({ organisation: 'default', limit: 500 });
  expect(JSON.stringify(audit.entries)).not.toContain('nobody else');
});

test('what was said elsewhere is kept as metadata where nobody says more, and goes after its time', async () => {
  const { conversation } = await kit.done('POST /conversations/log', {
    key,
    body: { title: 'from elsewhere', retention_days: 1, messages: [{ role: 'user', content: 'x' }] },
  });
  expect(conversation).toMatchObject({ logging: 'metadata', message_count: 1, title: 'from elsewhere' });
  const path = `GET /conversations/${conversation.id}`;
  const { conversations } = kit.storage;
  expect(Date.parse(conversation.expires_at) - now).toBe(dayMs);
  expect((await kit.ask(path, { key })).status).toBe(200);
  await conversations.update({ workspace: 'team', id: conversation.id }, {}, systemClock.now() - 3 * dayMs);
  await kit.storage.retention.sweep({ olderThan: 0 });
  expect((await kit.ask(path, { key })).status).toBe(404);
});

test('of several who add at once nobody is lost', async () => {
  const { id } = await begin({ logging: 'full' });
  const adds = Array.from({ length: 10 }, (_, index) =>
    kit.done(`POST /conversations/${id}/messages`, { key, body: { role: 'user', content: `n${index}` } }),
  );
  const seqs = (await Promise.all(adds)).map(({ first_seq }) => first_seq);
  expect(seqs.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('nobody reads or adds to what is another project’s, or without the permission', async () => {
  const { id } = await begin({ logging: 'full' });
  const message = { role: 'user', content: 'x' };
  const asks: [string, object?][] = [
    [`GET /conversations/${id}`],
    [`GET /conversations/${id}/messages`],
    [`PATCH /conversations/${id}`, {}],
    [`POST /conversations/${id}/messages`, message],
    [`POST /conversations/${id}/messages/batch`, { messages: [message] }],
    ['POST /conversations/log', { conversation_id: id, messages: [message] }],
    [`DELETE /conversations/${id}/messages`],
  ];
  const analyst = await kit.newKey({ role: 'analyst' }, 'team');
  for (const [what, body] of asks) {
    const question = body === undefined ? {} : { body };
    expect((await kit.ask(what, { ...question, key: other })).status, what).toBe(404);
    expect((await kit.ask(what, { ...question, key: analyst })).status, what).toBe(403);
  }
  expect((await kit.done('GET /conversations', { key: other })).data).toEqual([]);
});

test.each<[object, string]>([
  [{ role: 'robot', content: 'x' }, 'must be one of'],
  [{ role: 'user' }, '`body.content` is missing'],
  [{ role: 'user', content: 7 }, 'must be a text or a list'],
  [{ role: 'user', content: 'x', at: '2020-01-01T00:00:00Z' }, 'not known'],
  [{ role: 'user', content: 'x\u0000' }, 'control characters'],
  [{ role: 'user', content: 'x', input_tokens: -5 }, 'at least 0'],
])('the message %j is refused', async (body, said) => {
  const { id } = await begin();
  const answer = await kit.ask(`POST /conversations/${id}/messages`, { key, body });
  expect([answer.status, answer.body.error.message]).toEqual([400, expect.stringContaining(said)]);
});
