// The cache of answers through the management API: what it holds and has saved of whom, and forgetting it.
import { openAnswerCache, silentLog, systemClock } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

let simulator: Simulator;
let kit: ApiKit;
let bare: ApiKit;
beforeAll(async () => {
  simulator = await startSimulator({ host: '127.0.0.1', port: 0 });
  const cache = await openAnswerCache(
    { store: 'memory', maxBytes: 1_000_000 },
    { clock: systemClock, log: silentLog },
  );
  const aliases = { fast: { targets: ['simulator:fast'], cache: { ttlSeconds: 60 } } };
  kit = await openApiKit({ vendor: simulator.url, engine: () => ({ cache, aliases }) });
  bare = await openApiKit();
  await kit.done('POST /organisations', { body: { id: 'acme', name: 'Acme' } });
  for (const id of ['one', 'two'])
    await kit.done('POST /workspaces', { body: { id, name: id }, query: { organisation: 'acme' } });
});
afterAll(async () => {
  await Promise.all([kit.close(), bare.close()]);
  await simulator.close();
});

const newKey = async (fields: object, place: Readonly<Record<string, string>>): Promise<string> =>
  (await kit.done('POST /keys', { body: { name: 'x', ...fields }, query: place })).secret;

test('tells what is held and saved, and forgets it, of those who are asked about only', async () => {
  const one = { organisation: 'acme', workspace: 'one' };
  const two = { organisation: 'acme', workspace: 'two' };
  const keys = [await kit.newKey(), await newKey({}, one), await newKey({}, two)];
  for (const key of keys) expect([await kit.call(key), await kit.call(key)]).toEqual([200, 200]);
  const ofAcme = { query: { organisation: 'acme' } };
  await expect.poll(async () => (await kit.done('GET /cache', ofAcme)).hits, { timeout: 10_000 }).toBe(2);
  const own = await kit.done('GET /cache');
  expect(own).toMatchObject({ store: 'memory', entries: 1, hits: 1, saved_nano_dollars: '0' });
  expect(own.bytes).toBeGreaterThan(0);
  expect(own.saved_output_tokens).toBeGreaterThan(0);
  expect(await kit.done('GET /cache', { query: { from: '2099-01-01T00:00:00Z' } })).toMatchObject({
    hits: 0,
  });

  const developer = await newKey({ role: 'developer' }, one);
  expect(await kit.done('GET /cache', { key: developer })).toMatchObject({ entries: 1, hits: 1 });
  expect(await kit.done('DELETE /cache', { key: developer })).toEqual({ forgotten: 1 });
  expect(await kit.done('GET /cache', { query: { organisation: 'acme' } })).toMatchObject({ entries: 1 });
  expect(await kit.done('DELETE /cache', { query: { organisation: 'acme' } })).toEqual({ forgotten: 1 });
  expect(await kit.done('GET /cache')).toMatchObject({ entries: 1 });
  const before = simulator.requests.length;
  expect([await kit.call(keys[1] as string), await kit.call(keys[0] as string)]).toEqual([200, 200]);
  expect(simulator.requests.length - before).toBe(1);
});

test('nobody forgets or learns what is others’', async () => {
  const boss = await newKey(
    { role: 'admin', reach: 'organisation' },
    { organisation: 'acme', workspace: 'one' },
  );
  for (const what of ['GET /cache', 'DELETE /cache']) {
    expect((await kit.ask(what, { key: boss, query: { workspace: 'default' } })).status).toBe(404);
    expect((await kit.ask(what, { key: boss, query: { organisation: 'default' } })).status).toBe(403);
    expect((await kit.ask(what, { key: await kit.newKey() })).status).toBe(403);
  }
  expect((await kit.ask('DELETE /cache', { key: await kit.newKey({ role: 'analyst' }) })).status).toBe(403);
  const { entries } = await kit.storage.audit.page({ organisation: 'acme', filters: { action: 'cache.' } });
  expect(entries.map(({ action }) => action)).toEqual([
    'cache.clear.failed',
    'cache.clear',
    'cache.clear',
    'cache.clear',
  ]);
});

test('without a cache it says so', async () => {
  const empty = { hits: 0, saved_nano_dollars: '0', saved_input_tokens: 0, saved_output_tokens: 0 };
  expect(await bare.done('GET /cache')).toEqual({ store: 'none', ...empty });
  expect(await bare.done('DELETE /cache')).toEqual({ forgotten: 0 });
});
