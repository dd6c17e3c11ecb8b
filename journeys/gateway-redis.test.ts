/**
 * Users of two gateways that share a Redis, which is killed while they call and comes back: every call is answered, and known
 * answers are given again afterwards.
 */
import { createLog, openAnswerCache, systemClock } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type RedisServer,
  startRedis,
  whyNoRedis,
} from '../packages/engine/src/cache/__fixtures__/redis-server.ts';
import { type Gateway, startGateway, vendorOf } from './gateway-harness.ts';
import { model } from './samples.ts';

describe.skipIf(whyNoRedis !== undefined)(`two gateways with one Redis ${whyNoRedis ?? ''}`, () => {
  const lines: string[] = [];
  let simulator: Simulator;
  let redis: RedisServer;
  let gateways: { readonly gateway: Gateway; close(): Promise<void> }[] = [];

  beforeAll(async () => {
    simulator = await startSimulator({ seed: 1 });
    redis = await startRedis();
    gateways = await Promise.all([open(), open()]);
  });
  afterAll(async () => {
    for (const { close } of gateways) await close();
    await redis?.kill();
    await simulator?.close();
  });

  async function open() {
    const log = createLog({ level: 'info', write: (line) => lines.push(line) });
    const cache = await openAnswerCache({ store: 'redis', url: redis.url }, { clock: systemClock, log });
    const aliases = { [model]: { targets: [`vendor:${model}`], retries: 0, cache: { ttlSeconds: 60 } } };
    const gateway = await startGateway({
      provider: vendorOf('anthropic-messages', simulator.url),
      aliases,
      cache,
    });
    const close = async (): Promise<void> => {
      await gateway.close();
      await cache.close();
    };
    return { gateway, close };
  }

  async function ask(at: number, content: string, stream: boolean) {
    const baseURL = `${gateways[at % 2]?.gateway.url}/v1`;
    const client = new OpenAI({ baseURL, apiKey: 'test', maxRetries: 0 });
    const asked = { model, messages: [{ role: 'user' as const, content: `${content} [[text: Aye, aye.]]` }] };
    if (!stream) {
      const { data, response } = await client.chat.completions.create(asked).withResponse();
      return { text: data.choices[0]?.message.content, says: response.headers.get('x-keelson-cache') };
    }
    const { data, response } = await client.chat.completions.create({ ...asked, stream }).withResponse();
    let text = '';
    for await (const { choices } of data) text += choices[0]?.delta.content ?? '';
    return { text, says: response.headers.get('x-keelson-cache') };
  }

  test.each([false, true])('what one was told, the other knows, stream %s', async (stream) => {
    expect(await ask(0, 'shared', stream)).toEqual({ text: 'Aye, aye.', says: 'miss' });
    await expect.poll(async () => (await ask(1, 'shared', stream)).says).toBe('hit');
  });

  test('it is killed and comes back under load, and every call is answered', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note).on('uncaughtException', note);
    lines.length = 0;
    let isOver = false;
    let answered = 0;
    const callers = Array.from({ length: 8 }, async (_, caller) => {
      for (let round = 0; !isOver; round++) {
        const { text } = await ask(caller, `load ${round % 5}`, caller % 3 === 0);
        expect(text).toBe('Aye, aye.');
        answered += 1;
      }
    });
    for (let kill = 0; kill < 2; kill++) {
      await systemClock.sleep(400);
      await redis.kill();
      await systemClock.sleep(1500);
      const before = answered;
      await systemClock.sleep(200);
      expect(answered).toBeGreaterThan(before);
      await redis.start();
      await expect.poll(async () => (await ask(kill, 'load 0', false)).says, { timeout: 10_000 }).toBe('hit');
    }
    isOver = true;
    await Promise.all(callers);
    const told = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
    // Of each gateway, one line when it goes and one when it is back, each time.
    expect(told.filter((line) => line.includes('does not work')).length).toBeLessThanOrEqual(4);
    expect(told.filter((line) => line.includes('does not work')).length).toBeGreaterThanOrEqual(2);
    process.off('unhandledRejection', note).off('uncaughtException', note);
    expect(unhandled).toEqual([]);
  });
});
