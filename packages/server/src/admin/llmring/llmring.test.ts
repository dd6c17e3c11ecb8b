// A client as LLMRing 3.5 had one, against a whole server over a socket: what it pushes it pulls again, what it tells of it reads in
// its statistics, and a client of Keelson sees all of it.
import type { AddressInfo } from 'node:net';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

/** What LLMRing's client did: paths, header and shapes of version 3.5, and an error for every other status. */
class LlmringClient {
  readonly #url: string;
  readonly #key: string | undefined;

  constructor(url: string, key?: string) {
    this.#url = url;
    this.#key = key;
  }

  // biome-ignore lint/suspicious/noExplicitAny: as loose as the client was
  async request(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(this.#key !== undefined && { 'X-Project-Key': this.#key }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const said = (await answer.json()) as {
      readonly detail?: string;
      readonly error?: { readonly message: string };
    };
    if (!answer.ok)
      throw Object.assign(new Error(String(said.detail ?? said.error?.message)), { status: answer.status });
    return said;
  }

  push(profile: string, bindings: readonly object[]) {
    return this.request('POST', `/api/v1/aliases/bulk_upsert?profile=${profile}`, bindings);
  }

  pull(profile: string) {
    return this.request('GET', `/api/v1/aliases/?profile=${profile}`);
  }
}

let simulator: Simulator;
let kit: ApiKit;
let url: string;
let client: LlmringClient;
let projectKey: string;

beforeAll(async () => {
  simulator = await startSimulator();
  kit = await openApiKit({
    vendor: simulator.url,
    parts: { registration: { mode: 'verified', mostPerHour: 100 } },
  });
  await kit.done('POST /workspaces', { body: { id: 'ring', name: 'ring' } });
  projectKey = await kit.newKey({ role: 'project' }, 'ring');
  await kit.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(kit.app.server.address() as AddressInfo).port}`;
  client = new LlmringClient(url, projectKey);
});
afterAll(async () => {
  await kit.close();
  await simulator.close();
});

test('it finds the server', async () => {
  expect(await client.request('GET', '/')).toMatchObject({ name: 'Keelson', version: '1.2.3' });
  expect(await client.request('GET', '/health')).toMatchObject({ status: 'ok' });
  expect(Object.keys((await client.request('GET', '/registry.json')).models).length).toBeGreaterThan(50);
});

test('it pushes and pulls, binds, resolves and deletes', async () => {
  const bindings = [
    {
      alias: 'summarizer',
      model: 'openai:gpt-4o-mini',
      profile: 'prod',
      metadata: { temperature: 0.2, note: 'ü' },
    },
    { alias: 'local', model: 'ollama:llama3.3:latest', profile: 'prod' },
  ];
  expect(await client.push('prod', bindings)).toEqual({ updated: 2 });
  const pulled = await client.pull('prod');
  const row = {
    project_id: 'ring',
    profile: 'prod',
    id: expect.any(String),
    created_at: expect.any(String),
    updated_at: expect.any(String),
  };
  expect(pulled).toEqual([
    { ...row, alias: 'local', model: 'ollama:llama3.3:latest', metadata: {} },
    { ...row, alias: 'summarizer', model: 'openai:gpt-4o-mini', metadata: { temperature: 0.2, note: 'ü' } },
  ]);
  expect(await client.pull('nothing')).toEqual([]);
  const bound = await client.request('POST', '/api/v1/aliases/bind', {
    alias: 'fast',
    model: 'openai:gpt-4o',
  });
  expect(bound).toMatchObject({ alias: 'fast', model: 'openai:gpt-4o', profile: 'default' });
  expect(await client.request('GET', '/api/v1/aliases/resolve?alias=fast&profile=default')).toEqual({
    alias: 'fast',
    model: 'openai:gpt-4o',
  });
  expect(await client.request('GET', '/api/v1/aliases/resolve?alias=none')).toEqual({
    alias: 'none',
    model: null,
  });
  await client.request('PUT', '/api/v1/aliases/fast?profile=default', {
    model: 'anthropic:x',
    metadata: null,
  });
  expect(await client.request('GET', '/api/v1/aliases/fast')).toMatchObject({ model: 'anthropic:x' });
  expect(await client.request('DELETE', '/api/v1/aliases/fast?profile=default')).toEqual({ deleted: true });
  await expect(client.request('GET', '/api/v1/aliases/fast')).rejects.toMatchObject({ status: 404 });
  await expect(client.request('DELETE', '/api/v1/aliases/fast')).rejects.toMatchObject({ status: 404 });
});

test('what it pushes a client of Keelson sees, and the other way round', async () => {
  const shared = await kit.done('GET /profiles/prod', { key: projectKey });
  expect(shared).toMatchObject({
    revision: 1,
    client: 'llmring',
    lockfile: { profiles: { prod: { aliases: { local: { models: ['ollama:llama3.3:latest'] } } } } },
  });
  const pool = { models: ['a:b', { match: 'c:*', locked: 'c:d' }], defaults: { temperature: 0.5 } };
  const lockfile = { version: 1, profiles: { prod: { aliases: { pool } } } };
  await kit.done('PUT /profiles/prod', { key: projectKey, body: { base_revision: 1, lockfile } });
  const [row] = await client.pull('prod');
  expect(row).toMatchObject({
    alias: 'pool',
    model: 'a:b',
    metadata: { models: ['a:b', { match: 'c:*', locked: 'c:d' }], defaults: { temperature: 0.5 } },
  });
  // The same path without its header is the management API's.
  expect((await kit.done('GET /aliases')).data).toMatchObject([{ name: 'fast', strategy: 'ordered' }]);
  expect((await kit.done('GET /aliases/fast')).name).toBe('fast');
});

test('what it tells of it finds in its statistics, beside calls of the gateway', {
  timeout: 90_000,
}, async () => {
  const entry = {
    model: 'claude-haiku-4-5',
    provider: 'anthropic',
    input_tokens: 1_000_000,
    output_tokens: 0,
    cached_input_tokens: 0,
    alias: 'fast',
    profile: 'prod',
    latency_ms: 12.5,
    origin: 'llmring',
    id_at_origin: 'one',
    metadata: { team: 'a', deep: { x: 1 } },
  };
  const told = await client.request('POST', '/api/v1/log', entry);
  expect(told).toEqual({ log_id: expect.any(String), cost: 1, timestamp: expect.stringMatching(/^\d{4}-/) });
  expect(await client.request('POST', '/api/v1/log', entry)).toEqual(told);
  expect(
    (
      await client.request('POST', '/api/v1/log', {
        model: 'openai:gpt-4o',
        input_tokens: 10,
        output_tokens: 5,
        cost: 0.25,
        alias: 'direct_model',
        origin: null,
      })
    ).cost,
  ).toBe(0.25);
  expect(
    (
      await client.request('POST', '/api/v1/log', {
        model: 'unheard-of',
        input_tokens: 1,
        output_tokens: 1,
        origin: 'llmring',
      })
    ).cost,
  ).toBeNull();
  expect(await kit.call(projectKey)).toBe(200);
  const record = await kit.done(`GET /calls/${told.log_id}`, { key: projectKey });
  expect(record).toMatchObject({
    lane: 'reported',
    origin: 'llmring',
    profile: 'prod',
    tags: { team: 'a', deep: '{"x":1}' },
  });

  await expect
    .poll(async () => (await client.request('GET', '/api/v1/stats')).summary.total_requests, {
      timeout: 60_000,
    })
    .toBe(4);
  const today = new Date().toISOString().slice(0, 10);
  for (const group_by of ['day', 'week', 'month']) {
    const stats = await client.request(
      'GET',
      `/api/v1/stats?start_date=${today}&end_date=${today}&group_by=${group_by}`,
    );
    expect(stats.summary).toMatchObject({ unique_models: 4, unique_origins: 3, unpriced_requests: 1 });
    expect(stats.by_day).toHaveLength(1);
    // All models of the period, not only the one that was asked most.
    expect(stats.by_day[0]).toMatchObject({ requests: 4, cost: stats.summary.total_cost });
    expect(stats.by_day[0].date <= today).toBe(true);
    expect(stats.by_origin).toMatchObject({
      llmring: { requests: 2, cost: 1, unpriced: 1 },
      unknown: { requests: 1, cost: 0.25 },
      keelson: { requests: 1 },
    });
    expect(stats.by_alias.fast.requests).toBe(2);
    expect(stats.by_model['openai:gpt-4o']).toMatchObject({ requests: 1, cost: 0.25, input_tokens: 10 });
  }
  const before = await client.request('GET', '/api/v1/stats?start_date=2020-01-01&end_date=2020-02-01');
  expect([before.summary.total_requests, before.by_day]).toEqual([0, []]);
});

test('a receipt that it made is kept as it was brought, signed once more, and found again', async () => {
  const receipt = {
    receipt_id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    timestamp: '2025-08-20T10:00:00+00:00',
    alias: 'summarizer',
    profile: 'default',
    lock_digest: 'ab'.repeat(32),
    provider: 'openai',
    model: 'gpt-4o-mini',
    prompt_tokens: 12,
    completion_tokens: 5,
    total_tokens: 17,
    input_cost: 0.0000018,
    output_cost: 0.000003,
    total_cost: 0.0000048,
    signature: 'c2lnbmF0dXJl',
  };
  const made = await client.request('POST', '/api/v1/receipts', receipt);
  const found = await client.request('GET', `/api/v1/receipts/${made.id}`);
  expect(found.receipt).toMatchObject({ kind: 'stored', workspace: 'ring', brought: receipt });
  const { data } = await client.request('GET', '/api/v1/receipts');
  expect(data.map(({ id }: { id: string }) => id)).toContain(made.id);
  const verified = await client.request('POST', '/api/v1/receipts/verify', { proof: found });
  expect(verified).toMatchObject({ is_valid: true, receipts: 1 });
  await expect(client.request('POST', '/api/v1/receipts', { model: 'x' })).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('no `receipt_id`'),
  });
  const other = new LlmringClient(url, await kit.newKey({ role: 'project' }));
  await expect(other.request('GET', `/api/v1/receipts/${made.id}`)).rejects.toMatchObject({ status: 404 });
});

test('it registers, once', async () => {
  const stranger = new LlmringClient(url);
  const asked = { email: 'ring@example.com', organization: 'Ring', project_name: 'one', accept_terms: true };
  const made = await stranger.request('POST', '/api/v1/cli/register', asked);
  expect(made).toEqual({
    api_key: expect.stringMatching(/^ks_/),
    dashboard_url: expect.any(String),
    api_key_active: false,
  });
  await expect(stranger.request('POST', '/api/v1/cli/register', asked)).rejects.toMatchObject({
    status: 409,
  });
  const [{ token }] = (await kit.done('GET /registrations')).data;
  await kit.done('POST /register/confirm', { key: null, body: { token } });
  expect(await new LlmringClient(url, made.api_key).pull('default')).toEqual([]);
  expect(await new LlmringClient(url, made.api_key).pull('prod')).toEqual([]);
});

describe('refused is', () => {
  test.each([
    ['GET', '/api/v1/aliases/'],
    ['GET', '/api/v1/aliases/fast'],
    ['GET', '/api/v1/aliases/resolve?alias=x'],
    ['POST', '/api/v1/aliases/bind'],
    ['POST', '/api/v1/aliases/bulk_upsert'],
    ['PUT', '/api/v1/aliases/fast'],
    ['DELETE', '/api/v1/aliases/fast'],
    ['POST', '/api/v1/log'],
    ['GET', '/api/v1/stats'],
    ['GET', '/api/v1/receipts'],
  ])('%s %s without a key, or with a wrong one', async (method, path) => {
    const body = method === 'GET' || method === 'DELETE' ? undefined : {};
    await expect(new LlmringClient(url).request(method, path, body)).rejects.toMatchObject({ status: 401 });
    await expect(new LlmringClient(url, 'wrong').request(method, path, body)).rejects.toMatchObject({
      status: 401,
    });
  });

  test('a key without the permission', async () => {
    const plain = new LlmringClient(url, await kit.newKey({}, 'ring'));
    await expect(plain.pull('prod')).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('aliases:read'),
    });
    const viewer = new LlmringClient(url, await kit.newKey({ role: 'viewer' }, 'ring'));
    expect(await viewer.pull('prod')).toHaveLength(1);
    await expect(viewer.push('prod', [])).rejects.toMatchObject({ status: 403 });
    await expect(viewer.request('POST', '/api/v1/log', { model: 'a:b' })).rejects.toMatchObject({
      status: 403,
    });
  });

  test('what is of another project: it is not there', async () => {
    await kit.done('POST /workspaces', { body: { id: 'elsewhere', name: 'x' } });
    const other = new LlmringClient(url, await kit.newKey({ role: 'project' }, 'elsewhere'));
    expect(await other.pull('prod')).toEqual([]);
    expect((await other.request('GET', '/api/v1/stats')).summary.total_requests).toBe(0);
  });

  test.each<[string, unknown, number, string]>([
    ['POST /api/v1/aliases/bind', { alias: 'x', model: 'gpt-4o' }, 400, 'no model'],
    ['POST /api/v1/aliases/bind', { alias: 'a\nb', model: 'a:b' }, 400, 'control characters'],
    ['POST /api/v1/aliases/bind', [], 400, 'must be an object'],
    ['POST /api/v1/aliases/bulk_upsert', { aliases: [] }, 400, 'must be a list'],
    ['POST /api/v1/aliases/bulk_upsert', [{ alias: 'x'.repeat(300), model: 'a:b' }], 400, 'at most 200'],
    ['POST /api/v1/log', { model: 'a:b', input_tokens: -1 }, 400, 'at least 0'],
    ['POST /api/v1/log', { model: 'a:b', origin: 'keelson' }, 400, 'calls made here'],
    ['GET /api/v1/stats?start_date=yesterday', undefined, 400, 'must be a date'],
    ['GET /api/v1/stats?group_by=year', undefined, 400, 'must be one of'],
    ['GET /api/v1/stats?start_date=2026-02-01&end_date=2026-01-01', undefined, 400, 'before the end'],
    ['POST /api/v1/log', { model: 'x', metadata: { big: 'x'.repeat(2_200_000) } }, 413, 'at most'],
    [
      'POST /api/v1/cli/register',
      { email: 'x@y', organization: 'a', project_name: 'b', accept_terms: false },
      400,
      'terms',
    ],
  ])('%s', async (what, body, status, said) => {
    const [method = '', path = ''] = what.split(' ');
    await expect(client.request(method, path, body)).rejects.toMatchObject({
      status,
      message: expect.stringContaining(said),
    });
  });

  test('a name that only objects know, which is a name like any other', async () => {
    await client.push('odd', [
      { alias: '__proto__', model: 'a:b' },
      { alias: 'constructor', model: 'c:d' },
    ]);
    const rows = await client.pull('odd');
    expect(rows.map(({ alias, model }: { alias: string; model: string }) => [alias, model])).toEqual([
      ['__proto__', 'a:b'],
      ['constructor', 'c:d'],
    ]);
  });
});

test('of pushes at once none is lost', async () => {
  const pushes = Array.from({ length: 8 }, (_, index) =>
    client.push('crowd', [{ alias: `a${index}`, model: 'a:b' }]),
  );
  await Promise.all(pushes);
  expect(await client.pull('crowd')).toHaveLength(8);
});

test('what it changed stands in the audit log', async () => {
  const { entries } = await kit.storage.audit.page({
    organisation: 'default',
    limit: 200,
    filters: { action: 'profiles.' },
  });
  expect(entries.map(({ action, target }) => `${action} ${target}`)).toEqual(
    expect.arrayContaining([
      'profiles.bind prod',
      'profiles.bind default/fast',
      'profiles.unbind default/fast',
      'profiles.bind.failed default/x',
    ]),
  );
});
