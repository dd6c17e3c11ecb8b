// What whoever runs the server asks of it and sets: health, metrics, web pages that may call, wrong keys, a tail of calls.
import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { openStorage, silentLog, systemClock } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createTestApp, startLoad, startProcess, testKey } from './__fixtures__/index.ts';
import { collectOwnMetrics } from './admin/index.ts';
import type { AppOptions } from './app.ts';
import { createAuthFailures, createRefusalNote, hashKey } from './auth/index.ts';
import { createReadiness, noProxies } from './http/index.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
});
afterAll(() => simulator.close());

const opened: FastifyInstance[] = [];
const requests: ClientRequest[] = [];
afterEach(async () => {
  for (const each of requests.splice(0)) each.destroy();
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

function open(options: Parameters<typeof createTestApp>[3] = () => ({})): FastifyInstance {
  const app = createTestApp(simulator.url, { metrics: true }, {}, options);
  opened.push(app);
  return app;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const chat = (more: object = {}) => ({
  method: 'POST' as const,
  url: '/v1/chat/completions',
  headers: bearer(testKey),
  payload: { model: 'simulator:m', messages: [{ role: 'user', content: 'Hello.' }], ...more },
});

const secure = {
  'content-security-policy': expect.stringContaining("default-src 'none'"),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

function readinessOf(ping: () => Promise<void>, times = { withinMs: 50, keptMs: 0 }) {
  const circuits = () => ({ open: 2, half_open: 0 });
  const parts = { clock: systemClock, log: silentLog, ping, circuits, waiting: () => 0, ...times };
  return createReadiness(parts);
}

test('whoever is up is alive, and ready once the database answers, whatever providers do', async () => {
  const app = open(() => ({ readiness: readinessOf(async () => {}) }));
  const live = await app.inject('/health/live');
  expect([live.statusCode, live.json()]).toEqual([200, { status: 'ok' }]);
  const ready = await app.inject('/health/ready');
  expect([ready.statusCode, ready.json()]).toMatchObject([
    200,
    { status: 'ready', checks: { storage: { status: 'ok' }, circuits: { open: 2 } } },
  ]);
  expect(ready.headers).toMatchObject(secure);
});

test('a database that fails, or says nothing, makes it unready but not dead, and is asked once at a time', async () => {
  const storage = await openStorage(
    { kind: 'sqlite', path: ':memory:' },
    { clock: systemClock, log: silentLog },
  );
  await storage.close();
  let asked = 0;
  const silent = (): Promise<void> => {
    asked += 1;
    return new Promise(() => {});
  };
  for (const ping of [() => storage.ping(), silent]) {
    const app = open(() => ({ readiness: readinessOf(ping) }));
    const replies = await Promise.all([1, 2, 3].map(() => app.inject('/health/ready')));
    for (const reply of replies) {
      expect(reply.statusCode).toBe(503);
      expect(reply.json()).toMatchObject({ status: 'not_ready', checks: { storage: { status: 'failing' } } });
    }
    expect((await app.inject('/health/live')).statusCode).toBe(200);
  }
  expect(asked).toBe(1);
});

function withMetrics(keySha256: string | undefined): Parameters<typeof createTestApp>[3] {
  return (engine) => ({
    metrics: {
      keySha256: () => keySha256,
      collect: async () => ({ processes: [await collectOwnMetrics(engine, '0')], answered: 1, missing: 0 }),
    },
  });
}

test('metrics are read with their key only, and count what was called', async () => {
  const app = open(withMetrics(hashKey('for-metrics')));
  expect((await app.inject(chat())).statusCode).toBe(200);
  for (const headers of [{}, bearer(testKey), bearer('')]) {
    const refused = await app.inject({ url: '/metrics', headers });
    expect(refused.statusCode).toBe(401);
    expect(refused.body).not.toContain('keelson_');
  }
  const read = await app.inject({ url: '/metrics', headers: bearer('for-metrics') });
  expect(read.statusCode).toBe(200);
  expect(read.headers).toMatchObject({ ...secure, 'content-type': expect.stringContaining('version=0.0.4') });
  expect(read.body).toMatch(/^keelson_requests_total\{endpoint="chat",provider="simulator",.*\} 1$/m);
  expect(read.body).toContain('keelson_in_flight_requests{provider="simulator"} 0');
  expect(read.body).toContain('keelson_workers{state="answered"} 1');
  expect(read.body).toMatch(/^process_resident_memory_bytes\{worker="0"\} \d+/m);
});

test('metrics that are open want no key, and those that are off are not there', async () => {
  expect((await open(withMetrics(undefined)).inject('/metrics')).statusCode).toBe(200);
  expect((await open().inject('/metrics')).statusCode).toBe(404);
});

test('pages that are listed may call, with whatever headers their library sends', async () => {
  const app = open(() => ({ corsOrigins: () => ['https://app.example'] }));
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: '/v1/messages',
    headers: {
      origin: 'https://app.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-api-key,anthropic-version,x-stainless-lang,x-keelson-tags',
    },
  });
  expect(preflight.statusCode).toBe(204);
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': 'https://app.example',
    'access-control-allow-methods': expect.stringContaining('POST'),
    'access-control-allow-headers': 'x-api-key,anthropic-version,x-stainless-lang,x-keelson-tags',
    vary: 'origin, access-control-request-headers',
  });
  expect(preflight.headers).not.toHaveProperty('access-control-allow-credentials');
  for (const asked of [chat(), chat({ stream: true }), { ...chat(), headers: bearer('wrong') }]) {
    const reply = await app.inject({
      ...asked,
      headers: { ...asked.headers, origin: 'https://app.example' },
    });
    expect(reply.headers['access-control-allow-origin']).toBe('https://app.example');
    expect(reply.headers['access-control-expose-headers']).toContain('x-keelson-call-id');
    expect(reply.headers.vary).toBe('origin');
  }
});

test('other pages, and all without a list, are allowed nothing', async () => {
  const preflight = (origin: string) => ({
    method: 'OPTIONS' as const,
    url: '/v1/chat/completions',
    headers: { origin, 'access-control-request-method': 'POST' },
  });
  const origins = ['https://evil.example', 'https://app.example.evil.example', 'null'];
  const listing = open(() => ({ corsOrigins: () => ['https://app.example'] }));
  for (const origin of origins) {
    const reply = await listing.inject(preflight(origin));
    expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
  const silent = await open().inject({
    ...chat(),
    headers: { ...bearer(testKey), origin: 'https://app.example' },
  });
  expect(Object.keys(silent.headers).filter((name) => /^access-control|vary/.test(name))).toEqual([]);
  const everybody = await open(() => ({ corsOrigins: () => ['*'] })).inject(preflight('https://any.example'));
  expect(everybody.headers['access-control-allow-origin']).toBe('*');
});

test('too many wrong keys are told to wait in the format of the path; a good key never is', async () => {
  const noteRefusal = (engine: Parameters<NonNullable<Parameters<typeof createTestApp>[3]>>[0]) => ({
    noteRefusal: createRefusalNote({
      failures: createAuthFailures({ clock: systemClock, most: 3 }),
      proxies: noProxies,
      metrics: engine.metrics,
    }),
  });
  const app = open(
    (engine): Partial<AppOptions> => ({ ...noteRefusal(engine), ...withMetrics(undefined)?.(engine) }),
  );
  let asked = 0;
  const wrong = (url: string) =>
    app.inject({
      method: url.endsWith('models') ? 'GET' : 'POST',
      url,
      // Nobody is believed who says to come from elsewhere.
      headers: { ...bearer('wrong'), 'x-forwarded-for': `10.0.0.${++asked}` },
      ...(url.endsWith('models') ? {} : { payload: {} }),
    });
  for (const url of ['/v1/chat/completions', '/v1/models', '/v1/messages']) {
    expect((await wrong(url)).statusCode).toBe(401);
  }
  const anthropic = await wrong('/v1/messages');
  expect(anthropic.statusCode).toBe(429);
  expect(anthropic.body).toContain('"type":"rate_limit_error"');
  const openai = await wrong('/v1/chat/completions');
  expect(openai.statusCode).toBe(429);
  expect(Number(openai.headers['retry-after'])).toBeGreaterThan(50);
  expect((await wrong('/v1/models')).statusCode).toBe(429);
  expect((await app.inject(chat())).statusCode).toBe(200);
  const { body } = await app.inject('/metrics');
  expect(body).toContain('keelson_auth_failures_total{reason="wrong"} 6');
  expect(body).toContain('keelson_rate_limited_total{scope="authentication"} 3');
});

interface Tail {
  readonly response: IncomingMessage;
  readonly seen: { text: string };
  calls(): { readonly model: string; readonly outcome: string }[];
}

async function watch(url: string, key: string, query = ''): Promise<Tail> {
  const asked = get(`${url}/api/v1/calls/tail${query}`, { headers: bearer(key) });
  requests.push(asked);
  asked.on('error', () => {});
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const seen = { text: '' };
  response.on('data', (chunk) => (seen.text += chunk));
  response.on('error', () => {});
  const calls = () =>
    [...seen.text.matchAll(/^event: call\ndata: (.*)$/gm)].map(([, data]) => JSON.parse(data as string));
  return { response, seen, calls };
}

test.skipIf(process.platform === 'win32')(
  'with several workers a tail shows the calls of all of them, each once',
  { timeout: 90_000 },
  async () => {
    const server = await startProcess(simulator.url, { KEELSON_WORKERS: '2' });
    try {
      const key = 'ks-of-the-process-tests';
      const tails = await Promise.all([watch(server.url, key), watch(server.url, key)]);
      await systemClock.sleep(500);
      const load = startLoad(server.url, 6, 'Hello.');
      await expect.poll(() => load.answered.length, { timeout: 20_000 }).toBeGreaterThan(40);
      await load.stop();
      const told = load.answered.map(({ id }) => id).toSorted();
      for (const tail of tails) {
        const ids = () => [...tail.seen.text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id).toSorted();
        await expect.poll(() => ids().length, { timeout: 5000 }).toBeGreaterThanOrEqual(told.length);
        expect(ids()).toEqual(told);
      }
      server.child.kill('SIGTERM');
      expect(await server.exited).toBe(0);
    } finally {
      server.remove();
    }
  },
);
