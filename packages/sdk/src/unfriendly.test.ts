/** What the client makes of servers that are away, are something else, are older or newer, or break off. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KeelsonError } from '@keelson/core';
import { afterEach, describe, expect, test } from 'vitest';
import { connect } from './index.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: RequestListener): Promise<ReturnType<typeof connect>> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return connect({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, key: 'k' });
}

async function failureOf(failing: Promise<unknown>): Promise<KeelsonError> {
  const failure = await failing.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (KeelsonError.is(failure)) return failure;
  throw new Error('It did not fail as it should.', { cause: failure });
}

const ask = { model: 'fast', prompt: 'Hi' };
const answering =
  (status: number, type: string, body: string): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  };

test('an address that is none is refused at once', () => {
  for (const url of ['', 'localhost:4100', 'ftp://x', '127.0.0.1'])
    expect(() => connect({ url })).toThrow(/no address of a server/);
});

test('a server that is away', async () => {
  const failure = await failureOf(connect({ url: 'http://127.0.0.1:9' }).chat(ask));
  expect(failure).toMatchObject({
    code: 'provider_unavailable',
    hint: expect.stringContaining('server runs'),
  });
  expect(failure.message).toContain('http://127.0.0.1:9');
});

describe('something else at the address', () => {
  test.each([
    ['a page', 200, 'text/html', '<html>Welcome</html>'],
    ['a page of a proxy that failed', 502, 'text/html', '<html>Bad gateway</html>'],
    ['JSON of another program', 404, 'application/json', '{"detail":"Not found"}'],
    ['a login', 401, 'text/plain', 'Who are you?'],
  ])('%s', async (_, status, type, body) => {
    const keelson = await serve(answering(status, type, body));
    const ways = [() => keelson.chat(ask), () => keelson.stream(ask).final, () => keelson.models()];
    for (const way of ways) {
      const failure = await failureOf(way());
      expect(failure).toMatchObject({ code: 'invalid_response', hint: expect.stringContaining('proxy') });
      expect(failure.message).toContain(String(status));
    }
  });

  test.each([
    '{"hello":1}',
    '[]',
    '"x"',
    'null',
    '{"message":{"parts":1}}',
    '{"message":{"parts":[]}}',
  ])('that answers %s', async (body) => {
    const keelson = await serve(answering(200, 'application/json', body));
    expect((await failureOf(keelson.chat(ask))).code).toBe('invalid_response');
    expect((await failureOf(keelson.embed({ model: 'e', inputs: 'x' }))).code).toBe('invalid_response');
    expect((await failureOf(keelson.stream(ask).final)).code).toBe('invalid_response');
  });
});

test('a server that is older, and does not know the format', async () => {
  const body = { error: { message: 'Nothing answers POST at /keelson/v1/chat.', code: 'not_found' } };
  const keelson = await serve(answering(404, 'application/json', JSON.stringify(body)));
  expect(await failureOf(keelson.chat(ask))).toMatchObject({
    code: 'not_found',
    hint: expect.stringContaining('older than this client'),
  });
});

test('a server that is newer: what is not known is let be, and a code that is not known keeps its words', async () => {
  const text = { type: 'text', text: 'Aye.', colour: 'blue' };
  const message = { parts: [text], stop: { unified: 'stop' }, facts: {}, mood: 'fair' };
  const keelson = await serve((request, response) => {
    request.resume();
    request.on('end', () => {
      const isFirst = request.headers['x-keelson-session'] === undefined;
      if (isFirst) {
        answering(
          200,
          'application/json',
          JSON.stringify({ message, call: { id: 'c', cost: {} }, more: 1 }),
        )(request, response);
        return;
      }
      const error = { code: 'tide_too_low', message: 'The tide is too low.', hint: 'Wait six hours.' };
      answering(429, 'application/json', JSON.stringify({ error }))(request, response);
    });
  });
  expect((await keelson.chat(ask)).text).toBe('Aye.');
  expect(await failureOf(keelson.chat(ask, { session: 's' }))).toMatchObject({
    code: 'limit_reached',
    message: 'The tide is too low.',
    hint: 'Wait six hours.',
  });
});

test('an answer whose server says nothing of the call', async () => {
  const message = { parts: [{ type: 'text', text: 'Aye.' }], stop: { unified: 'stop' } };
  const keelson = await serve(answering(200, 'application/json', JSON.stringify({ message })));
  expect(await keelson.chat(ask)).toMatchObject({ text: 'Aye.', cost: { status: 'unpriced' }, attempts: [] });
});

describe('a stream', () => {
  const frames = [
    { type: 'message-start', dialect: 'x', facts: {} },
    { type: 'text-start', index: 0 },
    { type: 'text-delta', index: 0, text: 'Ay' },
  ];
  const text = frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('');
  const streaming =
    (finish: (response: Parameters<RequestListener>[1]) => void): RequestListener =>
    (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(text);
      setImmediate(() => finish(response));
    };

  test.each([
    [
      'that ends too early',
      (response: Parameters<RequestListener>[1]) => response.end(),
      'stream_interrupted',
    ],
    [
      'whose connection breaks',
      (response: Parameters<RequestListener>[1]) => response.destroy(),
      'stream_interrupted',
    ],
    [
      'with a torn frame',
      (response: Parameters<RequestListener>[1]) => response.end('data: {"type":'),
      'stream_interrupted',
    ],
    [
      'with garbage',
      (response: Parameters<RequestListener>[1]) => response.end('data: what?\n\n'),
      'invalid_response',
    ],
  ])('%s', async (_, finish, code) => {
    const keelson = await serve(streaming((response) => void finish(response)));
    const stream = keelson.stream(ask);
    let read = '';
    const reading = (async () => {
      for await (const piece of stream.text()) read += piece;
    })();
    expect((await failureOf(reading)).code).toBe(code);
    expect([read, (await failureOf(stream.final)).code]).toEqual(['Ay', code]);
  });

  test('cut into pieces anywhere is the same', async () => {
    const whole = `: hello\r\n${text}data: {"type":"text-delta","index":0,"text":"e 🌊"}\n\ndata: {"type":"message-end","stop":{"unified":"stop"}}\n\n`;
    const bytes = new TextEncoder().encode(whole);
    for (const size of [1, 2, 3, 7, 50]) {
      const stream = new ReadableStream({
        start: (controller) => {
          for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
          controller.close();
        },
      });
      const fake = async () => new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
      const keelson = connect({ url: 'http://keelson.example.com', fetch: fake as typeof fetch });
      expect((await keelson.stream(ask).final).text).toBe('Aye 🌊');
    }
  });
});
