// A receipt for every call that used something: whole, streamed, translated, broken off and left, with the hashes of what passed.
import { hash } from 'node:crypto';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openAnswerCache } from '../cache/index.ts';
import { type CallRecord, silentLog, systemClock } from '../observability/index.ts';
import { type ReceiptExtras, receiptIdOf } from '../receipts/index.ts';
import { createTestCaller } from './__fixtures__/test-caller.ts';
import { createTestEngine, type TestEngine } from './__fixtures__/test-engine.ts';
import { readControl } from './read-control.ts';

interface Issued {
  readonly record: CallRecord;
  readonly extras: ReceiptExtras | undefined;
}

let simulator: Simulator;
let engine: TestEngine;
let issued: Issued[] = [];
let isFailing = false;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 5 });
  const receipts = {
    issue: (record: CallRecord, extras?: ReceiptExtras) => {
      if (isFailing) throw new Error('No.');
      issued.push({ record, extras });
      return receiptIdOf(record.id);
    },
    add: () => true,
    waiting: 0,
    dropped: 0,
    flush: async () => {},
    close: async () => {},
  };
  engine = createTestEngine(simulator, { receipts });
});
beforeEach(() => {
  simulator.reset();
  issued = [];
  isFailing = false;
});
afterAll(async () => {
  await engine.close();
  await simulator.close();
});

const sha256 = (text: string): string => hash('sha256', text);

describe('a call', () => {
  test.each([
    ['whole, passing', { stream: false, dialect: 'openai-chat' }],
    ['whole, translated', { stream: false, dialect: 'anthropic-messages' }],
    ['streamed, passing', { stream: true, dialect: 'openai-chat' }],
    ['streamed, translated', { stream: true, dialect: 'anthropic-messages' }],
  ] as const)('that is %s', async (_, asked) => {
    const { caller, record } = await engine.ask({ ...asked, text: '[[text: Ünd so.]]' });
    expect(caller.text).toContain('so.');
    expect(issued).toEqual([
      {
        record,
        extras: { requestSha256: sha256(bodyOf(asked)), responseSha256: sha256(caller.text) },
      },
    ]);
  });

  test('whose caller leaves has the hash of what it was handed', async () => {
    const caller = createTestCaller((self) => {
      self.leave();
      return true;
    });
    const text = `[[text: ${'word '.repeat(40)}]]`;
    const { record } = await engine.ask({ stream: true, text, caller });
    expect(record.outcome).toBe('aborted');
    expect(issued.map(({ extras }) => extras?.responseSha256)).toEqual([sha256(caller.text)]);
  });

  test('that broke off has one, with the error that its caller was told', async () => {
    simulator.fault('reset-mid-stream after=6', { rate: 1 });
    const { caller, record } = await engine.ask({ stream: true, text: `[[text: ${'word '.repeat(40)}]]` });
    expect(record).toMatchObject({ outcome: 'failed', usage: expect.anything() });
    expect(issued.map(({ extras }) => extras?.responseSha256)).toEqual([sha256(caller.text)]);
  });

  test('whose answer was known has one as well, with the hash of what it was handed', async () => {
    const cache = await openAnswerCache(
      { store: 'memory', maxBytes: 1e6 },
      { clock: systemClock, log: silentLog },
    );
    const cached = createTestEngine(simulator, { cache, receipts: engine.parts.receipts! });
    for (const stream of [false, true]) {
      const asked = { stream, text: '[[text: Known.]]', controls: { cache: 'use' } } as const;
      await cached.ask(asked);
      issued = [];
      const { caller, record } = await cached.ask(asked);
      expect(record).toMatchObject({ cache: 'hit', lane: 'cached' });
      expect(issued.map(({ extras }) => extras?.responseSha256)).toEqual([sha256(caller.text)]);
    }
    await cached.close();
    await cache.close();
  });

  test('that used nothing has none', async () => {
    const { record } = await engine.ask({ body: 'no JSON' });
    expect(record.usage).toBeUndefined();
    expect(issued).toEqual([]);
  });

  test('tells the id of its receipt where that is asked for', async () => {
    const { caller, record } = await engine.ask({ controls: { wantsReceipt: true } });
    expect(caller.headers['x-keelson-receipt']).toBe(receiptIdOf(record.id));
    const other = await engine.ask({});
    expect(other.caller.headers).not.toHaveProperty('x-keelson-receipt');
  });

  test('can be asked for in no other way', () => {
    const place = { field: 'x-keelson-receipt', says: 'The header x-keelson-receipt' };
    expect(readControl('receipt', 'include', place)).toEqual({ wantsReceipt: true });
    expect(() => readControl('receipt', 'yes', place)).toThrow(
      'The header x-keelson-receipt must be include.',
    );
  });

  test('is recorded although its receipt cannot be made', async () => {
    isFailing = true;
    const { record } = await engine.ask({});
    expect(record.outcome).toBe('answered');
    expect(engine.records).toContain(record);
  });
});

/** As the test engine writes it. */
function bodyOf({ stream, dialect }: { stream: boolean; dialect: string }): string {
  return JSON.stringify({
    model: 'openai:one',
    ...(dialect === 'anthropic-messages' && { max_tokens: 1000 }),
    stream,
    messages: [{ role: 'user', content: '[[text: Ünd so.]]' }],
  });
}
