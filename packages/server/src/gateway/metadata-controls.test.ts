// What a caller asks of the gateway in its format's own metadata, for libraries that cannot send headers: it works at every
// vendor's path, it goes no further, and headers win.
import type { AddressInfo } from 'node:net';
import type { CallRecord, Storage } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, testKey } from '../__fixtures__/index.ts';

let simulator: Simulator;
let app: ReturnType<typeof createTestApp>;
let url: string;
const records: CallRecord[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ seed: 2 });
  const calls = { insertBatch: async (batch: readonly CallRecord[]) => void records.push(...batch) };
  const responses = { insert: async () => {}, find: async () => undefined };
  app = createTestApp(simulator.url, { storage: { calls, responses } as unknown as Storage });
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  await app.close();
  await simulator.close();
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** Records come in batches, some time after the answer. */
async function recordOf(reply: Response): Promise<CallRecord | undefined> {
  const find = (): CallRecord | undefined =>
    records.find(({ id }) => id === reply.headers.get('x-keelson-call-id'));
  await expect.poll(find).toBeDefined();
  return find();
}

const model = 'simulator:any';
const messages = [{ role: 'user', content: '[[text: Aye.]]' }];
const contents = [{ parts: [{ text: '[[text: Aye.]]' }] }];
const blocks = [{ role: 'user', content: [{ text: '[[text: Aye.]]' }] }];

const vendors = [
  { path: '/v1/chat/completions', body: { model, messages }, field: 'metadata' },
  { path: '/v1/responses', body: { model, input: '[[text: Aye.]]' }, field: 'metadata' },
  { path: '/v1/completions', body: { model, prompt: '[[text: Aye.]]' }, field: 'metadata' },
  { path: '/v1/messages', body: { model, messages, max_tokens: 100 }, field: 'metadata' },
  { path: '/v1/messages/count_tokens', body: { model, messages }, field: 'metadata' },
  { path: `/v1beta/models/${model}:generateContent`, body: { contents }, field: 'labels' },
  { path: `/v1beta/models/${model}:streamGenerateContent`, body: { contents }, field: 'labels' },
  { path: `/model/${model}/converse`, body: { messages: blocks }, field: 'requestMetadata' },
  { path: `/model/${model}/converse-stream`, body: { messages: blocks }, field: 'requestMetadata' },
  { path: '/v2/chat', body: { model, messages }, field: 'metadata' },
  { path: '/mistral/v1/chat/completions', body: { model, messages }, field: 'metadata' },
  { path: '/api/chat', body: { model, messages }, field: 'metadata' },
  { path: '/api/generate', body: { model, prompt: '[[text: Aye.]]' }, field: 'metadata' },
  { path: '/v1/embeddings', body: { model, input: 'one' }, field: 'metadata' },
  { path: '/v2/rerank', body: { model, query: 'ship', documents: ['a ship'] }, field: 'metadata' },
] as const;

describe.each(vendors)('at $path', ({ path, body, field }) => {
  test('it is obeyed and taken out', async () => {
    const asked = { ...body, [field]: { keelson_tags: 'team=search, feature=answers' } };
    const reply = await post(path, asked);
    expect(reply.status).toBe(200);
    await reply.text();
    expect(simulator.requests).toHaveLength(1);
    expect(simulator.requests[0]?.body).not.toContain('keelson');
    expect(JSON.parse(simulator.requests[0]?.body ?? '')).not.toHaveProperty(field);
    expect(await recordOf(reply)).toHaveProperty('tags', { team: 'search', feature: 'answers' });
  });

  test('what cannot be obeyed is refused with the name of the field, in the caller’s format', async () => {
    const reply = await post(path, { ...body, [field]: { keelson_losses: 'never' } });
    expect(reply.status).toBe(400);
    expect(reply.headers.get('x-keelson-error')).toBe('invalid_request');
    expect(await reply.text()).toContain(`\`${field}.keelson_losses\` must be allow, warn, strict.`);
    expect(simulator.counts.requests).toBe(0);
  });
});

describe('a call that passes untouched', () => {
  test('keeps every other byte', async () => {
    const rest = `"n": 1,\n "unknown":[1.0, 12345678901234567890], "messages":${JSON.stringify(messages)}`;
    const body = `{"model":"chat:any", "metadata" : {"run":"7","keelson_session":"s"}, ${rest} }`;
    const reply = await post('/v1/chat/completions', body);
    expect(simulator.requests[0]?.body).toBe(`{"model":"any", "metadata" : {"run":"7"}, ${rest} }`);
    expect(await recordOf(reply)).toHaveProperty('lane', 'pass-through');
  });

  test('is written anew where two readers might not agree on its metadata', async () => {
    const metadata = '"metadata":{"a":"1"},"metadata":{"keelson_tags":"a=b"}';
    const reply = await post(
      '/v1/chat/completions',
      `{"model":"chat:any",${metadata},"messages":${JSON.stringify(messages)}}`,
    );
    expect(reply.status).toBe(200);
    expect(simulator.requests[0]?.body).not.toContain('metadata');
    expect(await recordOf(reply)).toHaveProperty('tags', { a: 'b' });
  });
});

test('each control works', async () => {
  const ask = (metadata: object, text: string, more = {}): Promise<Response> =>
    post('/v1/chat/completions', { model, messages: [{ role: 'user', content: text }], metadata, ...more });
  const strict = await ask({ keelson_losses: 'strict' }, 'Hi.', { model: 'claude:any', seed: 7 });
  expect(strict.status).toBe(422);
  for (const keelson_deadline_ms of ['50', 50]) {
    const late = await ask({ keelson_deadline_ms }, '[[delay: 5s]]');
    expect(late.status).toBe(504);
    await late.text();
  }
});

test('a header wins over the metadata, one control at a time', async () => {
  const metadata = { keelson_tags: 'from=metadata', keelson_losses: 'strict' };
  const body = { model: 'claude:any', messages, seed: 7, metadata };
  const headers = { 'x-keelson-tags': 'from=header' };
  const refused = await post('/v1/chat/completions', body, headers);
  expect(refused.status).toBe(422);
  const reply = await post('/v1/chat/completions', body, { ...headers, 'x-keelson-losses': 'allow' });
  expect(reply.status).toBe(200);
  for (const one of [refused, reply]) expect(await recordOf(one)).toHaveProperty('tags', { from: 'header' });
});

test.each([
  [{ keelson_sesion: 's' }, 'Did you mean `keelson_session`'],
  [
    { keelson_weather_report: 's' },
    'keelson_losses, keelson_session, keelson_profile, keelson_tags, keelson_deadline_ms, keelson_fallback',
  ],
  [{ keelson_tags: { a: 'b' } }, '`metadata.keelson_tags` must be a text'],
  [{ keelson_tags: 'a b=c' }, '`metadata.keelson_tags` must be up to 16 pairs'],
  [{ keelson_deadline_ms: '-1' }, '`metadata.keelson_deadline_ms` must be a number of milliseconds'],
  [{ keelson_fallback: 'maybe' }, '`metadata.keelson_fallback` must be on or off'],
])('%j is refused: %s', async (metadata, message) => {
  const reply = await post('/v1/chat/completions', { model, messages, metadata });
  expect(reply.status).toBe(400);
  expect(await reply.json()).toHaveProperty('error.message', expect.stringContaining(message));
  expect(simulator.counts.requests).toBe(0);
});
