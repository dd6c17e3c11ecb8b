// Requests of blocks over real sockets: what each end of one proves, what hostile hosts can do, and where none may go.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { retry } from '@keelson/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../secrets/index.ts';
import { failed, testEnvironment } from '../__fixtures__/index.ts';
import { createHttpSender, type HttpSenderSettings, http, runBlock } from '../index.ts';

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

const seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
const ways = new Map<string, Answering>();
const endless: Answering = (_, response) => {
  const write = (): void => {
    while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
  };
  response.on('drain', write);
  write();
};
ways.set('/status', (request, response) => {
  const [, status, ...header] = (request.url ?? '').split('?')[1]?.split('=') ?? [];
  const [name, value = ''] = decodeURIComponent(header.join('=')).split(': ');
  response.writeHead(Number(status), name ? { [name]: value } : {}).end('{"no":1}');
});
ways.set('/echo', (_, response) => response.end(JSON.stringify(seen.at(-1))));
ways.set('/huge', (_, response) => response.end('x'.repeat(1_000_001)));
ways.set('/endless', endless);
ways.set('/endless-error', (request, response) => endless(request, response.writeHead(500)));
ways.set('/never', () => {});
ways.set('/half', (_, response) => response.writeHead(200, { 'content-length': '100' }).write('half'));
ways.set('/reset', (request) => request.socket.resetAndDestroy());
ways.set('/cut', (request, response) => {
  response.writeHead(200, { 'content-length': '100' }).write('half', () => request.socket.destroy());
});
ways.set('/garbage', (request) => request.socket.end('\u0000\u0001 this is no HTTP\r\n\r\n'));
ways.set('/bytes', (_, response) => response.end(Buffer.from([0xff, 0xfe, 0x00, 0x80])));
ways.set('/redirect', (request, response) => {
  const [, to = ''] = (request.url ?? '').split('to=');
  response.writeHead(302, { location: decodeURIComponent(to) }).end('elsewhere');
});

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (bytes) => {
    body += String(bytes);
  });
  request.on('end', () => {
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, headers, body });
    ways.get(url.split('?')[0] as string)?.(request, response);
  });
});
const portOf = (of: Server): number => (of.address() as AddressInfo).port;
const listen = (of: Server): Promise<void> => new Promise((resolve) => of.listen(0, '127.0.0.1', resolve));
let host = '';
beforeAll(async () => {
  await listen(server);
  host = `127.0.0.1:${portOf(server)}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (
  url: string,
  settings: HttpSenderSettings = {},
  more: { method?: 'GET' | 'POST' | 'HEAD' | 'PATCH'; headers?: Record<string, string>; body?: string } = {},
  signal = new AbortController().signal,
) =>
  createHttpSender({ allowedHosts: [host], ...settings })({
    method: 'GET',
    headers: {},
    signal,
    ...more,
    url,
  });
const at = (path: string): string => `http://${host}${path}`;

describe('requests that are answered', () => {
  it('carry what the block says, and bring the answer back', async () => {
    const body = '{"id":"7"}';
    const answer = await ask(at('/echo?a=1'), {}, { method: 'PATCH', headers: { 'X-Key': 'k' }, body });
    expect(answer).toMatchObject({ outcome: 'answered', status: 200 });
    const echoed = JSON.parse('text' in answer ? answer.text : '');
    expect(echoed).toMatchObject({
      method: 'PATCH',
      url: '/echo?a=1',
      headers: { 'x-key': 'k', host },
      body,
    });
    expect(await ask(at('/echo'), {}, { method: 'HEAD' })).toEqual({
      outcome: 'answered',
      status: 200,
      text: '',
    });
    expect(await ask(at('/status?s=204'))).toEqual({ outcome: 'answered', status: 204, text: '' });
    expect(await ask(at('/bytes'))).toMatchObject({ outcome: 'answered', text: '\ufffd\ufffd\0\ufffd' });
  });

  it.each([
    ['400', 'refused'],
    ['401', 'refused'],
    ['404', 'refused'],
    ['413', 'refused'],
    ['422', 'refused'],
    ['408', 'failed'],
    ['409', 'failed'],
    ['418', 'failed'],
    ['500', 'failed'],
    ['503', 'failed'],
    ['304', 'failed'],
  ])('with %s are %s', async (status, outcome) => {
    expect(await ask(at(`/status?s=${status}`))).toEqual({ outcome, status: Number(status) });
  });

  it('tell how long a host wants to be left alone, in seconds and by a date', async () => {
    const clock = { now: () => Date.UTC(2026, 0, 1) };
    const limited = (header: string) => ask(at(`/status?s=429=${encodeURIComponent(header)}`), { clock });
    expect(await limited('retry-after: 3')).toEqual({
      outcome: 'rate_limited',
      status: 429,
      retryAfterMs: 3000,
    });
    expect(await limited('retry-after: Thu, 01 Jan 2026 00:00:20 GMT')).toMatchObject({
      retryAfterMs: 20_000,
    });
    expect(await limited('retry-after: soon')).toEqual({ outcome: 'rate_limited', status: 429 });
    expect(await ask(at('/status?s=503=retry-after: 2'), { clock })).toMatchObject({
      outcome: 'failed',
      retryAfterMs: 2000,
    });
  });
});

describe('requests without a whole answer', () => {
  it.each([
    ['/huge', 'too_large'],
    ['/endless', 'too_large'],
    ['/never', 'too_slow'],
    ['/half', 'too_slow'],
    ['/reset', 'connection_lost'],
    ['/cut', 'connection_lost'],
    ['/garbage', 'no_http'],
  ])('may have done something: %s', async (path, why) => {
    // Short only where waiting is what is tried, so that a busy machine changes nothing.
    const timeouts = why === 'too_slow' ? { firstByteMs: 500, betweenChunksMs: 500 } : {};
    const bounds = { maxAnswerBytes: 1_000_000, timeouts };
    expect(await ask(at(path), bounds, { method: 'POST' })).toEqual({ outcome: 'interrupted', why });
  });

  it('end at a time of their own, whatever trickles in', async () => {
    const trickle: NodeJS.Timeout[] = [];
    ways.set('/trickle', (_, response) => {
      trickle.push(setInterval(() => response.write('x'), 10));
    });
    expect(await ask(at('/trickle'), { timeouts: { totalMs: 1000 } })).toEqual({
      outcome: 'interrupted',
      why: 'too_slow',
    });
    for (const timer of trickle) clearInterval(timer);
  });

  it('need no more than the beginning of a failure', async () => {
    expect(await ask(at('/endless-error'))).toEqual({ outcome: 'failed', status: 500 });
  });

  it('are ended by whoever ends the block, on both sides', async () => {
    const ending = new AbortController();
    const isGone = new Promise<void>((resolve) => {
      ways.set('/wait', (request) => {
        request.socket.on('close', () => resolve());
        ending.abort();
      });
    });
    expect(await ask(at('/wait'), {}, {}, ending.signal)).toEqual({ outcome: 'interrupted', why: 'ended' });
    await isGone;
    expect(await ask(at('/echo'), {}, {}, ending.signal)).toEqual({ outcome: 'unreachable', why: 'ended' });
  });
});

describe('hosts that cannot be reached', () => {
  it('have done nothing: nobody listens, nobody knows the name, or TLS is not what it says', async () => {
    const closed = createServer();
    await listen(closed);
    const port = portOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    expect(await ask(`http://127.0.0.1:${port}/`, { allowedHosts: ['127.0.0.1'] })).toEqual({
      outcome: 'unreachable',
      why: 'connection_refused',
    });
    const lookup: LookupFunction = (name, _, callback) =>
      callback(Object.assign(new Error(name), { code: 'ENOTFOUND' }), '', 0);
    expect(await ask('https://shop.example.com/', { lookup })).toEqual({
      outcome: 'unreachable',
      why: 'name_unknown',
    });
    expect(await ask(`https://${host}/`)).toEqual({ outcome: 'unreachable', why: 'tls' });
  });
});

describe('addresses inside the network', () => {
  const denied = { outcome: 'denied', why: 'inside_address' };
  const meaning =
    (...addresses: string[]): LookupFunction =>
    (_, __, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );

  it.each([
    'http://127.0.0.1/',
    'http://localhost:8080/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0.0.0.0/',
    'http://0.1.2.3/',
    'http://10.1.2.3/',
    'http://172.31.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://metadata.google.internal/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[64:ff9b::10.0.0.1]/',
    'http://[2002:a00:1::]/',
    'http://[fe80::1]/',
    'http://[fd12::1]/',
    'http://[ff02::1]/',
    'http://intranet/',
    'http://db.internal:5432/',
    'https://printer.local./',
  ])('%s is refused as it stands', async (url) => {
    expect(await ask(url)).toEqual(denied);
  });

  it.each([
    ['127.0.0.1'],
    ['10.0.0.7'],
    ['::ffff:192.168.0.1'],
    ['64:ff9b::a00:1'],
    ['169.254.169.254'],
    ['93.184.216.34', '127.0.0.1'],
  ])('a name that means %s %s is refused', async (...meant) => {
    const before = seen.length;
    const url = `http://shop.example.com:${portOf(server)}/echo`;
    expect(await ask(url, { lookup: meaning(...meant) })).toEqual(denied);
    expect(seen).toHaveLength(before);
  });

  it('are asked where the operator allows them: that host, that port, and metadata services never', async () => {
    const lookup = meaning('127.0.0.1');
    const port = portOf(server);
    const url = `http://shop.internal:${port}/status?s=200`;
    const answered = { outcome: 'answered' };
    expect(await ask(url, { lookup, allowedHosts: ['Shop.Internal'] })).toMatchObject(answered);
    expect(await ask(url, { lookup, allowedHosts: [`shop.internal:${port}`] })).toMatchObject(answered);
    expect(await ask(url, { lookup, allowedHosts: ['shop.internal:1'] })).toEqual(denied);
    expect(await ask(url, { lookup, allowedHosts: ['internal', 'x.shop.internal'] })).toEqual(denied);
    const allowedHosts = ['169.254.169.254', 'shop.internal'];
    expect(await ask('http://169.254.169.254/', { allowedHosts })).toEqual(denied);
    expect(await ask(url, { allowedHosts, lookup: meaning('169.254.169.254') })).toEqual(denied);
  });

  it.each([
    '',
    'a/b',
    'http://a',
    '*.a',
    'a:b',
    'u@a',
    'a b',
  ])('are not allowed by `%s`, which is no host', (entry) => {
    expect(() => createHttpSender({ allowedHosts: [entry] })).toThrow(/is no host/);
  });

  it('are not reached by a redirect, which nobody follows', async () => {
    const before = seen.length;
    for (const to of [at('/echo'), 'http://169.254.169.254/', '/echo'])
      expect(await ask(at(`/redirect?to=${encodeURIComponent(to)}`))).toEqual({
        outcome: 'failed',
        status: 302,
      });
    expect(seen.slice(before).map(({ url }) => url.split('?')[0])).toEqual(Array(3).fill('/redirect'));
  });

  it('are not reached through a proxy either, as far as their names are known here', async () => {
    const passed: string[] = [];
    const proxy = createServer(({ url = '' }, response) => {
      passed.push(url);
      response.end('"by the proxy"');
    });
    await listen(proxy);
    const settings = { proxy: { httpProxy: new Secret(`http://127.0.0.1:${portOf(proxy)}`) } };
    const unknown: LookupFunction = (name, options, callback) =>
      name === 'shop.example.com'
        ? callback(Object.assign(new Error(name), { code: 'ENOTFOUND' }), '', 0)
        : meaning('127.0.0.1')(name, options, callback);
    const url = 'http://shop.example.com/status?s=200';
    expect(await ask(url, { ...settings, lookup: unknown })).toMatchObject({ outcome: 'answered' });
    expect(passed).toEqual([url]);
    expect(await ask(url, { ...settings, lookup: meaning('10.0.0.1') })).toEqual(denied);
    expect(await ask('http://10.0.0.1/', settings)).toEqual(denied);
    expect(passed).toHaveLength(1);
    proxy.close();
  });
});

describe('blocks', () => {
  const environment = () => testEnvironment({ sendHttp: createHttpSender({ allowedHosts: [host] }) });

  it('know of each end what it proves, and repeat a payment only where nothing can have happened', async () => {
    const pay = (url: string) =>
      http('pay', { method: 'POST', request: () => ({ url, body: { id: '7' } }) }).recover(
        retry({ maxAttempts: 2, delayMs: 1 }),
      );
    const count = async (url: string): Promise<[number, string]> => {
      const before = seen.length;
      const { reason } = failed(await runBlock(pay(url), {}, { environment: environment() }));
      return [seen.length - before, reason];
    };
    expect(await count(at('/status?s=404'))).toEqual([2, 'http_refused']);
    expect(await count(at('/reset'))).toEqual([1, 'unsafe_to_retry']);
    expect(await count(at('/redirect?to=/echo'))).toEqual([1, 'unsafe_to_retry']);
  });

  it('say that an address is not allowed, and nothing of what is secret in it', async () => {
    const get = (url: string) => http('get', { method: 'GET', request: () => ({ url }) });
    const told = async (url: string) => failed(await runBlock(get(url), {}, { environment: environment() }));
    expect(await told('http://10.0.0.1/admin')).toMatchObject({
      reason: 'http_denied',
      errorType: 'denied',
      effect: 'not_started',
      details: { host: '10.0.0.1', why: 'inside_address' },
    });
    const withPassword = await told(`http://user:hunter2@${host}/echo?token=t0ken`);
    expect(withPassword).toMatchObject({ reason: 'invalid_payload', effect: 'not_started' });
    const failure = await told(at('/reset?token=t0ken'));
    expect(JSON.stringify([withPassword, failure])).not.toMatch(/hunter2|t0ken/);
    expect(await told('ftp://example.com/')).toMatchObject({ reason: 'invalid_payload' });
  });

  it.each([
    ['host', 'other.example.com'],
    ['Transfer-Encoding', 'chunked'],
    ['content-length', '1'],
    ['x-a', 'a\r\nx-b: b'],
    ['x a', 'b'],
  ])('cannot say how a request is framed or whom it is for: %s', async (name, value) => {
    const before = seen.length;
    const odd = http('odd', {
      method: 'GET',
      request: () => ({ url: at('/echo'), headers: { [name]: value } }),
    });
    expect(failed(await runBlock(odd, {}, { environment: environment() }))).toMatchObject({
      reason: 'invalid_payload',
      effect: 'not_started',
    });
    expect(seen).toHaveLength(before);
  });
});
