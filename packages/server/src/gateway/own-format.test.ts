// Our own format at the gateway: the canonical model as it is, and after the answer what the call came to.
import type { AddressInfo } from 'node:net';
import { loadBundledRegistry } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, testKey } from '../__fixtures__/index.ts';

let simulator: Simulator;
let app: ReturnType<typeof createTestApp>;
let url: string;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 2 });
  const registry = await loadBundledRegistry(['openai']);
  app = createTestApp(simulator.url, { registry, aliases: { fast: ['chat:gpt-4o'] } });
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  await app.close();
  await simulator.close();
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/keelson/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

interface Told {
  readonly [field: string]: unknown;
}
const told = async (reply: Response): Promise<Told> => (await reply.json()) as Told;

const user = (text: string) => ({ role: 'user', parts: [{ type: 'text', text }] });

describe('an answer', () => {
  test('comes whole, with who gave it and what it cost', async () => {
    const text = '[[text: Fair winds, 順風 and 🌊.]] [[usage: input=20 output=9]]';
    const reply = await post('chat', { model: 'fast', turns: [user(text)] });
    expect(reply.status).toBe(200);
    const { message, call } = await told(reply);
    expect(message).toMatchObject({
      parts: [{ type: 'text', text: 'Fair winds, 順風 and 🌊.' }],
      stop: { unified: 'stop', raw: 'stop' },
      usage: { input: { total: 20 }, output: { total: 9 } },
    });
    expect(call).toMatchObject({
      id: reply.headers.get('x-keelson-call-id'),
      outcome: 'answered',
      alias: 'fast',
      provider: 'chat',
      model: 'gpt-4o',
      cost: { status: 'priced', dollars: expect.stringMatching(/^0\.000\d+$/) },
      attempts: [{ reason: 'first', provider: 'chat', outcome: 'answered', status: 200 }],
    });
    expect(call).not.toHaveProperty('receiptId');
  });

  test('comes as events, of which the last tells of the call', async () => {
    const reply = await post('chat', { model: 'fast', stream: true, turns: [user('[[text: Aye.]]')] });
    expect(reply.headers.get('content-type')).toContain('text/event-stream');
    const events = (await reply.text())
      .split('\n\n')
      .filter(Boolean)
      .map((frame) => JSON.parse(frame.slice('data: '.length)) as { type: string });
    expect(events[0]).toMatchObject({ type: 'message-start', dialect: 'openai-chat' });
    expect(events.at(-2)).toMatchObject({ type: 'message-end', stop: { unified: 'stop' } });
    expect(events.at(-1)).toMatchObject({ type: 'call', outcome: 'answered', cost: { status: 'priced' } });
  });

  test('that breaks off says so, and what it came to', async () => {
    const reply = await post('chat', {
      model: 'fast',
      stream: true,
      turns: [user('[[long: 30]] [[fault: missing-end]]')],
    });
    const frames = (await reply.text()).split('\n\n').filter(Boolean);
    const events = frames.map((frame) => JSON.parse(frame.slice('data: '.length)) as { type: string });
    expect(events.at(-2)).toMatchObject({ type: 'error', error: { code: 'stream_interrupted' } });
    expect(events.at(-1)).toMatchObject({ type: 'call', outcome: 'failed' });
  });

  test('is refused in our words', async () => {
    const reply = await post('chat', { model: 'slow', turns: [] });
    expect(reply.status).toBe(404);
    const { error, call } = await told(reply);
    expect(error).toMatchObject({ code: 'model_not_found', hint: expect.any(String) });
    expect(call).toMatchObject({ outcome: 'refused', attempts: [] });
    const unknown = await fetch(`${url}/keelson/v1/chat`, { method: 'POST' });
    expect(unknown.status).toBe(401);
    expect(await unknown.json()).toMatchObject({ error: { code: 'authentication_failed' } });
  });

  test('to a count is the usage alone', async () => {
    const body = { model: 'simulator:any', purpose: 'count-tokens', turns: [user('one two three')] };
    const { message } = await told(await post('chat', body));
    expect(message).toMatchObject({ parts: [], usage: { input: { total: expect.any(Number) } } });
  });
});

test('vectors and orders of documents are told in the same way', async () => {
  const inputs = [{ type: 'text', text: 'one' }];
  const { result, call } = await told(await post('embed', { model: 'simulator:any', inputs }));
  expect(result).toMatchObject({ vectors: [{ values: { float: expect.any(Array) } }] });
  expect(call).toMatchObject({ outcome: 'answered', provider: 'simulator' });
  const asked = { model: 'simulator:any', query: 'ship', documents: ['a ship', 'a house'] };
  const ranked = await told(await post('rerank', asked));
  expect(ranked).toMatchObject({ result: { results: [{ index: 0 }, { index: 1 }] } });
});

describe('a request that makes no sense is refused by field', () => {
  test.each([
    [{ turns: [] }, 'model'],
    [{ model: 'fast' }, 'turns'],
    [{ model: 'fast', turns: [{ role: 'captain', parts: [] }] }, 'turns[0].role'],
    [{ model: 'fast', turns: [{ role: 'user', parts: [{ type: 'text' }] }] }, 'turns[0].parts[0].text'],
    [{ model: 'fast', turns: [], samplng: {} }, 'samplng'],
    [{ model: 'fast', turns: [], extensions: { 'openai-chat': { model: 'o' } } }, 'extensions'],
    [
      { model: 'fast', turns: [], headers: { 'anthropic-messages': { 'x-api-key': 'k' } } },
      'headers.anthropic-messages.x-api-key',
    ],
    [{ model: 'fast', turns: [], maxOutputTokens: '9' }, 'maxOutputTokens'],
  ])('%j', async (body, field) => {
    const reply = await post('chat', body);
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({
      error: { code: 'invalid_request', details: { field }, message: expect.stringContaining(field) },
    });
    expect(simulator.counts.requests).toBe(0);
  });

  test('and one that is no JSON where it goes wrong', async () => {
    expect(await (await post('chat', '{"model": oops}')).json()).toMatchObject({
      error: { code: 'invalid_json', details: { position: 10 } },
    });
  });
});
