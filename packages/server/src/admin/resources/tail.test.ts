// The tail of calls: seen as they finish, by whoever may see them, and ended with the server.
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

const acme = { organisation: 'acme' };
let simulator: Simulator;
let kit: ApiKit;
let url: string;
let watched = 0;
beforeAll(async () => {
  simulator = await startSimulator({ host: '127.0.0.1', port: 0 });
  const onWatch = (): void => {
    watched += 1;
  };
  kit = await openApiKit({ vendor: simulator.url, parts: { onWatch } });
  await kit.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(kit.app.server.address() as AddressInfo).port}/api/v1/calls/tail`;
  await kit.done('POST /organisations', { body: { id: 'acme', name: 'Acme' } });
  for (const id of ['acme-one', 'acme-two']) {
    await kit.done('POST /workspaces', { body: { id, name: id }, query: acme });
  }
});
afterAll(async () => {
  await kit.close();
  await simulator.close();
});

async function watch(key: string, query = '', headers = { authorization: `Bearer ${key}` }) {
  const asked = get(`${url}${query}`, { headers });
  asked.on('error', () => {});
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const seen = { text: '' };
  response.on('data', (chunk) => (seen.text += chunk));
  response.on('error', () => {});
  const calls = () =>
    [...seen.text.matchAll(/^event: call\ndata: (.*)$/gm)].map(([, data]) => JSON.parse(data as string));
  return { response, seen, calls, leave: () => asked.destroy() };
}

async function keyIn(workspace: string, fields: object): Promise<string> {
  const body = { name: 'x', ...fields };
  return (await kit.done('POST /keys', { body, query: { ...acme, workspace } })).secret;
}

test('an organisation sees the calls of its workspaces, a workspace its own, and both only what they ask for', async () => {
  const [one, two, reader, ofAcme] = await Promise.all([
    keyIn('acme-one', { role: 'caller' }),
    keyIn('acme-two', { role: 'caller' }),
    keyIn('acme-one', { scopes: ['calls:read'] }),
    keyIn('acme-one', { role: 'analyst', reach: 'organisation' }),
  ]);
  const all = await watch(ofAcme);
  const own = await watch(reader);
  const failed = await watch('', `?outcome=failed&min_status=400&key=${ofAcme}`, { authorization: '' });
  expect(all.response.statusCode).toBe(200);
  expect(all.response.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'x-content-type-options': 'nosniff',
  });
  expect(all.response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(watched).toBe(3);
  expect(await kit.call(await kit.newKey())).toBe(200);
  expect(await kit.call(one)).toBe(200);
  expect(await kit.call(two, { messages: [{ role: 'user', content: '[[fault: 400]]' }] })).toBe(400);
  await expect.poll(() => all.calls().length).toBe(2);
  expect(all.calls()[0]).toMatchObject({
    workspace: 'acme-one',
    model: 'fast',
    outcome: 'answered',
    status: 200,
    attempts: 1,
    cost: { nano_dollars: '0' },
  });
  await expect.poll(() => failed.calls().length).toBe(1);
  expect(failed.calls()[0]).toMatchObject({ workspace: 'acme-two', outcome: 'failed' });
  expect(own.calls().map(({ workspace }) => workspace)).toEqual(['acme-one']);
  expect(all.seen.text).not.toContain('Hello.');
  for (const each of [all, own, failed]) each.leave();
});

test('nobody watches without a key for reading calls, and what is wrong is said as everywhere', async () => {
  expect((await kit.ask('GET /calls/tail', { key: null })).status).toBe(401);
  const refused = await kit.ask('GET /calls/tail', { key: await kit.newKey() });
  expect([refused.status, refused.body.error.code]).toEqual([403, 'permission_denied']);
  for (const query of ['min_status=many', 'outcome=lost', 'isOfThisProcess=true', 'error=a&error=b']) {
    const wrong = await kit.ask(`GET /calls/tail?${query}`);
    expect([wrong.status, wrong.body.error.code], query).toEqual([400, 'invalid_request']);
  }
});

test('too many who watch are told to come again, and the end of the server ends all tails', async () => {
  const key = await kit.newKey({ scopes: ['calls:read'] });
  const tails = await Promise.all(Array.from({ length: 33 }, () => watch(key)));
  const refused = tails.filter(({ response }) => response.statusCode !== 200);
  expect(refused.map(({ response }) => response.statusCode)).toContain(429);
  expect(refused[0]?.response.headers['retry-after']).toBe('15');
  const ended = tails.map(({ response }) => response.readableEnded || once(response, 'end'));
  await kit.app.close();
  await Promise.all(ended);
});
