// Which connections go through a proxy, and what happens on the way through a real one; certificates on the way as well.
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import type { KeelsonError } from '@keelson/core';
import { afterEach, describe, expect, test } from 'vitest';
import { createAuthority } from '../../__fixtures__/index.ts';
import { Secret } from '../../secrets/index.ts';
import { chat, chatRequest } from '../__fixtures__/ask.ts';
import { createProvider, type ProviderConfig, providerForms } from '../index.ts';
import { chooseProxy } from './index.ts';

const proxyUrl = 'http://proxy.test:3128';
const chosen = (origin: string, noProxy = ''): string | undefined =>
  chooseProxy(origin, { httpsProxy: new Secret(proxyUrl), noProxy })?.origin;

describe('which', () => {
  test('by scheme', () => {
    expect(chosen('https://api.openai.com')).toBe(proxyUrl);
    expect(chosen('http://models.lan')).toBeUndefined();
    expect(chooseProxy('http://models.lan', { httpProxy: new Secret('proxy:80') })?.host).toBe('proxy');
    expect(chooseProxy('https://a.test', undefined)).toBeUndefined();
    expect(chooseProxy('https://a.test', { httpsProxy: new Secret(' ') })).toBeUndefined();
  });

  test.each([
    ['https://a.test', '*'],
    ['https://a.test', 'a.test'],
    ['https://A.Test', 'b, a.TEST'],
    ['https://api.a.test', 'a.test'],
    ['https://api.a.test', '.a.test'],
    ['https://api.a.test', '*.a.test'],
    ['https://a.test:8443', 'a.test:8443'],
    ['https://a.test', 'a.test:443'],
    ['https://10.1.2.3', '10.0.0.0/8'],
    ['https://10.1.2.3', '10.1.2.3'],
    ['https://[2001:db8::1]', '2001:db8::1'],
    ['https://[2001:db8::1]', '2001:db8::/32'],
    ['https://localhost:8443', ''],
    ['https://127.0.0.1:8443', ''],
    ['https://[::1]:8443', ''],
  ])('%s is reached directly with NO_PROXY=%s', (origin, noProxy) => {
    expect(chosen(origin, noProxy)).toBeUndefined();
  });

  test.each([
    ['https://ba.test', 'a.test'],
    ['https://a.test', 'a.test:8443'],
    ['https://a.test.evil', 'a.test'],
    ['https://11.1.2.3', '10.0.0.0/8'],
    ['https://a.test', '10.0.0.0/8, , ,'],
    ['https://a.test', '0.0.0.0/99, x/y'],
    ['https://a.test', '.'],
  ])('%s is not with NO_PROXY=%s', (origin, noProxy) => {
    expect(chosen(origin, noProxy)).toBe(proxyUrl);
  });

  test.each([
    'socks5://user:canary-pass@proxy:1080',
    'ftp://canary-pass',
    'http://',
    'http://canary pass',
  ])('%s is refused, and not repeated', (text) => {
    const form = providerForms.get('openai')!;
    const make = () =>
      createProvider({ name: 'o', form, key: new Secret('k'), proxies: { httpsProxy: new Secret(text) } });
    expect(make).toThrow('The proxy is set to something that is no address');
    expect(make).not.toThrow('canary');
  });
});

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    if ('closeAllConnections' in server)
      (server as unknown as { closeAllConnections(): void }).closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const answer = '{"choices":[{"message":{"role":"assistant","content":"here"},"finish_reason":"stop"}]}';
const authority = createAuthority('An authority of a test');
const stranger = createAuthority('Another authority');

async function vendor(
  wantsCertificate = false,
  name = 'localhost',
): Promise<{ port: number; callers: string[] }> {
  const { certificate: cert, key } = authority.issue(name);
  const callers: string[] = [];
  const tls = {
    cert,
    key,
    requestCert: wantsCertificate,
    rejectUnauthorized: wantsCertificate,
    ca: authority.certificate,
  };
  const server = createHttpsServer(tls, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    callers.push(String(subject?.CN ?? 'nobody'));
    response.end(answer);
  });
  return { port: await listen(server), callers };
}

/** Leads every connection to the one port, whatever its name. */
async function startProxy(port: number, password?: string): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const proxy = createHttpServer();
  proxy.on('connect', (request: IncomingMessage, socket, head) => {
    asked.push(request.url ?? '');
    const expected = `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;
    if (password !== undefined && request.headers['proxy-authorization'] !== expected) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const through = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      through.write(head);
      through.pipe(socket).pipe(through);
    });
    for (const end of [socket, through]) end.on('error', () => undefined);
    closers.push(() => through.destroy());
  });
  return { port: await listen(proxy), asked };
}

const form = providerForms.get('openai-compatible')!;

async function ask(address: string, more: Partial<ProviderConfig>): Promise<string> {
  const provider = createProvider({ name: 'host', form, address, ...more });
  try {
    const message = await chat(provider, form.chat[0]!, chatRequest('x'));
    return message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  } finally {
    await provider.close();
  }
}

const failure = async (asked: Promise<unknown>): Promise<KeelsonError> =>
  (await asked.then(
    () => new Error('It did not fail.'),
    (cause: unknown) => cause,
  )) as KeelsonError;

const trusted = { connection: { certificateAuthorities: authority.certificate } };

describe('certificates', () => {
  test('an authority that was handed in is trusted, beside those that always are', async () => {
    const { port } = await vendor();
    expect(await ask(`https://localhost:${port}`, trusted)).toBe('here');
  });

  test.each([
    ['without it', {}],
    ['with another', { connection: { certificateAuthorities: stranger.certificate } }],
  ])('%s nothing is sent', async (_, more) => {
    const { port, callers } = await vendor();
    const error = await failure(ask(`https://localhost:${port}`, more));
    expect(error).toMatchObject({
      code: 'provider_unavailable',
      message: expect.stringContaining('not trusted here'),
    });
    expect(callers).toEqual([]);
  });

  test('a name that the certificate does not have is not trusted', async () => {
    const { port } = await vendor();
    const lookup = (_: string, options: { all?: boolean }, callback: (...found: never[]) => void): void => {
      const found =
        options.all === true ? [null, [{ address: '127.0.0.1', family: 4 }]] : [null, '127.0.0.1', 4];
      callback(...(found as never[]));
    };
    const connection = { ...trusted.connection, lookup: lookup as never };
    const error = await failure(ask(`https://other.test:${port}`, { connection }));
    expect(error.message).toContain('not trusted here');
  });

  test('a host that wants to know who calls is shown our certificate', async () => {
    const { port, callers } = await vendor(true);
    const { certificate, key } = authority.issue('us');
    const connection = { ...trusted.connection, clientCertificate: { certificate, key: new Secret(key) } };
    expect(await ask(`https://localhost:${port}`, { connection })).toBe('here');
    expect(callers).toEqual(['us']);
    expect((await failure(ask(`https://localhost:${port}`, trusted))).code).toBe('provider_unavailable');
  });
});

describe('the way through', () => {
  const through = (port: number, user = ''): Partial<ProviderConfig> => ({
    ...trusted,
    proxies: { httpsProxy: new Secret(`http://${user}127.0.0.1:${port}`) },
  });
  // This machine is never asked through a proxy, so the vendor has a name that only the proxy knows.
  const lookup = 'https://vendor.test';

  test('a tunnel is asked for, and used again', async () => {
    const { port, callers } = await vendor(false, 'vendor.test');
    const proxy = await startProxy(port, 'p@ss');
    const provider = createProvider({
      name: 'host',
      form,
      address: lookup,
      ...through(proxy.port, 'user:p%40ss@'),
    });
    for (let index = 0; index < 3; index += 1) {
      await chat(provider, form.chat[0]!, chatRequest('x'));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await provider.close();
    expect(callers).toHaveLength(3);
    // A socket is free shortly after its answer was heard, so a busy machine may open a second.
    expect(proxy.asked.length).toBeLessThan(3);
    expect(new Set(proxy.asked)).toEqual(new Set(['vendor.test:443']));
  });

  test('a tunnel is asked for, and the vendor’s own certificate is checked', async () => {
    const { port } = await vendor();
    const proxy = await startProxy(port);
    const error = await failure(ask(lookup, through(proxy.port)));
    expect(proxy.asked).toEqual(['vendor.test:443']);
    expect(error.message).toContain('not trusted here');
    expect(error.message).toContain(`through the proxy http://127.0.0.1:${proxy.port}`);
  });

  test('user and password are for the proxy alone; wrong ones are told without them', async () => {
    const { port, callers } = await vendor();
    const proxy = await startProxy(port, 'pass');
    const refused = await failure(ask(lookup, through(proxy.port, 'user:canary-wrong@')));
    expect(refused).toMatchObject({
      code: 'provider_unavailable',
      message: expect.stringContaining('refuses to connect'),
    });
    expect(inspect(refused, { depth: 20 })).not.toContain('canary-wrong');
    const passed = await failure(ask(lookup, through(proxy.port, 'user:pass@')));
    expect(passed.message).toContain('not trusted here');
    expect(callers).toEqual([]);
  });

  test('a name that is exempt is asked directly', async () => {
    const { port } = await vendor();
    const proxy = await startProxy(port);
    const proxies = { ...through(proxy.port).proxies, noProxy: 'vendor.test' };
    const error = await failure(ask(lookup, { ...trusted, proxies }));
    expect(error.message).not.toContain('proxy');
    expect(proxy.asked).toEqual([]);
  });

  test('a proxy that is not there, and one that says nothing', async () => {
    const gone = await failure(ask(lookup, through(1)));
    expect(gone.message).toContain('through the proxy http://127.0.0.1:1) refuses connections');
    const silent = createHttpServer().on('connect', () => undefined);
    const port = await listen(silent);
    const late = await failure(ask(lookup, { ...through(port), timeouts: { connectMs: 100 } }));
    expect(late.code).toBe('provider_timeout');
  });

  test('plain http is handed to the proxy whole', async () => {
    const seen: string[] = [];
    const proxy = createHttpServer((request, response) => {
      seen.push(request.url ?? '');
      response.end(answer);
    });
    const port = await listen(proxy);
    const proxies = { httpProxy: new Secret(`http://127.0.0.1:${port}`) };
    expect(await ask('http://models.test/v1', { proxies })).toBe('here');
    expect(seen).toEqual(['http://models.test/v1/chat/completions']);
  });

  test('a proxy at an address of metadata is refused', async () => {
    const form = providerForms.get('openai')!;
    const proxies = { httpsProxy: new Secret('http://169.254.169.254') };
    expect(() => createProvider({ name: 'o', form, key: new Secret('k'), proxies })).toThrow('metadata');
  });
});
