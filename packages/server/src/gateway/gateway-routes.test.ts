// The gateway as its callers see it, over real sockets: every vendor's paths, keys and errors.
import type { AddressInfo } from 'node:net';
import { loadBundledRegistry } from '@keelson/core';
import { createLog } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, testKey } from '../__fixtures__/index.ts';

let simulator: Simulator;
let app: ReturnType<typeof createTestApp>;
let url: string;
const logged: string[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ seed: 2 });
  const registry = await loadBundledRegistry(['openai']);
  const log = createLog({ level: 'info', write: (line) => logged.push(line) });
  app = createTestApp(simulator.url, { log, registry, aliases: { fast: [model] } });
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  await app.close();
  await simulator.close();
});

const bearer = { authorization: `Bearer ${testKey}` };

function post(path: string, body: unknown, headers: Record<string, string> = bearer): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: text,
  });
}

const messages = [{ role: 'user', content: '[[text: Aye.]]' }];
const model = 'simulator:any';
const contents = [{ parts: [{ text: '[[text: Aye.]]' }] }];
const blocks = [{ role: 'user', content: [{ text: '[[text: Aye.]]' }] }];

describe('every vendor’s own path', () => {
  test.each([
    ['/v1/chat/completions', { model, messages }],
    ['/openai/v1/chat/completions', { model, messages }],
    ['/v1/responses', { model, input: '[[text: Aye.]]' }],
    ['/v1/completions', { model, prompt: '[[text: Aye.]]' }],
    ['/v1/messages', { model, messages, max_tokens: 100 }],
    [`/v1beta/models/${model}:generateContent`, { contents }],
    [`/v1beta/models/${model}:streamGenerateContent?alt=sse`, { contents }],
    [`/v1beta/models/${model}:streamGenerateContent`, { contents }],
    [`/v1/projects/p/locations/l/publishers/google/models/${model}:generateContent`, { contents }],
    [`/model/${encodeURIComponent(model)}/converse`, { messages: blocks }],
    [`/model/${encodeURIComponent(model)}/converse-stream`, { messages: blocks }],
    ['/v2/chat', { model, messages }],
    ['/mistral/v1/chat/completions', { model, messages }],
    ['/api/chat', { model, messages, stream: false }],
    ['/api/chat', { model, messages }],
    ['/api/generate', { model, prompt: '[[text: Aye.]]', stream: false }],
  ])('%s', async (path, body) => {
    const reply = await post(path, body);
    expect(reply.status).toBe(200);
    expect(await reply.text()).toContain('Aye');
  });

  test.each([
    ['/v1/embeddings', { model, input: 'one two' }, 'embedding'],
    [
      '/v2/embed',
      { model, texts: ['one'], input_type: 'search_query', embedding_types: ['float'] },
      'embeddings',
    ],
    [`/v1beta/models/${model}:embedContent`, { content: { parts: [{ text: 'one' }] } }, 'values'],
    ['/api/embed', { model, input: ['one', 'two'] }, 'embeddings'],
    ['/v2/rerank', { model, query: 'ship', documents: ['a ship', 'a house'] }, 'relevance_score'],
  ])('%s', async (path, body, mark) => {
    const reply = await post(path, body);
    expect(reply.status).toBe(200);
    expect(await reply.text()).toContain(mark);
  });

  test('one that belongs to nobody', async () => {
    const reply = await post('/v1/nothing', {});
    expect(reply.status).toBe(404);
    expect(await reply.json()).toMatchObject({ error: { message: expect.stringContaining('/v1/nothing') } });
  });
});

describe('keys', () => {
  test.each([
    ['authorization', `Bearer ${testKey}`],
    ['x-api-key', testKey],
    ['x-goog-api-key', testKey],
    ['api-key', testKey],
    [
      'authorization',
      `AWS4-HMAC-SHA256 Credential=${testKey}/20261121/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0`,
    ],
  ])('are found in %s: %s', async (name, value) => {
    const reply = await post('/v1/chat/completions', { model, messages }, { [name]: value });
    expect(reply.status).toBe(200);
    expect(JSON.stringify(simulator.requests)).not.toContain(testKey);
  });

  test('are found in the query, and go no further', async () => {
    const reply = await post(`/v1beta/models/${model}:generateContent?key=${testKey}`, { contents }, {});
    expect(reply.status).toBe(200);
    expect(JSON.stringify(simulator.requests)).not.toContain(testKey);
  });

  test.each([
    ['/v1/chat/completions', 'error.code', 'authentication_failed'],
    ['/v1/messages', 'error.type', 'authentication_error'],
    [`/v1beta/models/${model}:generateContent`, 'error.status', 'UNAUTHENTICATED'],
  ])('that are wrong are refused in the words of %s', async (path, field, word) => {
    for (const headers of [{}, { authorization: 'Bearer ks-wrong' }]) {
      const reply = await post(path, { model, messages }, headers);
      expect(reply.status).toBe(401);
      expect(await reply.json()).toHaveProperty(field, word);
    }
    expect(simulator.counts.requests).toBe(0);
  });
});

describe('bodies', () => {
  test('that are too long are refused in the caller’s format', async () => {
    const reply = await post('/v1/messages', 'x'.repeat(200_000));
    expect(reply.status).toBe(413);
    expect(await reply.json()).toMatchObject({
      type: 'error',
      error: { message: expect.stringContaining('100000') },
    });
  });

  test('of any content type are read', async () => {
    const reply = await post(
      '/v1/chat/completions',
      { model, messages },
      { ...bearer, 'content-type': 'text/plain' },
    );
    expect(reply.status).toBe(200);
  });

  test('that are no JSON are refused where they go wrong', async () => {
    const reply = await post('/v1/chat/completions', '{"model": oops}');
    expect(reply.status).toBe(400);
    expect(await reply.json()).toHaveProperty('error.message', expect.stringContaining('position 10'));
  });
});

describe('lists of models', () => {
  test.each([
    ['/v1/models', 'data.0.id'],
    ['/v1beta/models', 'models.0.name'],
    ['/api/tags', 'models.0.name'],
  ])('%s has aliases and known models', async (path, first) => {
    const reply = await fetch(url + path, { headers: bearer });
    const list: unknown = await reply.json();
    expect(list).toHaveProperty(first, expect.stringContaining('fast'));
    expect(JSON.stringify(list)).toContain('chat:gpt-4o');
  });

  test('speak to Anthropic’s library in its own words, and tell of one model', async () => {
    const headers = { ...bearer, 'anthropic-version': '2023-06-01' };
    const list: unknown = await (await fetch(`${url}/v1/models`, { headers })).json();
    expect(list).toMatchObject({ first_id: 'fast' });
    expect(list).toHaveProperty('data.0', expect.objectContaining({ type: 'model', display_name: 'fast' }));
    const one: unknown = await (await fetch(`${url}/v1/models/chat:gpt-4o`, { headers: bearer })).json();
    expect(one).toMatchObject({ id: 'chat:gpt-4o', object: 'model', owned_by: 'chat' });
  });

  test('are for those who have a key, and name what is not there', async () => {
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
    const unknown = await fetch(`${url}/v1/models/nobody`, { headers: bearer });
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toHaveProperty('error.message', expect.stringContaining('nobody'));
  });
});

describe('the length of a prompt', () => {
  const body = { messages: [{ role: 'user', content: 'one two three' }] };

  test('is asked of a target that can tell it', async () => {
    const reply = await post('/v1/messages/count_tokens', { model, ...body });
    expect(await reply.json()).toEqual({ input_tokens: 3 });
  });

  test('is estimated where asking would cost an answer, and said to be that', async () => {
    const reply = await post('/v1/messages/count_tokens', { model: 'chat:any', ...body });
    expect(await reply.json()).toEqual({ input_tokens: expect.any(Number) });
    expect(reply.headers.get('x-keelson-losses')).toBe('purpose=emulated');
    expect(simulator.counts.requests).toBe(0);
  });
});

describe('what a caller asks of the gateway', () => {
  test('nothing may be lost', async () => {
    const headers = { ...bearer, 'x-keelson-losses': 'strict' };
    const reply = await post('/v1/messages', { model, messages, max_tokens: 9, top_k: 3 }, headers);
    expect(reply.status).toBe(200);
    const refused = await post(
      '/v1/chat/completions',
      { model, messages },
      { ...bearer, 'x-keelson-losses': 'never' },
    );
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('x-keelson-losses');
  });

  test('the cache, which is not there, is asked for and by-passed', async () => {
    for (const cache of ['use', 'bypass', 'refresh']) {
      const headers = { ...bearer, 'x-keelson-cache': cache, 'x-keelson-cache-ttl': '2592000' };
      const reply = await post('/v1/chat/completions', { model, messages }, headers);
      expect(reply.status).toBe(200);
      expect(reply.headers.get('x-keelson-cache')).toBe('bypass');
    }
  });

  test.each([
    ['x-keelson-cache', 'yes', 'use, bypass, refresh'],
    ['x-keelson-cache-ttl', '0', '1 to 2592000'],
    ['x-keelson-cache-ttl', '-1', '1 to 2592000'],
    ['x-keelson-cache-ttl', '2592001', '1 to 2592000'],
    ['x-keelson-cache-ttl', '9'.repeat(40), '1 to 2592000'],
    ['x-keelson-cache-ttl', '1e3', '1 to 2592000'],
    ['x-keelson-cache-ttl', 'soon', '1 to 2592000'],
  ])('%s: %s is refused, and told what it may be', async (name, value, may) => {
    const reply = await post('/v1/chat/completions', { model, messages }, { ...bearer, [name]: value });
    expect(reply.status).toBe(400);
    const text = await reply.text();
    expect(text).toContain(name);
    expect(text).toContain(may);
  });
});

test('a call is logged with its ids, its trace and what became of it, and without its words or its key', async () => {
  logged.length = 0;
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const reply = await post('/v1/chat/completions', { model, messages }, { ...bearer, traceparent });
  expect(logged.map((line) => JSON.parse(line) as object)).toMatchObject([
    {
      msg: 'call',
      call: reply.headers.get('x-keelson-call-id'),
      trace: '0af7651916cd43dd8448eb211c80319c',
      key: 'k1',
      asked: model,
      provider: 'simulator',
      status: 200,
    },
  ]);
  expect(logged.join()).not.toMatch(/Aye|ks-test/);
});

test('a caller who leaves ends the vendor’s work', async () => {
  const leaving = new AbortController();
  const asking = fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: bearer,
    body: JSON.stringify({ model, messages: [{ role: 'user', content: '[[delay: 5s]]' }] }),
    signal: leaving.signal,
  });
  await expect.poll(() => simulator.counts.requests).toBe(1);
  leaving.abort();
  await expect(asking).rejects.toThrow();
  await expect.poll(() => simulator.counts.hangUps).toBe(1);
});

test('a slow caller slows the vendor down instead of filling the memory', async () => {
  const body = { model, stream: true, messages: [{ role: 'user', content: '[[long: 20000]]' }] };
  const reply = await post('/v1/chat/completions', body);
  const reader = reply.body!.getReader();
  await reader.read();
  await new Promise((resolve) => setTimeout(resolve, 300));
  let length = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) length += read.value.length;
  expect(length).toBeGreaterThan(2_000_000);
});
