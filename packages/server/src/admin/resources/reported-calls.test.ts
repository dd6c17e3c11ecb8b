// Calls that were made elsewhere: recorded as such, priced by the registry, counted once, and part of what usage says.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

let kit: ApiKit;
let key: string;

beforeAll(async () => {
  kit = await openApiKit();
  await kit.done('POST /workspaces', { body: { id: 'team', name: 'team' } });
  key = await kit.newKey({ role: 'project' }, 'team');
});
afterAll(() => kit.close());

const report = (more: object = {}) =>
  kit.ask('POST /calls/report', {
    key,
    body: { origin: 'nightly', provider: 'anthropic', model: 'claude-haiku-4-5', ...more },
  });

test('a report is a record that says whose word it is, with the price of the registry', async () => {
  const told = await report({
    alias: 'fast',
    input_tokens: 1_000_000,
    output_tokens: 1000,
    cached_input_tokens: 0,
    latency_ms: 250,
    id_at_origin: 'x-1',
    tags: { team: 'a' },
  });
  expect(told.status, told.text).toBe(201);
  // A dollar for a million tokens read, 5 dollars for a million written.
  expect(told.body).toMatchObject({
    is_known: false,
    cost: { status: 'priced', nano_dollars: '1005000000' },
  });
  const record = await kit.done(`GET /calls/${told.body.id}`, { key });
  expect(record).toMatchObject({
    ...{ lane: 'reported', origin: 'nightly', alias: 'fast', provider: 'anthropic', workspace: 'team' },
    ...{ duration_ms: 250, tags: { team: 'a', id_at_origin: 'x-1' }, attempts: [], dialect: 'reported' },
  });
  const again = await report({ input_tokens: 5, id_at_origin: 'x-1' });
  expect(again.body).toEqual({ ...told.body, is_known: true });
});

test('usage shows it by model, alias, origin, and by day, week and month', async () => {
  await report({ origin: 'web', model: 'unheard-of', input_tokens: 10, output_tokens: 1 });
  await report({ origin: 'web', nano_dollars: 42, input_tokens: 10, output_tokens: 1 });
  const by = (await kit.done('GET /usage', { key, query: { by: 'model', step: 'total' } })).data;
  expect(
    by.map(({ group, calls, nano_dollars }: Record<string, unknown>) => [group, calls, nano_dollars]),
  ).toEqual([
    [{ model: 'claude-haiku-4-5' }, 2, '1005000042'],
    [{ model: 'unheard-of' }, 1, '0'],
  ]);
  for (const step of ['day', 'week', 'month']) {
    const { data } = await kit.done('GET /usage', { key, query: { step } });
    expect(
      data.map(({ calls }: { calls: number }) => calls),
      step,
    ).toEqual([3]);
  }
  const { data } = await kit.done('GET /usage/origins', { key });
  expect(data).toMatchObject([
    { origin: 'nightly', calls: 1, unpriced: 0, input_tokens: 1_000_000, nano_dollars: '1005000000' },
    { origin: 'web', calls: 2, unpriced: 1, input_tokens: 20, output_tokens: 2, nano_dollars: '42' },
  ]);
  const elsewhere = await kit.newKey({ role: 'project' });
  expect((await kit.done('GET /usage/origins', { key: elsewhere })).data).toEqual([]);
});

test.each<[object, number, string]>([
  [{ origin: 'Keelson' }, 400, 'means calls made here'],
  [{ input_tokens: 1, cached_input_tokens: 2 }, 400, 'from a cache'],
  [{ input_tokens: -1 }, 400, 'at least 0'],
  [{ recorded_at: '2020-01-01T00:00:00Z' }, 400, 'not known'],
  [{ tags: { deep: {} } }, 400, 'must be a text'],
])('%j is refused with %i', async (more, status, said) => {
  const answer = await report(more);
  expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringContaining(said)]);
});

test('nobody reports with a key that was not made for it, nor into another project', async () => {
  const body = { origin: 'x', provider: 'openai', model: 'gpt-4o' };
  expect((await kit.ask('POST /calls/report', { key: await kit.newKey(), body })).status).toBe(403);
  expect((await kit.ask('POST /calls/report', { key, body, query: { workspace: 'default' } })).status).toBe(
    403,
  );
});
