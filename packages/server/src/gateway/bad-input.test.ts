// What the gateway makes of callers and providers who break every rule of HTTP, JSON and manners, over real sockets: a clear
// error in the caller's format, nothing held for good, and never a key of anybody in what is answered, logged or kept.
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { type CallRecord, createLog, providerForms, Secret, type Storage } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, testKey } from '../__fixtures__/index.ts';

const providerKey = 'sk-canary-of-the-provider';
const bearer = { authorization: `Bearer ${testKey}` };
// Long enough for an honest caller on a busy machine.
const limits = { headersMs: 1_000, requestMs: 2_500, idleMs: 5_000, checkMs: 20 };

let simulator: Simulator;
let hostile: Server;
let app: ReturnType<typeof createTestApp>;
let port: number;
const openAtProvider = new Set<Socket>();
const lines: string[] = [];
const records: CallRecord[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ seed: 2 });
  hostile = createServer((socket) => {
    openAtProvider.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => openAtProvider.delete(socket));
    let asked = '';
    socket.on('data', (piece) => {
      asked += String(piece);
      const fault = /"fault-(\d+)"/.exec(asked)?.[1];
      if (fault !== undefined) providerFaults[Number(fault)]?.misbehave(socket);
    });
  });
  await once(hostile.listen(0, '127.0.0.1'), 'listening');
  const address = `http://127.0.0.1:${(hostile.address() as AddressInfo).port}`;
  const key = new Secret(providerKey);
  const timeouts = { firstByteMs: 200, betweenChunksMs: 200 };
  const formed = (name: string, form: string) => ({
    name,
    form: providerForms.get(form)!,
    address,
    key,
    timeouts,
  });
  const providers = [
    { name: 'simulator', form: providerForms.get('simulator')!, address: simulator.url, key },
    formed('same', 'openai'),
    formed('foreign', 'anthropic'),
  ];
  const storage = {
    calls: { insertBatch: async (batch: readonly CallRecord[]) => void records.push(...batch) },
  };
  // These providers fail again and again on purpose.
  const circuit = { failuresInRow: 1e9, minCalls: 1e9 };
  const log = createLog({ level: 'debug', write: (line) => lines.push(line) });
  app = createTestApp(
    simulator.url,
    { providers, circuit, log, storage: storage as unknown as Storage },
    limits,
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});
afterAll(async () => {
  app.server.closeAllConnections();
  await app.close();
  hostile.close();
  await simulator.close();
});

const chat = (text = '[[text: Aye.]]', model = 'simulator:any') =>
  JSON.stringify({ model, messages: [{ role: 'user', content: text }] });

/** Sends pieces as they are, and resolves with everything that came back until the connection closed. */
async function raw(...pieces: readonly (string | Buffer | number)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const answer = readText(socket).catch((error: Error) => `(${error.message})`);
  for (const piece of pieces) {
    if (typeof piece === 'number') await new Promise((resolve) => setTimeout(resolve, piece));
    else if (!socket.destroyed) socket.write(piece);
  }
  return answer;
}

const head = (length: number | string, more = '') =>
  `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${testKey}\r\n` +
  `content-type: application/json\r\ncontent-length: ${length}\r\n${more}\r\n`;

async function expectAlive(): Promise<void> {
  const reply = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: bearer,
    body: chat(),
  });
  expect(reply.status).toBe(200);
  expect(await reply.text()).toContain('Aye.');
}

const bodyOf = (answer: string): unknown => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
const told = { error: { message: expect.stringMatching(/\w/) } };

describe('callers', () => {
  test('whose headers trickle are given up', async () => {
    const trickle = Array.from({ length: 30 }, (_, index) => [`x-${index}: 1\r\n`, 20]).flat();
    const answer = await raw('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n', ...trickle);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(bodyOf(answer)).toMatchObject(told);
  });

  test('whose body trickles are given up', async () => {
    const trickle = Array.from({ length: 30 }, () => [' ', 20]).flat();
    const answer = await raw(head(5000), ...trickle);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(bodyOf(answer)).toMatchObject(told);
  });

  test('who say nothing after connecting are given up', async () => {
    expect(await raw()).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  test('who leave in the middle of a body leave nothing behind', async () => {
    const before = simulator.counts.requests;
    const socket = connect(port, '127.0.0.1');
    socket.write(head(5000) + chat());
    await new Promise((resolve) => setTimeout(resolve, 30));
    socket.end();
    await once(socket.resume(), 'close');
    expect(simulator.counts.requests).toBe(before);
    await expectAlive();
  });

  test('whose body is longer than they said get an error, and what is left is not taken for a request', async () => {
    const answer = await raw(head(20) + chat());
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.match(/HTTP\/1\.1 (?!400)/g)).toBeNull();
  });

  test.each([
    ['two lengths', `content-length: 7\r\n`],
    ['a length and chunks', 'transfer-encoding: chunked\r\n'],
  ])('with %s are refused', async (_, more) => {
    const before = simulator.counts.requests;
    const answer = await raw(head(chat().length, more) + chat());
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(bodyOf(answer)).toMatchObject(told);
    expect(simulator.counts.requests).toBe(before);
  });

  test('with a length that is no number are refused', async () => {
    expect(await raw(head('many') + chat())).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('who do not speak HTTP are told so', async () => {
    const answer = await raw('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(bodyOf(answer)).toMatchObject(told);
  });

  test('with a huge header are refused', async () => {
    const answer = await raw(head(2, `x-huge: ${'x'.repeat(100_000)}\r\n`));
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(bodyOf(answer)).toMatchObject(told);
  });

  test('whose body is no UTF-8 are told so, in their format', async () => {
    const body = Buffer.concat([
      Buffer.from('{"model":"simulator:any","messages":["'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"]}'),
    ]);
    const reply = await fetch(`http://127.0.0.1:${port}/v1/messages`, {
      method: 'POST',
      headers: bearer,
      body,
    });
    expect(reply.status).toBe(400);
    const message = expect.stringContaining('UTF-8');
    expect(await reply.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message },
    });
  });

  test('use a connection again after an error', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const post = async (body: string) => {
      const sent = httpRequest({
        port,
        host: '127.0.0.1',
        path: '/v1/chat/completions',
        method: 'POST',
        headers: bearer,
        agent,
      });
      sent.end(body);
      const [reply] = await once(sent, 'response');
      return { status: reply.statusCode, text: await readText(reply), from: sent.socket?.localPort };
    };
    const answers: { readonly status: unknown; readonly from: unknown }[] = [];
    for (const body of ['{', chat(), chat('[[fault: 529]]'), '[]', chat()]) answers.push(await post(body));
    expect(answers.map(({ status }) => status)).toEqual([400, 200, 529, 400, 200]);
    expect(new Set(answers.map(({ from }) => from)).size).toBe(1);
    expect((await post('x'.repeat(200_000))).status).toBe(413);
    expect(await post(chat())).toMatchObject({ status: 200 });
    agent.destroy();
  });

  test('a thousand who only hold a connection keep nobody else waiting', async () => {
    const idle = Array.from({ length: 1000 }, () => connect(port, '127.0.0.1'));
    for (const socket of idle) socket.on('error', () => {});
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    await expectAlive();
    const closing = idle.map((socket) => (socket.closed ? undefined : once(socket.resume(), 'close')));
    // Nobody has asked anything, so that the limit for headers ends them all.
    await Promise.all(closing);
    const count = () =>
      new Promise<number>((resolve) => app.server.getConnections((_, open) => resolve(open)));
    await expect.poll(count).toBeLessThan(50);
  });

  test.each([
    'GET',
    'HEAD',
    'OPTIONS',
    'PUT',
    'DELETE',
    'PATCH',
  ])('who ask by %s are told what the path takes', async (method) => {
    for (const [path, shape] of [
      ['/v1/chat/completions', told],
      ['/v1/messages', { type: 'error', error: { type: 'not_found_error' } }],
      ['/v1beta/models/any:generateContent', { error: { status: 'NOT_FOUND' } }],
    ] as const) {
      const reply = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers: bearer });
      expect(reply.status).toBe(404);
      if (path.startsWith('/v1beta') && method !== 'PUT') continue;
      expect(reply.headers.get('allow')).toBe('POST');
      if (method === 'HEAD') continue;
      const body = await reply.text();
      expect(JSON.parse(body)).toMatchObject(shape);
      expect(body).toContain(`${method} at ${path}; it takes POST`);
    }
  });
});

const ok = 'HTTP/1.1 200 OK\r\n';
const whole =
  (body: string, type = 'application/json') =>
  (socket: Socket) =>
    socket.end(
      `${ok}content-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );

/** Megabytes without an end; those that nobody reads are not sent. */
const flood = (headers: string, filler: string) => (socket: Socket) => {
  const piece = filler.repeat(Math.ceil(65_536 / filler.length));
  let left = 100 * 1024 * 1024;
  socket.write(`${ok}${headers}connection: close\r\n\r\n`);
  const pour = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= piece.length;
      if (!socket.write(piece)) {
        socket.once('drain', pour);
        return;
      }
    }
    socket.end();
  };
  pour();
};

const providerFaults: readonly { does: string; misbehave: (socket: Socket) => void }[] = [
  { does: 'answers garbage', misbehave: (socket) => socket.end('\x00\x01 what?\r\n\r\n') },
  { does: 'answers with a page', misbehave: whole('<html><body>Welcome!</body></html>', 'text/html') },
  { does: 'answers with JSON of its own', misbehave: whole('{"hello":1}') },
  { does: 'answers with half a JSON', misbehave: whole('{"choices":[{"message":') },
  { does: 'answers with bytes that are no text', misbehave: whole('\xff\xfe\x00\x80'.repeat(50)) },
  { does: 'answers with nothing', misbehave: whole('') },
  {
    does: 'lies about its length',
    misbehave: (socket) => socket.end(`${ok}content-length: 500\r\n\r\n{"a":1}`),
  },
  {
    does: 'lies about its packing',
    misbehave: (socket) => socket.end(`${ok}content-encoding: gzip\r\ncontent-length: 7\r\n\r\n{"a":1}`),
  },
  {
    does: 'redirects',
    misbehave: (socket) =>
      socket.end('HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n'),
  },
  { does: 'resets', misbehave: (socket) => socket.resetAndDestroy() },
  { does: 'stalls', misbehave: () => {} },
  { does: 'stalls in its headers', misbehave: (socket) => socket.write(`${ok}x-a: 1\r\n`) },
  { does: 'stalls in its body', misbehave: (socket) => socket.write(`${ok}content-length: 500\r\n\r\n{`) },
  { does: 'sends 100 MB', misbehave: flood('content-type: application/json\r\n', ' ') },
  { does: 'sends 100 MB in one line', misbehave: flood('content-type: text/event-stream\r\n', 'data: x') },
];

const callers = [
  { caller: 'OpenAI', path: '/v1/chat/completions', shape: told },
  {
    caller: 'Anthropic',
    path: '/v1/messages',
    shape: { type: 'error', error: { type: expect.any(String) } },
  },
];
/** Once for each way of reading is enough of so much. */
const isNeeded = ({ does, caller, stream }: { does: string; caller: string; stream: boolean }): boolean =>
  !does.includes('100 MB') || (caller === 'OpenAI' && stream === does.includes('line'));
const cases = providerFaults
  .flatMap((fault, index) =>
    callers.flatMap((caller) =>
      ['same', 'foreign'].flatMap((target) =>
        [false, true].map((stream) => ({ ...fault, ...caller, index, target, stream })),
      ),
    ),
  )
  .filter(isNeeded);

describe.concurrent.each(cases)('a provider that $does, $target, stream $stream', ({
  path,
  shape,
  target,
  stream,
  index,
  caller,
}) => {
  test(`is told to a caller of ${caller}`, async () => {
    const asked = JSON.parse(chat('Hi.', `${target}:fault-${index}`)) as object;
    const body = JSON.stringify({ ...asked, stream, max_tokens: 50 });
    const reply = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers: bearer, body });
    const text = await reply.text();
    expect(reply.status).toBeGreaterThanOrEqual(500);
    expect(JSON.parse(text)).toMatchObject(shape);
    const seen = text + JSON.stringify([...reply.headers]);
    expect(seen).not.toContain(providerKey);
    expect(seen).not.toContain(testKey);
  });
});

test('nothing of all this was kept or logged with a key in it, and nothing is left open', async () => {
  await expectAlive();
  await expect.poll(() => openAtProvider.size).toBe(0);
  await expect.poll(() => records.length).toBeGreaterThan(cases.length);
  const kept = JSON.stringify(records) + lines.join('');
  expect(kept).not.toContain(providerKey);
  expect(kept).not.toContain(testKey);
  expect(records.filter(({ outcome }) => outcome === 'failed').length).toBeGreaterThanOrEqual(cases.length);
});
