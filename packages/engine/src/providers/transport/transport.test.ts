// What sockets can do to us: silence, lies, noise, too much of everything. Each ends in an error that says which it was.
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { KeelsonError } from '@keelson/core';
import { startSimulator } from '@keelson/simulator';
import { afterEach, describe, expect, test } from 'vitest';
import {
  defaultTimeouts,
  type ReplyHeaders,
  type Sending,
  type Timeouts,
  Transport,
  type TransportSettings,
} from './index.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A server that does with each connection what it is told, and remembers the sockets it has. */
async function raw(
  onRequest: (socket: Socket, text: string) => void,
): Promise<{ origin: string; sockets: Set<Socket>; count: () => number }> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    socket.on('data', (bytes) => onRequest(socket, bytes.toString('latin1')));
  });
  return { origin: await listen(server), sockets, count: () => count };

  async function listen(listening: Server): Promise<string> {
    await new Promise<void>((resolve) => void listening.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      for (const socket of sockets) socket.destroy();
      listening.close();
    });
    return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  }
}

async function http(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Settings = Partial<Omit<TransportSettings, 'timeouts'>> & { timeouts?: Partial<Timeouts> };

function open(origin: string, { timeouts, ...more }: Settings = {}): Transport {
  const transport = new Transport({
    provider: 'host',
    origin,
    timeouts: { ...defaultTimeouts, ...timeouts },
    maxSockets: 4,
    maxWaiting: 4,
    maxAnswerBytes: 1024 * 1024,
    ...more,
  });
  closers.push(() => transport.close());
  return transport;
}

interface Heard {
  status?: number;
  headers?: ReplyHeaders;
  bytes: Buffer;
  chunks: number;
  error?: KeelsonError;
  hasStarted?: boolean;
}

const post = { method: 'POST', path: '/', headers: ['x', 'y'], body: '{}' } as const;

function ask(
  transport: Transport,
  onSending?: (sending: Sending) => void,
  onChunk?: () => void,
): Promise<Heard> {
  const heard: Heard = { bytes: Buffer.alloc(0), chunks: 0 };
  return new Promise((resolve) => {
    const sending = transport.send(
      { ...post, headers: [...post.headers] },
      {
        onStart: (status, headers) => Object.assign(heard, { status, headers }),
        onData: (bytes) => {
          heard.bytes = Buffer.concat([heard.bytes, bytes]);
          heard.chunks += 1;
          onChunk?.();
        },
        onEnd: () => resolve(heard),
        onError: (error, hasStarted) => resolve({ ...heard, error, hasStarted }),
      },
    );
    onSending?.(sending);
  });
}

const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n';
const chunked = `${head}transfer-encoding: chunked\r\n\r\n`;
const whole = (text: string): string => `${head}content-length: ${text.length}\r\n\r\n${text}`;

describe('time', () => {
  test('a connection that is never accepted', async () => {
    // Nothing answers here: the address is for documentation, and the lookup never comes back either.
    const lookup = (): void => undefined;
    const transport = open('http://models.test:9', { timeouts: { connectMs: 100 }, connection: { lookup } });
    const { error, hasStarted } = await ask(transport);
    expect(error).toMatchObject({ code: 'provider_timeout' });
    expect(error?.message).toBe(
      'host (http://models.test:9) did not accept a connection within 100 ms (`connectMs`).',
    );
    expect(hasStarted).toBe(false);
    expect(transport.underWay).toBe(0);
  });

  test('an answer that does not begin', async () => {
    const { origin } = await raw(() => undefined);
    const { error, hasStarted } = await ask(open(origin, { timeouts: { firstByteMs: 100 } }));
    expect(error?.code).toBe('provider_timeout');
    expect(error?.message).toBe(`host (${origin}) did not begin to answer within 100 ms (\`firstByteMs\`).`);
    expect(hasStarted).toBe(false);
  });

  test('an answer that stops in its middle', async () => {
    const { origin } = await raw((socket) => void socket.write(`${chunked}3\r\nabc\r\n`));
    const { error, hasStarted, bytes } = await ask(open(origin, { timeouts: { betweenChunksMs: 100 } }));
    expect(error?.code).toBe('stream_interrupted');
    expect(error?.message).toContain('within 100 ms (`betweenChunksMs`)');
    expect(hasStarted).toBe(true);
    expect(bytes.toString()).toBe('abc');
  });

  test('an answer that goes on for ever', async () => {
    const { origin, sockets } = await raw((socket) => {
      socket.write(chunked);
      const timer = setInterval(() => socket.write('1\r\na\r\n'), 10);
      socket.on('close', () => clearInterval(timer));
    });
    const { error } = await ask(open(origin, { timeouts: { totalMs: 200 } }));
    expect(error?.code).toBe('stream_interrupted');
    expect(error?.message).toContain('did not finish within 200 ms (`totalMs`)');
    await expect.poll(() => sockets.size).toBe(0);
  });

  test('a call that waits for a socket counts as well', async () => {
    const { origin } = await raw(() => undefined);
    const transport = open(origin, { maxSockets: 1, timeouts: { totalMs: 100 } });
    const errors = await Promise.all([ask(transport), ask(transport)]);
    expect(errors.map(({ error }) => error?.code)).toEqual(['provider_timeout', 'provider_timeout']);
    expect(transport.underWay).toBe(0);
  });

  test('who lets the provider wait is not the provider falling silent', async () => {
    const origin = await http((_, response) => void response.end(Buffer.alloc(512 * 1024)));
    let heard = 0;
    const answer = ask(
      open(origin, { timeouts: { betweenChunksMs: 100 } }),
      (sending) => {
        sending.pause();
        setTimeout(() => {
          expect(heard).toBe(0);
          sending.resume();
        }, 400);
      },
      () => {
        heard += 1;
      },
    );
    expect((await answer).bytes.length).toBe(512 * 1024);
  });
});

describe('noise', () => {
  test.each([
    ['HTTP/1.1 200 OK\r\nno header\r\n\r\n', 'invalid_response', 'does not answer in HTTP'],
    ['SSH-2.0-OpenSSH_9.6\r\n', 'invalid_response', 'does not answer in HTTP'],
    ['\x15\x03\x01\x00\x02\x02\x46', 'invalid_response', 'does not answer in HTTP'],
    [`${head}x: ${'a'.repeat(80_000)}\r\n\r\n`, 'invalid_response', 'too many headers'],
    [`${head}content-length: 1\r\ncontent-length: 2\r\n\r\nab`, 'invalid_response', 'another length'],
    [
      'HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n',
      'invalid_response',
      'redirect',
    ],
    [`${head}content-encoding: compress\r\ncontent-length: 1\r\n\r\na`, 'invalid_response', 'not known here'],
    [`${head}content-encoding: gzip, br\r\ncontent-length: 1\r\n\r\na`, 'invalid_response', 'not known here'],
  ])('%j is told as it is', async (text, code, says) => {
    const { origin } = await raw((socket) => void socket.write(text, 'latin1'));
    const { error, hasStarted } = await ask(open(origin));
    expect(error?.code).toBe(code);
    expect(error?.message).toContain(`host (${origin})`);
    expect(error?.message).toContain(says);
    expect(hasStarted).toBe(false);
  });

  test.each([
    ['before a status', '', 'provider_unavailable', 'without an answer'],
    ['in the headers', head, 'provider_unavailable', 'without an answer'],
    ['in a body of known length', `${head}content-length: 9\r\n\r\nabc`, 'stream_interrupted', 'broke off'],
    ['in a body of chunks', `${chunked}3\r\nabc\r\n`, 'stream_interrupted', 'broke off'],
  ])('a connection that closes %s', async (_, text, code, says) => {
    const { origin } = await raw((socket) => void socket.end(text));
    const { error } = await ask(open(origin));
    expect(error?.code).toBe(code);
    expect(error?.message).toContain(says);
  });

  test('garbage in the middle', async () => {
    const { origin } = await raw((socket) => void socket.write(`${chunked}3\r\nabc\r\nzz\r\n`));
    const { error } = await ask(open(origin));
    expect(error?.code).toBe('stream_interrupted');
  });

  test('a provisional answer is not the answer', async () => {
    const { origin } = await raw(
      (socket) => void socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${whole('abc')}`),
    );
    expect((await ask(open(origin))).bytes.toString()).toBe('abc');
  });

  test('a header that HTTP does not allow is our caller’s fault, and sent to nobody', async () => {
    const { origin, count } = await raw(() => undefined);
    const transport = open(origin);
    const { error } = await new Promise<{ error: KeelsonError }>((resolve) => {
      const nothing = (): void => undefined;
      const headers = ['x', 'a\r\nb: c'];
      transport.send(
        { ...post, headers },
        { onStart: nothing, onData: nothing, onEnd: nothing, onError: (error) => resolve({ error }) },
      );
    });
    expect(error.code).toBe('invalid_request');
    expect(count()).toBe(0);
    expect(transport.underWay).toBe(0);
  });

  test('a port that speaks no TLS', async () => {
    const { origin } = await raw((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { error } = await ask(open(origin.replace('http:', 'https:')));
    expect(error?.code).toBe('provider_unavailable');
    expect(error?.message).toContain('TLS');
    expect(error?.hint).toContain('http://');
  });
});

describe('packed answers', () => {
  const text = 'a long answer, again and again '.repeat(2000);
  const packings = {
    gzip: gzipSync,
    'x-gzip': gzipSync,
    br: brotliCompressSync,
    deflate: deflateSync,
    zstd: zstdCompressSync,
  } as const;

  test.each([
    ...Object.entries(packings),
    ['deflate', deflateRawSync],
    ['GZIP', gzipSync],
  ] as const)('%s is unpacked', async (name, pack) => {
    const origin = await http((_, response) => {
      response.writeHead(200, { 'content-encoding': name, 'x-other': 'kept' }).end(pack(text));
    });
    const { bytes, headers, status } = await ask(open(origin));
    expect(status).toBe(200);
    expect(bytes.toString()).toBe(text);
    expect(headers?.['content-encoding']).toBeUndefined();
    expect(headers?.['content-length']).toBeUndefined();
    expect(headers?.['x-other']).toBe('kept');
  });

  test('pieces are passed on as they come, not at the end', async () => {
    const packed = gzipSync(Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 251)));
    let finish = (): void => undefined;
    const origin = await http((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.write(packed.subarray(0, packed.length / 2));
      finish = () => response.end(packed.subarray(packed.length / 2));
    });
    let chunks = 0;
    const answer = ask(open(origin), undefined, () => {
      chunks += 1;
    });
    await expect.poll(() => chunks).toBeGreaterThan(0);
    finish();
    expect((await answer).bytes.length).toBe(50_000);
  });

  test('an empty answer is empty', async () => {
    const origin = await http(
      (_, response) => void response.writeHead(200, { 'content-encoding': 'br' }).end(),
    );
    expect((await ask(open(origin))).bytes.length).toBe(0);
  });

  test.each(
    Object.entries(packings),
  )('a small %s answer that becomes a huge one is ended', async (name, pack) => {
    const origin = await http((_, response) => {
      response.writeHead(200, { 'content-encoding': name }).end(pack(Buffer.alloc(64 * 1024 * 1024)));
    });
    const transport = open(origin);
    const { error, bytes } = await ask(transport);
    expect(error?.code).toBe('stream_interrupted');
    expect(error?.message).toContain('more than 1048576 bytes');
    expect(bytes.length).toBeLessThanOrEqual(1024 * 1024);
    expect(transport.underWay).toBe(0);
  });

  test.each(['gzip', 'br', 'zstd'] as const)('damaged and cut off %s', async (name) => {
    const packed = packings[name](text);
    for (const sent of [Buffer.from('not packed at all'), packed.subarray(0, packed.length - 6)]) {
      const origin = await http(
        (_, response) => void response.writeHead(200, { 'content-encoding': name }).end(sent),
      );
      const { error } = await ask(open(origin));
      expect(error?.code).toBe('stream_interrupted');
      expect(error?.message).toContain('packed its answer badly');
    }
  });

  test('a slow reader of a packed answer loses nothing', async () => {
    const origin = await http((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(900_000)));
    });
    let sending: Sending | undefined;
    const { bytes } = await ask(
      open(origin),
      (begun) => {
        sending = begun;
      },
      () => {
        sending?.pause();
        setTimeout(() => sending?.resume(), 2);
      },
    );
    expect(bytes.length).toBe(900_000);
  });
});

test('an unpacked answer is bounded as well', async () => {
  const origin = await http((_, response) => void response.end(Buffer.alloc(2 * 1024 * 1024)));
  const { error } = await ask(open(origin));
  expect(error?.message).toContain('more than 1048576 bytes');
});

describe('sockets', () => {
  test('are used again', async () => {
    const { origin, count } = await raw((socket) => void socket.write(whole('abc')));
    const transport = open(origin);
    for (let index = 0; index < 20; index += 1) {
      expect((await ask(transport)).bytes.toString()).toBe('abc');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    // A socket is free shortly after its answer was heard, so a busy machine may open a second.
    expect(count()).toBeLessThanOrEqual(2);
  });

  test('are never more than allowed, and calls beyond those that may wait are refused', async () => {
    const held: Socket[] = [];
    const { origin, sockets } = await raw((socket) => void held.push(socket));
    const transport = open(origin, { maxSockets: 2, maxWaiting: 3 });
    const answers = Array.from({ length: 8 }, () => ask(transport));
    await expect.poll(() => held.length).toBe(2);
    expect(transport.underWay).toBe(5);
    expect(sockets.size).toBe(2);
    const timer = setInterval(() => held.shift()?.write(whole('abc')), 5);
    const heard = await Promise.all(answers);
    clearInterval(timer);
    expect(heard.filter(({ status }) => status === 200)).toHaveLength(5);
    const refused = heard.flatMap(({ error }) => (error === undefined ? [] : [error.message]));
    expect(refused).toEqual(Array(3).fill(`host (${origin}) has 2 calls under way and 3 waiting.`));
    expect(sockets.size).toBeLessThanOrEqual(2);
    expect(transport.underWay).toBe(0);
  });

  test('a call that is ended while it waits leaves its place at once', async () => {
    const { origin } = await raw(() => undefined);
    const transport = open(origin, { maxSockets: 1, maxWaiting: 1 });
    const nothing = { onStart: () => {}, onData: () => {}, onEnd: () => {}, onError: () => {} };
    transport.send({ ...post, headers: [] }, nothing);
    for (let index = 0; index < 100; index += 1) {
      const waiting = transport.send({ ...post, headers: [] }, nothing);
      expect(transport.underWay).toBe(2);
      waiting.cancel();
      expect(transport.underWay).toBe(1);
    }
  });

  test('are closed when a call is ended, before and in the middle of its answer', async () => {
    const { origin, sockets } = await raw(
      (socket, text) => void (text.includes('GET') || socket.write(`${chunked}3\r\nabc\r\n`)),
    );
    const transport = open(origin);
    const told: string[] = [];
    const tell = {
      onStart: () => void told.push('start'),
      onData: () => {},
      onEnd: () => void told.push('end'),
      onError: () => void told.push('error'),
    };
    const silent = transport.send({ ...post, method: 'GET', headers: [], body: null }, tell);
    const half = transport.send({ ...post, headers: [] }, tell);
    await expect.poll(() => told).toEqual(['start']);
    await expect.poll(() => sockets.size).toBe(2);
    silent.cancel();
    half.cancel();
    half.cancel();
    await expect.poll(() => sockets.size).toBe(0);
    expect(told).toEqual(['start']);
    expect(transport.underWay).toBe(0);
  });

  test('closing ends everything under way, and whatever comes later', async () => {
    const { origin, sockets } = await raw(() => undefined);
    const transport = open(origin, { maxSockets: 1 });
    const answers = [ask(transport), ask(transport)];
    await expect.poll(() => sockets.size).toBe(1);
    await transport.close();
    const heard = await Promise.all([...answers, ask(transport)]);
    for (const { error } of heard) expect(error?.message).toBe(`host (${origin}) was closed here.`);
    await expect.poll(() => sockets.size).toBe(0);
  });

  test('a thousand calls, half of them ended at some moment, leave none behind', {
    timeout: 30_000,
  }, async () => {
    const simulator = await startSimulator({ seed: 3 });
    closers.push(() => simulator.close());
    const transport = open(simulator.url, { maxSockets: 16, maxWaiting: 1000 });
    const body = JSON.stringify({
      model: 'm',
      stream: true,
      messages: [{ role: 'user', content: '[[chunks: 1ms]] [[long: 20]]' }],
    });
    let ended = 0;
    let answered = 0;
    await Promise.all(
      Array.from(
        { length: 1000 },
        (_, index) =>
          new Promise<void>((resolve) => {
            const sending = transport.send(
              {
                method: 'POST',
                path: '/v1/chat/completions',
                headers: ['content-type', 'application/json'],
                body,
              },
              {
                onStart: () => {},
                onData: () => {},
                onEnd: () => {
                  answered += 1;
                  resolve();
                },
                onError: () => resolve(),
              },
            );
            if (index % 2 === 0) return;
            setTimeout(() => {
              sending.cancel();
              ended += 1;
              resolve();
            }, index % 97);
          }),
      ),
    );
    expect(ended).toBe(500);
    expect(answered).toBeGreaterThanOrEqual(500);
    expect(transport.underWay).toBe(0);
    // The simulator sees every caller leave.
    await expect
      .poll(() => simulator.counts.requests - simulator.counts.answered, { timeout: 10_000 })
      .toBe(0);
  });
});
