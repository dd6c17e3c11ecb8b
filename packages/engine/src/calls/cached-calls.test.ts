// The cache of answers as callers, vendors and records see it: who is given what again, who waits for whom, and what is never kept.
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AnswerCache, openAnswerCache } from '../cache/index.ts';
import { silentLog, systemClock } from '../observability/index.ts';
import { createTestCaller } from './__fixtures__/test-caller.ts';
import { createTestEngine, type TestEngine } from './__fixtures__/test-engine.ts';

type Asked = Parameters<TestEngine['ask']>[0];

let simulator: Simulator;
let engine: TestEngine;
let cache: AnswerCache;
const time = { now: Date.UTC(2026, 10, 20, 12) };
const clock = { ...systemClock, now: () => time.now };

beforeAll(async () => {
  simulator = await startSimulator({ seed: 5 });
});
beforeEach(async () => {
  simulator.reset();
  cache = await openAnswerCache({ store: 'memory', maxBytes: 64e6 }, { clock, log: silentLog });
  engine = createTestEngine(
    simulator,
    { clock, cache },
    {
      clock,
      aliases: {
        kept: { targets: ['openai:one'], retries: 0, cache: { ttlSeconds: 60 } },
        two: { targets: ['openai:one', 'anthropic:two'], retries: 0, cache: { ttlSeconds: 60 } },
        other: { targets: ['anthropic:two'], retries: 0, cache: { ttlSeconds: 60 } },
        plain: { targets: ['openai:one'], retries: 0 },
      },
    },
  );
});
afterEach(async () => {
  await engine.close();
  await cache.close();
});
afterAll(() => simulator.close());

const ask = (asked: Asked = {}) =>
  engine.ask({ model: 'kept', text: '[[text: Fair winds, 順風 and 🌊.]]', ...asked });
const sent = (): number => simulator.counts.requests;
const says = ({ caller }: Awaited<ReturnType<typeof ask>>): string | undefined =>
  caller.headers['x-keelson-cache'];
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await wait(5);
}

const ways = [
  { dialect: 'openai-chat', model: 'kept', stream: false },
  { dialect: 'openai-chat', model: 'kept', stream: true },
  { dialect: 'openai-chat', model: 'other', stream: false },
  { dialect: 'openai-chat', model: 'other', stream: true },
  { dialect: 'anthropic-messages', model: 'kept', stream: true },
  { dialect: 'anthropic-messages', model: 'other', stream: true },
] as const;

describe.each(ways)('$dialect to `$model`, stream $stream', (way) => {
  test('the second is given the bytes of the first, and nothing is asked', async () => {
    const first = await ask(way);
    const second = await ask(way);
    expect(sent()).toBe(1);
    expect([says(first), says(second)]).toEqual(['miss', 'hit']);
    expect(second.caller.text).toBe(first.caller.text);
    expect(second.caller.text).toContain('順風');
    expect(second.caller.headers['content-type']).toBe(first.caller.headers['content-type']);
    expect(second.caller.isOver).toBe(true);
  });

  test('a hit is a call of its own, costs nothing and says what it spared', async () => {
    const first = await ask(way);
    time.now += 7300;
    const { caller, record } = await ask(way);
    expect(caller.headers).toMatchObject({
      'x-keelson-call-id': record.id,
      'x-keelson-cached-call': first.record.id,
      'x-keelson-target': first.caller.headers['x-keelson-target'],
      age: '7',
      'server-timing': expect.stringContaining('cache;dur='),
    });
    expect(record.id).not.toBe(first.record.id);
    expect(record).toMatchObject({
      outcome: 'answered',
      status: 200,
      lane: 'cached',
      cache: 'hit',
      alias: way.model,
      provider: first.record.provider,
      model: first.record.model,
      cost: { status: 'priced', nanoDollars: 0 },
      usage: { input: { total: 0 }, output: { total: 0 } },
      attempts: [],
      saved: {
        nanoDollars: first.record.cost.nanoDollars,
        inputTokens: first.record.usage?.input.total,
        outputTokens: first.record.usage?.output.total,
      },
    });
    expect(first.record).toMatchObject({ cache: 'miss', attempts: [{ outcome: 'answered' }] });
    expect(first.record.cost.nanoDollars).toBeGreaterThan(0);
    expect(first.record).not.toHaveProperty('saved');
  });
});

describe('who asks for it', () => {
  test('nobody: nothing is kept, and nothing is said', async () => {
    const first = await ask({ model: 'plain' });
    await ask({ model: 'plain' });
    expect(sent()).toBe(2);
    expect(first.caller.headers).not.toHaveProperty('x-keelson-cache');
    expect(first.record).not.toHaveProperty('cache');
    expect((await ask({ model: 'plain', controls: { cache: 'use' } })).record.cache).toBe('miss');
  });

  test('a caller, for a model without an alias; five minutes, unless it says otherwise', async () => {
    const asked: Asked = { model: 'openai:one', controls: { cache: 'use' } };
    await ask(asked);
    time.now += 299_999;
    expect(says(await ask(asked))).toBe('hit');
    time.now += 1;
    expect(says(await ask(asked))).toBe('miss');
    time.now += 5000;
    expect(says(await ask({ ...asked, controls: { cache: 'use', cacheTtlSeconds: 5 } }))).toBe('miss');
    time.now += 4999;
    expect(says(await ask({ ...asked, controls: { cache: 'use', cacheTtlSeconds: 5 } }))).toBe('hit');
    time.now += 1;
    expect(says(await ask(asked))).toBe('miss');
  });

  test('an alias, for as long as it says', async () => {
    await ask();
    time.now += 59_999;
    expect(says(await ask())).toBe('hit');
    time.now += 1;
    expect(says(await ask())).toBe('miss');
  });

  test('bypass neither looks nor keeps', async () => {
    const bypass: Asked = { controls: { cache: 'bypass' } };
    const { record, caller } = await ask(bypass);
    expect([record.cache, caller.headers['x-keelson-cache']]).toEqual(['bypass', 'bypass']);
    expect(says(await ask())).toBe('miss');
    expect(says(await ask(bypass))).toBe('bypass');
    expect(sent()).toBe(3);
  });

  test('refresh asks anew and keeps what it gets', async () => {
    simulator.script('[[text: Old.]]');
    await ask({ text: 'Which?' });
    simulator.script('[[text: New.]]');
    const fresh = await ask({ text: 'Which?', controls: { cache: 'refresh' } });
    expect([says(fresh), fresh.record.cache]).toEqual(['refresh', 'refresh']);
    const { caller } = await ask({ text: 'Which?' });
    expect(caller.text).toContain('New.');
    expect(sent()).toBe(2);
  });

  test('an engine without a cache says so and answers', async () => {
    const bare = createTestEngine(simulator);
    const { caller, record } = await bare.ask({ model: 'openai:one', controls: { cache: 'use' } });
    expect([caller.status, record.cache]).toEqual([200, 'bypass']);
    await bare.close();
  });

  test('a copy that goes to a model on trial neither looks nor keeps', async () => {
    const trying = createTestEngine(
      simulator,
      { clock, cache },
      {
        aliases: {
          kept: {
            targets: ['openai:one'],
            retries: 0,
            cache: { ttlSeconds: 60 },
            shadow: { target: 'openai:trial', percent: 100 },
          },
        },
      },
    );
    await trying.ask({ model: 'kept' });
    await until(() => trying.records.length === 2);
    const copy = trying.records.find(({ model }) => model === 'trial');
    expect(copy).toMatchObject({ outcome: 'answered' });
    expect(copy).not.toHaveProperty('cache');
    await trying.close();
  });
});

describe('what makes two requests the same', () => {
  const body = (more: object = {}): string =>
    JSON.stringify({ model: 'kept', messages: [{ role: 'user', content: 'Hello.' }], ...more });
  const isSame = async (a: Asked, b: Asked): Promise<boolean> => {
    const first = await ask(a);
    const second = await ask(b);
    expect(says(first)).toBe('miss');
    return says(second) === 'hit';
  };

  test('not the order of fields, nor blanks, nor how a character is written', async () => {
    const turned = '{ "messages":[ {"content":"H\\u0065llo.","role":"user"} ],\n "model":"kept" }';
    expect(await isSame({ body: body() }, { body: turned })).toBe(true);
  });

  test.each([
    ['metadata', { metadata: { a: '1' } }],
    ['user', { user: 'u-1' }],
    ['safety_identifier', { safety_identifier: 's' }],
    ['prompt_cache_key', { prompt_cache_key: 'p' }],
  ])('not who is told to have asked: %s', async (_, more) => {
    expect(await isSame({ body: body() }, { body: body(more) })).toBe(true);
  });

  test.each([
    ['a field that nobody knows', { unheard_of: 1 }],
    ['temperature', { temperature: 0 }],
    ['a tool', { tools: [{ type: 'function', function: { name: 'f', parameters: {} } }] }],
    ['a field deeper down that is called like one of those', { response_format: { user: 'x' } }],
    ['the most tokens', { max_tokens: 100 }],
  ])('but every other field: %s', async (_, more) => {
    expect(await isSame({ body: body() }, { body: body(more) })).toBe(false);
  });

  test('numbers that a double cannot tell apart are not the same', async () => {
    const seed = (digits: string) => ({ body: body().replace('"model"', `"seed":${digits},"model"`) });
    expect(await isSame(seed('9007199254740993'), seed('9007199254740992'))).toBe(false);
  });

  test('a stream and a whole answer are not the same', async () => {
    expect(await isSame({ stream: true }, { stream: false })).toBe(false);
  });

  test('callers of two formats are not the same', async () => {
    expect(await isSame({}, { dialect: 'anthropic-messages' })).toBe(false);
  });

  test('versions that a format asks for in headers count', async () => {
    const asked = { dialect: 'anthropic-messages', model: 'other' } as const;
    const beta = { headers: { 'anthropic-beta': 'context-1m' } };
    expect(await isSame(asked, { ...asked, ...beta })).toBe(false);
  });

  test('where an alias leads counts', async () => {
    await ask();
    const elsewhere = createTestEngine(
      simulator,
      { clock, cache },
      { aliases: { kept: { targets: ['openai:two'], retries: 0, cache: { ttlSeconds: 60 } } } },
    );
    const { record } = await elsewhere.ask({ model: 'kept', text: '[[text: Fair winds, 順風 and 🌊.]]' });
    expect(record).toMatchObject({ cache: 'miss', model: 'two' });
    await elsewhere.close();
  });

  test('what the caller allows to be lost counts', async () => {
    expect(await isSame({}, { controls: { lossPolicy: 'strict' } })).toBe(false);
  });
});

describe('never kept', () => {
  const isKept = async (asked: Asked): Promise<boolean> => {
    await ask(asked);
    const { record } = await ask(asked);
    return record.cache === 'hit';
  };

  test.each([false, true])('errors, stream %s', async (stream) => {
    simulator.fault('server-error', {});
    const { caller } = await ask({ stream });
    expect(caller.status).toBe(500);
    simulator.reset();
    const { record } = await ask({ stream });
    expect(record).toMatchObject({ cache: 'miss', outcome: 'answered' });
  });

  test('streams that broke, and streams that told an error', async () => {
    const text = '[[text: one two three four five six seven eight]]';
    for (const fault of ['reset-mid-stream after=3', 'error-mid-stream after=3']) {
      simulator.fault(fault, {});
      const broken = await ask({ text, stream: true });
      expect(broken.record.outcome, fault).toBe('failed');
      simulator.reset();
      expect((await ask({ text, stream: true })).record, fault).toMatchObject({ cache: 'miss' });
      time.now += 60_000;
    }
  });

  test.each(['length', 'content-filter'])('answers that ended by %s', async (stop) => {
    for (const stream of [false, true]) {
      expect(await isKept({ text: `[[text: Half.]] [[stop: ${stop}]]`, stream })).toBe(false);
    }
    expect(await isKept({ text: '[[text: All.]] [[stop: stop]]' })).toBe(true);
  });

  test('refusals', async () => {
    expect(await isKept({ model: 'other', text: '[[refuse: I will not.]] [[stop: refusal]]' })).toBe(false);
  });

  test.each([false, true])('answers beyond the bound, stream %s', async (stream) => {
    const small = { ...cache, maxAnswerBytes: 2000 };
    const bounded = createTestEngine(simulator, { clock, cache: small });
    const asked = { model: 'openai:one', stream, controls: { cache: 'use' } } as const;
    for (const text of ['[[long: 2000]]', '[[long: 2000]]']) {
      const { record, caller } = await bounded.ask({ ...asked, text });
      expect(record.cache).toBe('miss');
      expect(caller.text.length).toBeGreaterThan(2000);
    }
    await bounded.ask({ ...asked, text: '[[text: Short.]]' });
    expect((await bounded.ask({ ...asked, text: '[[text: Short.]]' })).record.cache).toBe('hit');
    await bounded.close();
  });

  test('answers of callers who left before the end', async () => {
    const text = '[[text: one two three four five six seven eight]] [[chunks: 20ms]]';
    const leaving = createTestCaller((caller) => {
      if (caller.text.includes('three')) setTimeout(() => caller.leave(), 0);
      return true;
    });
    const { record } = await ask({ text, stream: true, caller: leaving });
    expect(record.outcome).toBe('aborted');
    expect((await ask({ text, stream: true })).record).toMatchObject({ cache: 'miss' });
  });

  test('answers of a target that stood in for the one that was asked', async () => {
    simulator.fault('server-error', { match: { model: 'one' } });
    const { record } = await ask({ model: 'two' });
    expect(record).toMatchObject({ outcome: 'answered', model: 'two', cache: 'miss' });
    simulator.reset();
    expect((await ask({ model: 'two' })).record).toMatchObject({ cache: 'miss', model: 'one' });
    expect((await ask({ model: 'two' })).record).toMatchObject({ cache: 'hit', model: 'one' });
  });

  test('calls in which the vendor keeps state, and token counts', async () => {
    const responses = { dialect: 'openai-responses', path: '/v1/responses' } as const;
    const body = (more: object): string => JSON.stringify({ model: 'kept', input: 'Hello.', ...more });
    expect((await ask({ ...responses, body: body({ conversation: 'conv_1' }) })).record.cache).toBe('bypass');
    expect((await ask({ ...responses, body: body({ background: true }) })).record.cache).toBe('bypass');
    expect((await ask({ ...responses, body: body({}) })).record.cache).toBe('miss');
    const count = {
      dialect: 'anthropic-messages',
      path: '/v1/messages/count_tokens',
      model: 'other',
    } as const;
    expect((await ask(count)).record.cache).toBe('bypass');
  });
});

describe.each([false, true])('identical calls at one moment, stream %s', (stream) => {
  const slow = '[[delay: 150ms]] [[text: one two three four]]';

  test('one asks, the others are given its answer', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask({ text: slow, stream })));
    expect(sent()).toBe(1);
    expect(new Set(answers.map(({ caller }) => caller.text)).size).toBe(1);
    expect(answers.map(says).toSorted()).toEqual([...Array(49).fill('hit'), 'miss']);
    expect(new Set(answers.map(({ record }) => record.id)).size).toBe(50);
    const spent = answers.filter(({ record }) => (record.cost.nanoDollars ?? 0) > 0);
    expect(spent).toHaveLength(1);
  });

  test('when it fails, the next one asks: an error is nobody else’s', async () => {
    const failing = '[[delay: 100ms]] [[fault: server-error]]';
    for (let at = 0; at < 2; at++) simulator.script(failing);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask({ text: slow, stream })));
    expect(answers.filter(({ caller }) => caller.status === 500)).toHaveLength(2);
    expect(answers.filter(({ caller }) => caller.status === 200)).toHaveLength(18);
    expect(sent()).toBe(3);
  });

  test('when three have failed, nobody waits for a fourth', async () => {
    simulator.fault('server-error', {});
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask({ text: slow, stream })));
    expect(answers.every(({ caller }) => caller.status === 500)).toBe(true);
    expect(sent()).toBe(20);
    simulator.reset();
    expect((await ask({ text: slow, stream })).caller.status).toBe(200);
  });

  test('when its caller leaves, the next one asks', async () => {
    const leaving = createTestCaller();
    const first = ask({ text: slow, stream, caller: leaving });
    await until(() => sent() === 1);
    const others = Array.from({ length: 10 }, () => ask({ text: slow, stream }));
    await wait(20);
    leaving.leave();
    expect((await first).record.outcome).toBe('aborted');
    const answers = await Promise.all(others);
    expect(answers.map(({ caller }) => caller.status)).toEqual(Array(10).fill(200));
    expect(sent()).toBe(2);
  });

  test('who leaves while it waits stops waiting, and nobody else does', async () => {
    const first = ask({ text: slow, stream });
    await until(() => sent() === 1);
    const leaving = createTestCaller();
    const waiting = ask({ text: slow, stream, caller: leaving });
    const other = ask({ text: slow, stream });
    await wait(10);
    leaving.leave();
    const { record } = await waiting;
    expect(record).toMatchObject({ outcome: 'aborted', status: 499, attempts: [] });
    expect(record.durationMs).toBeLessThan(130);
    expect((await first).record.cache).toBe('miss');
    expect((await other).record.cache).toBe('hit');
    expect(sent()).toBe(1);
  });

  test('an answer that is not for others is asked for by all of them at once', async () => {
    const text = '[[delay: 150ms]] [[text: Half.]] [[stop: length]]';
    const before = performance.now();
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask({ text, stream })));
    expect(answers.every(({ caller }) => caller.status === 200)).toBe(true);
    expect(sent()).toBe(10);
    // Two rounds, and not one after the other.
    expect(performance.now() - before).toBeLessThan(1400);
  });

  test('nobody waits longer than it has time', async () => {
    const first = ask({ text: '[[delay: 600ms]] [[text: Late.]]', stream });
    await until(() => sent() === 1);
    const hurried = await ask({
      text: '[[delay: 600ms]] [[text: Late.]]',
      stream,
      controls: { deadlineMs: 100 },
    });
    expect(hurried.caller.status).toBe(504);
    expect(hurried.record.durationMs).toBeLessThan(500);
    expect((await first).record.outcome).toBe('answered');
  });
});

describe('tenants', () => {
  test('many workspaces that ask the same at once are each given their own', async () => {
    const workspaces = Array.from({ length: 40 }, (_, at) => `w${at}`);
    const round = () =>
      Promise.all(
        workspaces.flatMap((workspace) =>
          [1, 2, 3].map(() => ask({ text: '[[delay: 50ms]] [[text: Same.]]', stream: true, workspace })),
        ),
      );
    const first = await round();
    expect(sent()).toBe(workspaces.length);
    const owners = new Map(
      first
        .filter(({ record }) => record.cache === 'miss')
        .map(({ record }) => [record.id, record.workspace]),
    );
    expect(owners.size).toBe(workspaces.length);
    const hits = [...first, ...(await round())].filter(({ record }) => record.cache === 'hit');
    expect(hits).toHaveLength(5 * workspaces.length);
    for (const { caller, record } of hits) {
      expect(owners.get(caller.headers['x-keelson-cached-call'] as string)).toBe(record.workspace);
    }
    expect(sent()).toBe(workspaces.length);
  });
});

describe('a stream that is given again', () => {
  const long = { text: '[[long: 20000]]', stream: true } as const;

  test('waits for a slow reader', async () => {
    const first = await ask(long);
    let drain = (): void => {};
    let isFull = false;
    let mostBuffered = 0;
    let buffered = 0;
    const slow = createTestCaller((caller) => {
      expect(isFull, 'nothing comes while the socket is full').toBe(false);
      isFull = true;
      buffered = caller.text.length - buffered;
      mostBuffered = Math.max(mostBuffered, buffered);
      buffered = caller.text.length;
      setTimeout(() => {
        isFull = false;
        drain();
      }, 1);
      return false;
    });
    slow.onDrain = (run) => {
      drain = run;
    };
    const { record, caller } = await ask({ ...long, caller: slow });
    expect(record.cache).toBe('hit');
    expect(caller.text).toBe(first.caller.text);
    expect(mostBuffered).toBeLessThanOrEqual(16 * 1024);
  });

  test('ends when its reader leaves', async () => {
    await ask(long);
    const leaving = createTestCaller((caller) => {
      setTimeout(() => caller.leave(), 5);
      return false;
    });
    const { record } = await ask({ ...long, caller: leaving });
    expect(record).toMatchObject({ outcome: 'aborted', status: 499, cache: 'hit', cost: { nanoDollars: 0 } });
    expect(record).not.toHaveProperty('saved');
    expect(leaving.isOver).toBe(false);
  });
});
