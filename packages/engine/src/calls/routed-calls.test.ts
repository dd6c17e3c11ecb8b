// What routing decides as callers, vendors and records see it: circuits, waits, second attempts, sessions, escalations.
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestEngine, type TestEngine } from './__fixtures__/test-engine.ts';

let simulator: Simulator;
let engine: TestEngine;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 5 });
});
beforeEach(() => {
  simulator.reset();
  engine = createTestEngine(
    simulator,
    {},
    {
      circuit: { failuresInRow: 3, openMs: 400 },
      aliases: {
        two: { targets: ['openai:one', 'anthropic:two'], retries: 0 },
        alone: { targets: ['openai:one'], retries: 1 },
        once: { targets: ['openai:one'], retries: 0 },
        quick: { targets: ['openai:one', 'anthropic:two'], hedge: true, retries: 0 },
        kept: { targets: ['openai:one', 'openai:two', 'openai:three'], sticky: 'session' },
        long: { targets: ['openai:one'], escalate: { context_too_long: ['anthropic:two'] } },
      },
    },
  );
});
afterEach(() => engine.close());
afterAll(() => simulator.close());

const models = (): (string | undefined)[] =>
  simulator.requests.map(({ request }) => (request as { model?: string }).model);

describe('a model that keeps failing', () => {
  test.each([
    false,
    true,
  ])('is left alone, asked once when its time is over, and taken back, stream %s', async (stream) => {
    simulator.fault('server-error', { match: { model: 'one' } });
    for (let at = 0; at < 6; at++) {
      const { caller } = await engine.ask({ model: 'two', text: '[[text: Aye.]]', stream });
      expect(caller.status).toBe(200);
    }
    expect(models().filter((model) => model === 'one')).toHaveLength(3);
    simulator.reset();
    simulator.script('[[delay: 150ms]] [[text: Aye.]]', { times: 'always', match: { model: 'one' } });
    await new Promise((resolve) => setTimeout(resolve, 450));
    const answers = await Promise.all([1, 2, 3, 4].map(() => engine.ask({ model: 'two', stream })));
    expect(answers.map(({ record }) => record.model).toSorted()).toEqual(['one', 'two', 'two', 'two']);
    const after = await engine.ask({ model: 'two', stream });
    expect(after.record).toMatchObject({ model: 'one', attempts: [{ reason: 'first' }] });
  });

  test('with nobody else, calls are refused at once and told when to come back', async () => {
    simulator.fault('server-error', {});
    for (let at = 0; at < 3; at++) await engine.ask({ model: 'once' });
    const { caller, record } = await engine.ask({ model: 'once' });
    expect(simulator.counts.requests).toBe(3);
    expect(record).toMatchObject({ outcome: 'refused', error: 'provider_unavailable', attempts: [] });
    expect(caller.status).toBe(503);
    expect(Number(caller.headers['retry-after-ms'])).toBeGreaterThan(0);
    expect(Number(caller.headers['retry-after-ms'])).toBeLessThanOrEqual(400);
  });

  test('streams that break after their first words count as well', async () => {
    simulator.fault('reset-mid-stream after=3', { match: { model: 'one' } });
    const text = '[[text: one two three four five six seven eight]] [[chunks: 10ms]]';
    for (let at = 0; at < 10; at++) {
      const { record } = await engine.ask({ model: 'two', text, stream: true });
      expect(record).toMatchObject({ error: 'stream_interrupted', attempts: [{ model: 'one' }] });
    }
    const { record } = await engine.ask({ model: 'two', text, stream: true });
    expect(record).toMatchObject({ outcome: 'answered', attempts: [{ model: 'two', reason: 'first' }] });
  });

  test('a caller’s own mistakes leave it be', async () => {
    simulator.fault('bad-request', {});
    for (let at = 0; at < 8; at++) expect((await engine.ask({ model: 'once' })).caller.status).toBe(400);
    expect(simulator.counts.requests).toBe(8);
  });
});

test('a rate limit is waited for when there is nowhere else to go', async () => {
  simulator.script('[[fault: rate-limit retry-after=1]]');
  const { caller, record } = await engine.ask({ model: 'alone', text: '[[text: Aye.]]' });
  expect(caller.status).toBe(200);
  expect(record.attempts.map(({ reason, outcome }) => `${reason} ${outcome}`)).toEqual([
    'first failed',
    'retry answered',
  ]);
  expect(record.durationMs).toBeGreaterThanOrEqual(1000);
});

test.each([false, true])('a second attempt begins beside a slow one, and wins, stream %s', async (stream) => {
  for (let at = 0; at < 20; at++) await engine.ask({ model: 'once', text: '[[text: Aye.]]', stream });
  simulator.script('[[delay: 5s]] [[text: Late.]]', { match: { model: 'one' } });
  const { caller, record } = await engine.ask({ model: 'quick', text: '[[text: Aye.]]', stream });
  expect(caller.text).toContain('Aye.');
  expect(caller.text).not.toContain('Late');
  expect(record.durationMs).toBeLessThan(4000);
  expect(record.attempts.map(({ reason, outcome }) => `${reason} ${outcome}`)).toEqual([
    'first cancelled',
    'hedge answered',
  ]);
});

test('a session stays where it is', async () => {
  const homes = new Map<string, Set<string | undefined>>();
  for (let at = 0; at < 30; at++) {
    const sessionId = `session-${at % 10}`;
    const { record } = await engine.ask({ model: 'kept', controls: { sessionId } });
    homes.set(sessionId, (homes.get(sessionId) ?? new Set()).add(record.model));
  }
  expect([...homes.values()].every((seen) => seen.size === 1)).toBe(true);
  expect(new Set([...homes.values()].flatMap((seen) => [...seen])).size).toBeGreaterThan(1);
});

test('a call that is too long for one goes on to the longer model, unless the caller forbids that', async () => {
  simulator.fault('context-too-long', { match: { model: 'one' } });
  const { caller, record } = await engine.ask({ model: 'long', text: '[[text: Aye.]]' });
  expect(caller.status).toBe(200);
  expect(record.attempts.map(({ model, reason }) => `${model} ${reason}`)).toEqual([
    'one first',
    'two fallback',
  ]);
  const kept = await engine.ask({ model: 'long', controls: { mayFallBack: false } });
  expect(kept.record).toMatchObject({ error: 'context_too_long', attempts: [{ model: 'one' }] });
});
