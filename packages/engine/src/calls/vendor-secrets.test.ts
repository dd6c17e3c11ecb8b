// A vendor that repeats the key it was sent: the caller of a call is told why it failed, but never the key.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestEngine } from './__fixtures__/test-engine.ts';

let answer: (response: ServerResponse) => void = (response) => void response.end();
const vendor = createServer((request, response) => {
  request.resume().on('end', () => answer(response));
});
let address = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => void vendor.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
});
afterAll(() => {
  vendor.closeAllConnections();
  vendor.close();
});

const json = { 'content-type': 'application/json' };
const errorOf = (said: string) => ({
  error: { message: said, type: 'invalid_request_error', param: said, code: 'invalid_api_key', seen: [said] },
});

test.each([
  ['in an answer that says all is well', json, (said: string) => JSON.stringify(errorOf(said)), false],
  [
    'in a stream that says all is well',
    { 'content-type': 'text/event-stream' },
    (said: string) => `data: ${JSON.stringify(errorOf(said))}\n\n`,
    true,
  ],
])('a caller of the engine is told no key, %s or refused', async (_, headers, bodyOf, stream) => {
  const body = bodyOf('Incorrect key: sk-canary.');
  const engine = createTestEngine({ url: address });
  for (const status of [200, 401]) {
    for (const dialect of ['openai-chat', 'anthropic-messages'] as const) {
      answer = (response) => void response.writeHead(status, headers).end(body);
      const { caller, record } = await engine.ask({ dialect, stream });
      expect(caller.text, `${status} ${dialect}`).toContain('Incorrect key');
      expect(caller.text).not.toContain('sk-canary');
      expect(inspect(record, { depth: 20 })).not.toContain('sk-canary');
    }
  }
  await engine.close();
});

const sse = { 'content-type': 'text/event-stream' };
const word = (text: string) => ({
  ...{ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'one' },
  choices: [{ index: 0, delta: { content: text }, finish_reason: null }],
});
const events = (...told: object[]) => told.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('');

test.each([
  ['its own event', [errorOf('Incorrect key: sk-canary.')]],
  ['an event beside more text', [word(' more'), errorOf('Incorrect key: sk-canary.'), word(' still')]],
])('nor in the middle of a stream, by %s', async (_, told) => {
  const engine = createTestEngine({ url: address });
  for (const dialect of ['openai-chat', 'anthropic-messages'] as const) {
    answer = (response) => {
      response.writeHead(200, sse).write(events(word('Hello')));
      setTimeout(() => response.end(events(...told)), 20);
    };
    const { caller, record } = await engine.ask({ dialect, stream: true });
    expect(caller.text, dialect).toContain('Hello');
    expect(caller.text).toContain('Incorrect key: [secret].');
    expect(caller.text).not.toContain('sk-canary');
    expect(record.outcome).toBe('failed');
    expect(inspect(record, { depth: 20 })).not.toContain('sk-canary');
  }
  await engine.close();
});

test('what else a vendor says of its failure in a stream passes as it is', async () => {
  const engine = createTestEngine({ url: address });
  const told = events(word('Hello')) + events(errorOf('Too much to do.'));
  answer = (response) => void response.writeHead(200, sse).end(told);
  const { caller } = await engine.ask({ dialect: 'openai-chat', stream: true });
  expect(caller.text).toBe(told);
  await engine.close();
});
