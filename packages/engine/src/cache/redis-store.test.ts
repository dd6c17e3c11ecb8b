// A real Redis that is killed, frozen, away at the start or none at all: calls go on, the log is told once, and it comes back.
import { KeelsonError } from '@keelson/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog, systemClock } from '../observability/index.ts';
import { keptAnswer, keyOf, questionOf } from './__fixtures__/kept-answers.ts';
import { type RedisServer, startRedis, whyNoRedis } from './__fixtures__/redis-server.ts';
import { type AnswerCache, openAnswerCache } from './answer-cache.ts';

const question = questionOf(keyOf('w', 'one'));
const fresh = () => keptAnswer({ keptAt: Date.now(), expiresAt: Date.now() + 60_000 });

function openCache(url: string) {
  const lines: string[] = [];
  const log = createLog({ level: 'info', write: (line) => lines.push(line) });
  return { lines, cache: openAnswerCache({ store: 'redis', url }, { clock: systemClock, log }) };
}

async function keepsAgain(cache: AnswerCache): Promise<void> {
  for (;;) {
    await cache.sources[0]!.keep(question, fresh());
    if ((await cache.sources[0]!.find(question)) !== undefined) return;
    await systemClock.sleep(50);
  }
}

describe.skipIf(whyNoRedis !== undefined)(`with a real Redis ${whyNoRedis ?? ''}`, () => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(() => server.kill());

  test('killed and back: misses that cost nothing, two lines in the log, and answers again', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note).on('uncaughtException', note);
    const { cache: opening, lines } = openCache(server.url);
    const cache = await opening;
    const [exact] = cache.sources;
    await exact!.keep(question, fresh());
    expect(await exact!.find(question)).toBeDefined();
    await server.kill();
    const before = performance.now();
    for (let at = 0; at < 200; at++) {
      expect(await exact!.find(question)).toBeUndefined();
      await exact!.keep(question, fresh());
    }
    expect(performance.now() - before).toBeLessThan(2500);
    // Long enough for several tries of the client to connect.
    await systemClock.sleep(1500);
    expect(await exact!.find(question)).toBeUndefined();
    expect(lines).toHaveLength(1);
    await server.start();
    await keepsAgain(cache);
    expect(lines).toHaveLength(2);
    await cache.close();
    process.off('unhandledRejection', note).off('uncaughtException', note);
    expect(unhandled).toEqual([]);
  });

  test('frozen: waited for half a second once, and not by every call', async () => {
    const { cache: opening, lines } = openCache(server.url);
    const cache = await opening;
    await cache.sources[0]!.keep(question, fresh());
    server.freeze();
    const before = performance.now();
    for (let at = 0; at < 100; at++) expect(await cache.sources[0]!.find(question)).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(3000);
    expect(lines).toHaveLength(1);
    server.wake();
    await keepsAgain(cache);
    await cache.close();
  });

  test('away at the start: it starts, and uses it when it comes', async () => {
    await server.kill();
    const { cache: opening } = openCache(server.url);
    const cache = await opening;
    expect(await cache.sources[0]!.find(question)).toBeUndefined();
    await server.start();
    await keepsAgain(cache);
    await cache.close();
  });

  test('forgets by itself what has expired', async () => {
    const { cache: opening } = openCache(server.url);
    const cache = await opening;
    const now = Date.now();
    await cache.sources[0]!.keep(question, keptAnswer({ keptAt: now, expiresAt: now + 300 }));
    expect(await cache.sources[0]!.find(question)).toBeDefined();
    await systemClock.sleep(400);
    const { Redis } = await import('ioredis');
    const client = new Redis(server.url);
    expect(await client.keys('*')).toEqual([]);
    client.disconnect();
    await cache.close();
  });
});

test.each([
  'localhost:6379',
  'http://:secret@host',
  'redis://:secret@[',
  '',
])('the address `%s` is refused, and not repeated', async (url) => {
  const error = await openCache(url).cache.catch((thrown: unknown) => thrown);
  expect(KeelsonError.is(error) && error.code).toBe('configuration_invalid');
  expect(JSON.stringify(error)).not.toContain('secret');
});
