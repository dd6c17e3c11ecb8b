/** What the client makes of servers that are away, are something else, are older or newer, or break off. */
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KeelsonError } from '@keelson/core';
import { afterEach, describe, expect, test } from 'vitest';
import { connect } from './index.ts';
import { ServerClient } from './server/index.ts';
import { sdkVersion } from './version.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function serve(answer: RequestListener): Promise<ReturnType<typeof connect>> {
  return connect({ url: await listen(answer), key: 'k' });
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

describe('the client of a server', () => {
  const ask = async (answer: RequestListener, retries = 0): Promise<ServerClient> =>
    new ServerClient({ url: await listen(answer), key: 'k', retries });

  test('has an address and the version of its package', () => {
    expect(() => new ServerClient({ url: 'localhost:4100' })).toThrow(/no address of a server/);
    const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
    expect(JSON.parse(manifest)).toMatchObject({ version: sdkVersion });
  });

  test.each([
    ['a page', 200, 'text/html', '<html>Welcome</html>'],
    ['a page of a proxy that failed', 502, 'text/html', '<html>Bad gateway</html>'],
    ['JSON of another program', 404, 'application/json', '{"detail":"Not found"}'],
    ['JSON that is no object', 200, 'application/json', '[]'],
  ])('%s at the address', async (_, status, type, body) => {
    const server = await ask(answering(status, type, body));
    for (const way of [() => server.listProfiles(), () => server.pull('x'), () => server.removeProfile('x')])
      expect(await failureOf(way())).toMatchObject({ code: 'invalid_response' });
  });

  test.each([
    '0.0.9',
    '9.0.0',
  ])('a server of version %s that refuses is told with both versions', async (version) => {
    const error = { code: 'not_found', message: 'Nothing answers GET at /api/v1/profiles.', hint: 'Look.' };
    const server = await ask((_, response) => {
      response.writeHead(404, { 'content-type': 'application/json', 'x-keelson-version': version });
      response.end(JSON.stringify({ error }));
    });
    const { code, hint } = await failureOf(server.listProfiles());
    expect([code, server.serverVersion]).toEqual(['not_found', version]);
    expect(hint).toContain(`The server is Keelson ${version}, this client of ${sdkVersion}`);
  });

  test('a server that is newer: what it says besides is let be, and a profile of a newer format is told', async () => {
    const lockfile = { version: 9, profiles: { default: {} } };
    const digest = `v1:${'0'.repeat(64)}`;
    const server = await ask(
      answering(200, 'application/json', JSON.stringify({ revision: 7, digest, lockfile, mood: 'fair' })),
    );
    expect(await server.getProfile('default')).toMatchObject({ revision: 7 });
    expect(await failureOf(server.pull('default'))).toMatchObject({
      code: 'invalid_response',
      hint: expect.stringContaining('update the client'),
    });
  });

  test('a profile that is not what its digest says is refused', async () => {
    const lockfile = {
      version: 1,
      profiles: { default: { aliases: { fast: { models: ['openai:gpt-4o'] } } } },
    };
    const body = { revision: 1, digest: `v1:${'0'.repeat(64)}`, lockfile };
    const server = await ask(answering(200, 'application/json', JSON.stringify(body)));
    expect((await failureOf(server.pull('default'))).message).toContain('its server says v1:000');
  });

  test('what only reads is asked again when an answer was torn, and what changes something is not', async () => {
    let asked = 0;
    const server = await ask((request, response) => {
      request.resume();
      asked += 1;
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      if (asked % 2 === 1) response.write('{"data":', () => response.destroy());
      else response.end(JSON.stringify({ data: [], next_cursor: null }).padEnd(100));
    }, 1);
    expect(await server.listProfiles()).toEqual({ data: [], next_cursor: null });
    expect(await failureOf(server.removeProfile('x'))).toMatchObject({ code: 'stream_interrupted' });
    expect(asked).toBe(3);
    asked = 0;
    const told = { origin: 'x', provider: 'openai', model: 'gpt-4o' };
    await server.reportCall({ ...told, id_at_origin: 'once' });
    expect(asked).toBe(2);
    asked = 0;
    expect(await failureOf(server.reportCall(told))).toMatchObject({ code: 'stream_interrupted' });
    expect(asked).toBe(1);
  });

  test('an abort ends a request that waits, and the wait before the next try', async () => {
    const leaving = new AbortController();
    const silent = await ask(() => leaving.abort(), 5);
    const { signal } = leaving;
    expect(await failureOf(silent.listKeys({}, { signal }))).toMatchObject({ code: 'cancelled' });
    const later = new AbortController();
    const error = { code: 'rate_limited', message: 'Slow.', details: { retryAfterMs: 9000 } };
    const busy = await ask((request, response) => {
      answering(429, 'application/json', JSON.stringify({ error }))(request, response);
      response.on('finish', () => setImmediate(() => later.abort()));
    }, 5);
    expect(await failureOf(busy.listKeys({}, { signal: later.signal }))).toMatchObject({ code: 'cancelled' });
  });
});
