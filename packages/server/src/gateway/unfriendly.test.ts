// A caller who gets paths, names and headers wrong is told what is wrong in the words of the vendor whose library it uses,
// and what it meant is done where that is plain.
import type { AddressInfo } from 'node:net';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, testKey } from '../__fixtures__/index.ts';

let simulator: Simulator;
let app: ReturnType<typeof createTestApp>;
let url: string;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 2 });
  app = createTestApp(simulator.url, { aliases: { fast: ['simulator:any'] } });
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  await app.close();
  await simulator.close();
});

const key = { authorization: `Bearer ${testKey}` };
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url + path, { method: 'POST', headers: { ...key, ...headers }, body: JSON.stringify(body) });
const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  fetch(url + path, { method, headers: { ...key, ...headers } });

const messages = [{ role: 'user', content: '[[text: Aye.]]' }];
const contents = [{ parts: [{ text: '[[text: Aye.]]' }] }];
const blocks = [{ role: 'user', content: [{ text: '[[text: Aye.]]' }] }];

const openAi = { error: { message: expect.any(String), code: expect.any(String) } };
const anthropic = { type: 'error', error: { type: expect.any(String), message: expect.any(String) } };
const google = { error: { code: expect.any(Number), status: expect.any(String) } };
const ollama = { error: expect.any(String) };
const plain = { message: expect.any(String) };
const mistral = { object: 'error', message: expect.any(String) };

test.each([
  ['/v1/chat/completions/', { model: 'fast', messages }],
  ['/v1/messages/', { model: 'fast', messages, max_tokens: 9 }],
  ['/v1beta/models/fast:generateContent/', { contents }],
  ['/model/fast/converse/', { messages: blocks }],
  ['/api/chat//', { model: 'fast', messages }],
])('a slash too many at the end changes nothing: %s', async (path, body) => {
  const reply = await post(path, body);
  expect(reply.status).toBe(200);
  expect(await reply.text()).toContain('Aye');
});

test.each(['/v1/models/', '/v1beta/models/', '/api/tags/'])('nor in lists: %s', async (path) => {
  const reply = await get(path);
  expect(reply.status).toBe(200);
  expect(await reply.text()).toContain('fast');
});

describe('a path that nobody answers is told in the words of whose it is', () => {
  test.each([
    ['/v1/videos', openAi, {}],
    ['/v1/messages/batches', anthropic, {}],
    ['/v1/files', anthropic, { 'anthropic-version': '2023-06-01' }],
    ['/v1beta/files', google, {}],
    ['/v1/cachedContents', google, { 'x-goog-api-key': testKey }],
    ['/api/pull', ollama, {}],
    ['/v2/classify', plain, {}],
    ['/model/fast/what', plain, {}],
    ['/mistral/v1/ocr', mistral, {}],
  ])('%s', async (path, shape, headers) => {
    for (const reply of [await post(path, {}, headers), await get(path, headers)]) {
      expect(reply.status).toBe(404);
      const text = await reply.text();
      expect(JSON.parse(text)).toMatchObject(shape);
      expect(text).toContain(path);
    }
  });

  test('with a percent sign that stands for nothing', async () => {
    for (const [path, shape] of [
      ['/v1/models/%zz', openAi],
      ['/v1beta/models/%zz:generateContent', google],
      ['/model/%ff/converse', plain],
    ] as const) {
      const reply = await post(path, {});
      expect(reply.status).toBe(400);
      expect(reply.headers.get('x-keelson-error')).toBe('invalid_request');
      expect(await reply.json()).toMatchObject(shape);
    }
  });
});

describe('lists of models', () => {
  test.each([
    ['/v1/models', anthropic, { 'anthropic-version': '2023-06-01' }],
    ['/v1/models', google, { 'x-goog-api-key': 'wrong' }],
    ['/v1beta/models', google, {}],
    ['/api/tags', ollama, {}],
    ['/mistral/v1/models', mistral, {}],
    ['/v1/models', openAi, {}],
  ])('%s without a good key', async (path, shape, headers) => {
    const reply = await get(path, { ...headers, authorization: 'Bearer wrong' });
    expect(reply.status).toBe(401);
    expect(await reply.json()).toMatchObject(shape);
  });

  test.each([
    ['/v1/models/fsat', {}, openAi],
    ['/v1/models/fsat', { 'anthropic-version': '2023-06-01' }, anthropic],
    ['/v1beta/models/fsat', {}, google],
  ])('%s: what was perhaps meant', async (path, headers, shape) => {
    const reply = await get(path, headers);
    expect(reply.status).toBe(404);
    const text = await reply.text();
    expect(JSON.parse(text)).toMatchObject(shape);
    expect(text).toContain('Did you mean `fast`?');
  });

  test('tell of every model that can be asked', async () => {
    for (const name of ['simulator:any', 'simulator%2Fany']) {
      const reply = await get(`/v1/models/${name}`);
      expect(reply.status).toBe(200);
      expect(await reply.json()).toMatchObject({ id: decodeURIComponent(name), owned_by: 'simulator' });
    }
  });

  test.each([
    ['POST', '/v1/models', 'GET'],
    ['DELETE', '/v1/models/fast', 'GET'],
    ['OPTIONS', '/api/tags', 'GET'],
    ['PUT', '/v1/responses/r', 'GET, DELETE'],
    ['POST', '/v1/responses/r', 'GET, DELETE'],
    ['POST', '/health', 'GET'],
    ['GET', '/v1beta/models/fast:generateContent', 'POST'],
  ])('%s %s is told what the path takes', async (method, path, allowed) => {
    const reply = await get(path, {}, method);
    expect(reply.status).toBe(404);
    expect(reply.headers.get('allow')).toBe(allowed);
    expect(await reply.text()).toContain(`it takes ${allowed.replace(', ', ' or ')}`);
  });
});

describe('names of models in a path', () => {
  test.each([
    '/v1beta/models/simulator/any:generateContent',
    '/v1beta/models/simulator%2Fany:generateContent',
    '/v1beta/models/simulator%3Aany:generateContent',
    '/v1beta/models/simulator:meta/any:generateContent',
  ])('%s', async (path) => {
    const reply = await post(path, { contents });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('x-keelson-target')).toMatch(/^simulator:(meta\/)?any$/);
  });
});

describe('headers', () => {
  const call = { model: 'fast', messages };

  test('a content type that is none does not matter', async () => {
    expect((await post('/v1/chat/completions', call, { 'content-type': 'garbage;;;' })).status).toBe(200);
  });

  test('a packed body is told to be packed', async () => {
    const reply = await post('/v1/messages', { ...call, max_tokens: 9 }, { 'content-encoding': 'gzip' });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({
      ...anthropic,
      error: { message: expect.stringContaining('`gzip`') },
    });
    const identity = await post('/v1/chat/completions', call, { 'content-encoding': 'identity' });
    expect(identity.status).toBe(200);
  });

  test('a wrong control is named by its header', async () => {
    const reply = await post('/v1/chat/completions', call, { 'x-keelson-losses': 'never' });
    expect(await reply.json()).toMatchObject({ error: { param: 'x-keelson-losses' } });
  });

  test.each(['0', '00', '-1', '1.5', 'soon'])('%s milliseconds are no time', async (deadline) => {
    const reply = await post('/v1/chat/completions', call, { 'x-keelson-deadline-ms': deadline });
    expect(reply.status).toBe(400);
  });
});

test('a provider that is not there is told with the one that was perhaps meant', async () => {
  const reply = await post('/v1/chat/completions', { model: 'simulater:any', messages });
  expect(reply.status).toBe(404);
  expect(await reply.text()).toContain('Did you mean the provider `simulator`?');
});
