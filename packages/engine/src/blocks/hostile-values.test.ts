// S1 and S2 against values that were made to do harm: whatever a block throws or tells, its run ends in a failure that is small and plain.
import { BlockError, capDetails, type Failure, fail, type Json, retry, step } from '@keelson/core';
import { describe, expect, it } from 'vitest';
import { createLog } from '../observability/index.ts';
import { failed, testEnvironment } from './__fixtures__/index.ts';
import { runBlock } from './index.ts';

const secret = 'sk-live-4242';
const trap = (): never => {
  throw new Error(secret);
};
/** An object at which every look throws. */
const allTraps = (target: object = {}): object =>
  new Proxy(target, {
    get: trap,
    has: trap,
    ownKeys: trap,
    getPrototypeOf: trap,
    getOwnPropertyDescriptor: trap,
  });
const withGetter = (name: string): object => Object.defineProperty({}, name, { enumerable: true, get: trap });
const ownCause = (): Failure => {
  const failure = { reason: 'e', errorType: 'tool', effect: 'unknown', details: {} } as const;
  return Object.assign(failure, { cause: failure });
};
const longChain = (length: number): Failure => {
  let failure: Failure = { reason: 'root', errorType: 'tool', effect: 'unknown', details: {} };
  for (let at = 0; at < length; at += 1) failure = { ...failure, reason: 'e', cause: failure };
  return failure;
};
const circle = (): Json => {
  const inner: { around?: unknown } = {};
  inner.around = inner;
  return inner as Json;
};
/** Calls itself one of ours, and is nothing of the kind. */
const branded = (name: string, fields: object): object =>
  Object.defineProperty({ ...fields }, Symbol.for(name), { value: true });

const thrown: [string, () => unknown][] = [
  ['a proxy that throws at every look', () => allTraps()],
  ['an error behind such a proxy', () => allTraps(new Error(secret))],
  ['an error without a class', () => Object.assign(new Error(secret), { constructor: undefined })],
  [
    'an error whose class throws',
    () => Object.defineProperty(new Error(secret), 'constructor', { get: trap }),
  ],
  ['an error whose stack throws', () => Object.defineProperty(new Error(secret), 'stack', { get: trap })],
  ['an error whose stack is no text', () => Object.assign(new Error(secret), { stack: 7 })],
  [
    'a class of which the name is a secret',
    () =>
      new (class extends Error {
        static override readonly name = `${secret} ${secret}`;
      })(),
  ],
  ['a message that looks like a stack', () => new Error(`lost\n    at ${secret} (${secret}:1:1)`)],
  ['what only says that it is a failure', () => branded('keelson.block-error', {})],
  ['a failure that throws when it is read', () => branded('keelson.block-error', { failure: allTraps() })],
  ['what only says that it is an error of ours', () => branded('keelson.error', { code: 'nonsense' })],
  [
    'an error of ours with details that throw',
    () => branded('keelson.error', { code: 'rate_limited', details: allTraps() }),
  ],
  ['a failure that is its own cause', () => new BlockError(ownCause())],
  ['a failure with a hundred thousand causes', () => new BlockError(longChain(100_000))],
  ['details with a field that throws', () => fail('tool', 'e', withGetter('a') as never)],
  ['details that throw at every look', () => fail('tool', 'e', allTraps() as never)],
  ['a list among details that throws', () => fail('tool', 'e', { list: allTraps([]) } as never)],
  ['details in a circle', () => fail('tool', 'e', { circle: circle() })],
  ['a symbol', () => Symbol(secret)],
  ['a function', () => () => secret],
  ['a number too big for JSON', () => 10n ** 40n],
];

describe('S1: whatever is thrown', () => {
  it.each(thrown)('%s ends in a failure without a word of it', async (_, make) => {
    const lines: string[] = [];
    const log = createLog({ level: 'debug', write: (line) => lines.push(line) });
    const block = step('leaf', () => {
      throw make();
    });
    const response = await runBlock(block, 1, { environment: { ...testEnvironment(), log } });
    const error = failed(response);
    expect(error.reason).toMatch(/^[a-z_]+$/);
    expect(JSON.stringify(response)).not.toContain(secret);
    expect(JSON.stringify(error).length).toBeLessThan(4000);
    expect(lines.join('')).not.toContain(secret);
  });

  it.each(thrown)('%s may be retried like any other failure', async (_, make) => {
    let runs = 0;
    const block = step(
      'leaf',
      () => {
        runs += 1;
        if (runs === 1) throw make();
        return 'fine';
      },
      { effects: 'none' },
    ).recover(retry());
    expect((await runBlock(block, 1, { environment: testEnvironment() })).success).toBe(true);
  });

  it('a sink that throws is not what the run ends by', async () => {
    const block = step('leaf', () => {
      throw fail('tool', 'root');
    });
    const environment = testEnvironment({ debugSink: trap });
    expect(failed(await runBlock(block, 1, { environment })).reason).toBe('root');
  });
});

describe('S2: caps for what is huge or odd', () => {
  it('reads 25 of very many fields and items, and none of the others', () => {
    const fields: Record<string, number> = {};
    for (let at = 0; at < 100_000; at += 1) fields[`k${at}`] = at;
    Object.defineProperty(fields, 'last', { enumerable: true, get: trap });
    const list = Array.from({ length: 1_000_000 }, (_, at) => at);
    Object.defineProperty(list, 30, { get: trap });
    const capped = capDetails({ fields, list, text: 'x'.repeat(10_000_000) });
    expect(Object.keys(capped.fields as object)).toHaveLength(25);
    expect(capped.list).toEqual(Array.from({ length: 25 }, (_, at) => at));
    expect(capped.text).toHaveLength(200);
  });

  it('keeps names that mean something to JavaScript as names', () => {
    const odd = JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": 1, "toString": "x"}') as object;
    const capped = capDetails(odd);
    expect(Object.keys(capped)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(capped)).toBe(Object.prototype);
    expect((capped as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it('leaves out what cannot be read, and keeps the rest', () => {
    const details = { good: 1, list: [1, allTraps()], bad: allTraps() };
    Object.defineProperty(details, 'worse', { enumerable: true, get: trap });
    expect(capDetails({ ...{ first: 1 }, inner: details })).toEqual({
      first: 1,
      inner: { good: 1, list: [1, null] },
    });
  });

  it('keeps ten causes of a failure, however many there are', async () => {
    const block = step('leaf', () => {
      throw new BlockError(longChain(50));
    });
    let depth = 0;
    const error = failed(await runBlock(block, 1, { environment: testEnvironment() }));
    for (let cause = error.cause; cause !== undefined; cause = cause.cause) depth += 1;
    expect(depth).toBe(10);
  });
});
