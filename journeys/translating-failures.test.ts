/**
 * Failures of a vendor of one format, as callers of every other see them: the class of error that their own library has
 * for it, the vendor's words, and never an answer that looks complete but is not.
 */
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Question, Told } from './translated-client.ts';
import { clientOf, failurePairs } from './translated-pairs.ts';
import { startTranslator, type Translator, vendorUrl } from './translating-harness.ts';
import { failureOf, until } from './until.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

/**
 * `foreign` is the status in another format than the vendor's, where the table of errors decides it. A fault by its number
 * has this status at every vendor.
 */
const statuses: readonly { fault: string; status: number; foreign?: number }[] = [
  { fault: 'bad-request', status: 400 },
  { fault: 'context-too-long', status: 400 },
  { fault: 'content-blocked', status: 400 },
  { fault: '401', status: 401 },
  { fault: '402', status: 402 },
  { fault: 'forbidden', status: 403 },
  { fault: '404', status: 404 },
  { fault: '408', status: 408, foreign: 504 },
  { fault: 'conflict', status: 409 },
  { fault: '413', status: 413 },
  { fault: '422', status: 422, foreign: 400 },
  { fault: 'rate-limit', status: 429 },
  { fault: 'server-error', status: 500, foreign: 502 },
  { fault: 'bad-gateway', status: 502 },
  { fault: 'unavailable', status: 503 },
  { fault: 'gateway-timeout', status: 504 },
  { fault: '529', status: 529 },
];

describe.each(failurePairs)('failures, $client to $vendor, $way', ({ client, vendor, isStream }) => {
  const asker = clientOf(client);
  let translator: Translator;

  beforeAll(async () => {
    translator = await startTranslator({ client, vendor, vendorUrl: vendorUrl(simulator.url, vendor) });
  });
  afterAll(() => translator.close());

  const ask = (text: string, more: { onText?: (piece: string) => void; signal?: AbortSignal } = {}) => {
    const question: Question = { turns: [{ type: 'user', text }] };
    return asker.ask(translator.url, question, { isStream, ...more });
  };
  const failure = async (text: string): Promise<Error> => (await failureOf(ask(text))) as Error;

  it.each(statuses)('become the class of the caller: $fault', async ({ fault, status, foreign }) => {
    const expected = client === vendor ? status : (foreign ?? status);
    const seen = await failure(`[[fault: ${fault}]]`);
    expect(asker.statusOf(seen)).toBe(expected);
    const ownClass = client === vendor ? asker.ownErrorClasses?.[expected] : undefined;
    expect(seen.constructor).toBe(ownClass ?? asker.errorClass(expected));
    expect(seen.message).toContain('(simulated)');
    // No advice of ours is mixed into what a vendor said.
    expect(seen.message).not.toContain('Keelson');
  });

  const { retryAfterOf } = asker;
  if (retryAfterOf !== undefined)
    it('say how long to wait', async () => {
      const seen = await failure('[[fault: rate-limit retry-after=7]]');
      expect(retryAfterOf(seen)).toBe('7');
    });

  it('are told when the vendor cannot be reached', async () => {
    const seen = await failure('[[fault: reset-before-headers]]');
    expect(asker.statusOf(seen)).toBe(503);
    expect(seen.constructor).toBe(asker.errorClass(503));
  });

  const text = '[[text: one two three four five six seven eight]]';
  // Each breaks the answer of the vendor after it began, in a way of its own.
  const breaks = ['malformed-json after=6', 'reset-mid-stream after=6'];
  const streamBreaks = ['error-mid-stream after=7', 'truncated-frame after=6', 'missing-end'];

  it.each(isStream ? [...breaks, ...streamBreaks] : breaks)('reach the caller: %s', async (fault) => {
    let told = '';
    const collect = (piece: string): void => {
      told += piece;
    };
    const seen = (await failureOf(ask(`${text} [[fault: ${fault}]]`, { onText: collect }))) as Error;
    if (isStream) {
      expect(seen).toBeInstanceOf(asker.streamErrorClass);
      expect('one two three four five six seven eight'.startsWith(told)).toBe(true);
      if (fault !== 'reset-mid-stream after=6') expect(told).toMatch(/^one two/);
    } else {
      // The vendor's fault, not the caller's.
      expect(asker.statusOf(seen)).toBe(502);
      expect(seen.constructor).toBe(asker.errorClass(502));
    }
  });

  if (isStream && !asker.hidesStreamErrors)
    it('reach the caller in the vendor’s words after the answer began', async () => {
      const seen = await failure(`${text} [[fault: error-mid-stream after=7]]`);
      expect(seen.message).toContain('(simulated)');
    });

  it('never lose an answer that is only delivered badly', async () => {
    for (const fault of ['slow-drip bytes=64 every=1ms', 'missing-usage', 'wrong-content-type']) {
      const answer: Told = await ask(`${text} [[fault: ${fault}]]`);
      expect(answer.text, fault).toBe('one two three four five six seven eight');
    }
  });

  it('of the caller itself are told in its own format, and never reach the vendor', async () => {
    const { question, field, status } = asker.mistake;
    const wrong: Question = { turns: [{ type: 'user', text: 'Hello.' }], ...question };
    const seen = (await failureOf(asker.ask(translator.url, wrong, { isStream }))) as Error;
    expect(asker.statusOf(seen)).toBe(status);
    expect(seen.constructor).toBe(asker.errorClass(status));
    expect(seen.message).toContain(`\`${field}\``);
    expect(simulator.counts.requests).toBe(0);
  });

  it('of patience end the vendor’s work, too', async () => {
    const leaving = new AbortController();
    const failing = failureOf(
      ask(`${text} [[fault: stall-between-chunks after=4]]`, { signal: leaving.signal }),
    );
    await until(() => simulator.counts.requests === 1, 'the request to arrive');
    leaving.abort();
    expect(await failing).toBeInstanceOf(Error);
    await until(() => simulator.counts.hangUps === 1, 'the simulator to see the hang-up');
  });
});
