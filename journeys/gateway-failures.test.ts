/**
 * Users of the vendors' own libraries when something goes wrong behind the gateway, or in what they asked of it: the class
 * of error that their library has for it, in the words of whoever failed, and never half an answer that looks whole.
 */
import type { DialectName } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Gateway, startGateway, vendorOf } from './gateway-harness.ts';
import { bedrockSigningClient } from './translated-bedrock-converse.ts';
import type { Question } from './translated-client.ts';
import { clientOf, dialectNames } from './translated-pairs.ts';
import { failureOf } from './until.ts';

let simulator: Simulator;
const gateways = new Map<DialectName, Gateway>();
let locked: Gateway;
let empty: Gateway;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
  for (const vendor of dialectNames) {
    gateways.set(vendor, await startGateway({ provider: vendorOf(vendor, simulator.url) }));
  }
  const provider = vendorOf('openai-chat', simulator.url);
  locked = await startGateway({ provider, callerKey: 'another' });
  empty = await startGateway({ provider, aliases: { 'simulated-huge': ['vendor:one'] } });
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  for (const gateway of [...gateways.values(), locked, empty]) await gateway.close();
  await simulator.close();
});

/** The vendor two places on: every format is once a caller's and once a vendor's. */
const vendorFor = (client: DialectName): DialectName =>
  dialectNames[(dialectNames.indexOf(client) + 2) % dialectNames.length] as DialectName;

const cases = [
  ...dialectNames.map((client) => ({ name: client as string, client, asker: clientOf(client) })),
  { name: 'bedrock-converse, signed', client: 'bedrock-converse' as const, asker: bedrockSigningClient },
].flatMap((one) => [
  { ...one, way: 'whole', isStream: false },
  { ...one, way: 'streamed', isStream: true },
]);

/** What the vendor says, and the status that a caller of another format gets. */
const refusals = [
  { fault: 'bad-request', status: 400 },
  { fault: 'context-too-long', status: 400 },
  { fault: '401', status: 401 },
  { fault: '402', status: 402 },
  { fault: 'forbidden', status: 403 },
  { fault: '404', status: 404 },
  { fault: '408', status: 504 },
  { fault: '413', status: 413 },
  { fault: 'rate-limit', status: 429 },
  { fault: 'server-error', status: 502 },
  { fault: 'unavailable', status: 503 },
  { fault: '529', status: 529 },
];
/** The status is told to those who wait for the whole. */
const breaks = [
  { fault: 'malformed-json after=6', status: 502 },
  { fault: 'reset-mid-stream after=6', status: 503 },
];
const streamBreaks = [
  { fault: 'error-mid-stream after=7', status: 200 },
  { fault: 'truncated-frame after=6', status: 200 },
  { fault: 'missing-end', status: 200 },
];
const words = 'one two three four five six seven eight';

describe.each(cases)('$name, $way', ({ asker, client, isStream }) => {
  const vendor = vendorFor(client);
  const gateway = (): Gateway => gateways.get(vendor) as Gateway;
  const ask = (url: string, question: Partial<Question>, onText?: (piece: string) => void) => {
    const turns = [{ type: 'user', text: 'Hello.' }] as const;
    return asker.ask(url, { turns, ...question }, { isStream, ...(onText !== undefined && { onText }) });
  };
  const say = (text: string): Question => ({ turns: [{ type: 'user', text }] });
  const failure = async (...asked: Parameters<typeof ask>): Promise<Error> =>
    (await failureOf(ask(...asked))) as Error;

  it.each(refusals)('catches its own class for $fault', async ({ fault, status }) => {
    const seen = await failure(gateway().url, say(`[[fault: ${fault}]]`));
    expect(asker.statusOf(seen)).toBe(status);
    expect(seen.constructor).toBe(asker.errorClass(status));
    expect(seen.message).toContain('(simulated)');
  });

  const { retryAfterOf } = asker;
  if (retryAfterOf !== undefined)
    it('is told how long to wait', async () => {
      const seen = await failure(gateway().url, say('[[fault: rate-limit retry-after=7]]'));
      expect(retryAfterOf(seen)).toBe('7');
    });

  it('is told that a vendor cannot be reached', async () => {
    const seen = await failure(gateway().url, say('[[fault: reset-before-headers]]'));
    expect(asker.statusOf(seen)).toBe(503);
    expect(seen.constructor).toBe(asker.errorClass(503));
  });

  it.each(
    isStream ? [...breaks, ...streamBreaks] : breaks,
  )('never takes half an answer for one: $fault', async ({ fault, status }) => {
    let told = '';
    const collect = (piece: string): void => {
      told += piece;
    };
    const seen = await failure(gateway().url, say(`[[text: ${words}]] [[fault: ${fault}]]`), collect);
    expect(seen).toBeInstanceOf(isStream ? asker.streamErrorClass : asker.errorClass(status));
    if (!isStream) expect(asker.statusOf(seen)).toBe(status);
    expect(words.startsWith(told)).toBe(true);
    expect((await gateway().records()).at(-1)).toMatchObject({ outcome: 'failed' });
  });

  it('is told of its own mistake before the vendor hears of it', async () => {
    const { question, field, status } = asker.mistake;
    const seen = await failure(gateway().url, question);
    expect(asker.statusOf(seen)).toBe(status);
    expect(seen.constructor).toBe(asker.errorClass(status));
    expect(seen.message).toContain(`\`${field}\``);
    expect(simulator.counts.requests).toBe(0);
    expect((await gateway().records()).at(-1)).toMatchObject({ outcome: 'refused', attempts: [] });
  });

  it('is told of a body that is too long', async () => {
    const seen = await failure(gateway().url, say('x'.repeat(1_000_000)));
    expect(asker.statusOf(seen)).toBe(413);
    expect(seen.constructor).toBe(asker.errorClass(413));
    expect(seen.message).toContain('1000000');
  });

  it('is told of a wrong key', async () => {
    const seen = await failure(locked.url, {});
    expect(asker.statusOf(seen)).toBe(401);
    expect(seen.constructor).toBe(asker.errorClass(401));
    expect(simulator.counts.requests).toBe(0);
  });

  it('is told of a model that nobody has', async () => {
    const seen = await failure(empty.url, {});
    expect(asker.statusOf(seen)).toBe(404);
    expect(seen.constructor).toBe(asker.errorClass(404));
    expect(seen.message).toContain('simulated-large');
  });
});
