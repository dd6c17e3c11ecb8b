/**
 * Users whose alias keeps answers: the official libraries of OpenAI and Anthropic are given the same answer again, whole and
 * streamed, byte for byte, wherever it is kept.
 */
import Anthropic from '@anthropic-ai/sdk';
import { openAnswerCache, openStorage, silentLog, systemClock } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Gateway, startGateway, vendorOf } from './gateway-harness.ts';
import { model } from './samples.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const stores = ['memory', 'database'] as const;
const vendors = ['openai-chat', 'anthropic-messages'] as const;
const cases = stores.flatMap((store) => vendors.map((vendor) => ({ store, vendor })));

describe.each(cases)('kept in $store, answered by $vendor', ({ store, vendor }) => {
  let gateway: Gateway;
  let close: () => Promise<void>;
  /** The bytes of every answer, as they came over the socket. */
  let bodies: string[] = [];
  let seen: { readonly says: string | null; readonly age: string | null; readonly type: string | null }[] =
    [];

  beforeAll(async () => {
    const deps = { clock: systemClock, log: silentLog };
    const storage = await openStorage({ kind: 'sqlite', path: ':memory:' }, deps);
    const maxBytes = 10_000_000;
    const cache = await openAnswerCache({ store, maxBytes, storage }, deps);
    const aliases = { [model]: { targets: [`vendor:${model}`], cache: { ttlSeconds: 60 } } };
    gateway = await startGateway({ provider: vendorOf(vendor, simulator.url), aliases, cache });
    close = async () => {
      await gateway.close();
      await cache.close();
      await storage.close();
    };
  });
  beforeEach(() => {
    bodies = [];
    seen = [];
  });
  afterAll(() => close());

  /** What the library fetches with, which looks at what passes. */
  const watching: typeof fetch = async (...asked) => {
    const reply = await fetch(...asked);
    const [forUs, forLibrary] = reply.body!.tee();
    const at = bodies.push('') - 1;
    void new Response(forUs).text().then((text) => {
      bodies[at] = text;
    });
    const { headers } = reply;
    seen.push({
      says: headers.get('x-keelson-cache'),
      age: headers.get('age'),
      type: headers.get('content-type'),
    });
    return new Response(forLibrary, { status: reply.status, headers });
  };

  const prompt = (word: string) => [
    {
      role: 'user' as const,
      content: `${store} ${word} [[text: Fair winds, 順風 and 🌊, in some more words.]] [[chunks: 2ms]]`,
    },
  ];
  const openAi = () =>
    new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'test', maxRetries: 0, fetch: watching });
  const anthropic = () =>
    new Anthropic({ baseURL: gateway.url, apiKey: 'test', maxRetries: 0, fetch: watching });

  const askers = {
    'OpenAI, whole': async () => {
      const { choices } = await openAi().chat.completions.create({ model, messages: prompt('whole') });
      return choices[0]?.message.content;
    },
    'OpenAI, streamed': async () => {
      let text = '';
      const stream = await openAi().chat.completions.create({
        model,
        messages: prompt('stream'),
        stream: true,
      });
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
      return text;
    },
    'Anthropic, streamed': async () => {
      const stream = anthropic().messages.stream({ model, max_tokens: 1000, messages: prompt('stream') });
      return await stream.finalText();
    },
  };

  test.each(Object.entries(askers))('%s', async (_, ask) => {
    const first = await ask();
    // The database writes after the answer; whoever asks at once is given it all the same.
    const second = await ask();
    const third = await ask();
    expect(first).toBe('Fair winds, 順風 and 🌊, in some more words.');
    expect([second, third]).toEqual([first, first]);
    expect(seen.map(({ says }) => says)).toEqual(['miss', 'hit', 'hit']);
    expect(seen.map(({ type }) => type)).toEqual(Array(3).fill(seen[0]?.type));
    expect(seen.map(({ age }) => age)).toEqual([
      null,
      expect.stringMatching(/^\d$/),
      expect.stringMatching(/^\d$/),
    ]);
    await expect.poll(() => bodies.every((body) => body !== '')).toBe(true);
    expect(new Set(bodies).size).toBe(1);
    expect(simulator.counts.requests).toBe(1);
    const [miss, ...hits] = (await gateway.records()).slice(-3);
    for (const hit of hits) {
      expect(hit).toMatchObject({
        outcome: 'answered',
        lane: 'cached',
        saved: { outputTokens: miss?.usage?.output.total },
      });
    }
  });
});
