// An alarm when a prompt cache stops helping: once, with enough calls, and not for what is unknown or was never there.
import { expect, test } from 'vitest';
import { attemptOf, finishedCall } from './__fixtures__/finished-call.ts';
import { systemClock } from './clock.ts';
import { type PromptCacheAlert, PromptCacheWatch } from './prompt-cache-watch.ts';

const start = Date.UTC(2026, 10, 21, 12);

function open() {
  const alerts: PromptCacheAlert[] = [];
  const clock = { ...systemClock, ms: start, now: () => clock.ms };
  const watch = new PromptCacheWatch({ clock, onAlert: (alert) => alerts.push(alert) });
  /** Minutes with ten calls each of 1,000 tokens, of which so many came from the cache. */
  const pass = (minutes: number, cacheRead: number | undefined, model = 'gpt-5'): void => {
    const input = { total: 1000, ...(cacheRead !== undefined && { cacheRead }) };
    const record = finishedCall({ attempts: [attemptOf({ model, usage: { input, output: { total: 1 } } })] });
    for (let minute = 0; minute < minutes; minute++) {
      watch.count(Array.from({ length: 10 }, () => record));
      clock.ms += 60_000;
    }
  };
  return { alerts, clock, watch, pass };
}

test('a share that falls by more than half is told once, with both shares', () => {
  const { alerts, watch, pass } = open();
  pass(60, 800);
  expect(alerts).toEqual([]);
  expect([...watch.states()]).toEqual([{ provider: 'openai', model: 'gpt-5', isDown: false }]);
  pass(30, 100);
  expect(alerts).toEqual([
    {
      kind: 'prompt_cache',
      ...{ subject: 'openai:gpt-5', provider: 'openai', model: 'gpt-5' },
      ...{ at: start + 65 * 60_000, startsAt: start + 56 * 60_000, amount: 100_000 },
      ...{ used: 38_000, share: 0.38, usualShare: 0.8 },
    },
  ]);
  expect([...watch.states()]).toMatchObject([{ isDown: true }]);
});

test('it is over when the share is nearly back, and a new fall is told again', () => {
  const { alerts, watch, pass } = open();
  pass(100, 800);
  pass(12, 100);
  expect(alerts).toHaveLength(1);
  pass(6, 800);
  expect([...watch.states()]).toMatchObject([{ isDown: true }]);
  pass(10, 800);
  expect([...watch.states()]).toMatchObject([{ isDown: false }]);
  pass(12, 100);
  expect(alerts).toHaveLength(2);
});

test('what it is for two hours is what is usual', () => {
  const { alerts, watch, pass } = open();
  pass(60, 800);
  pass(140, 100);
  expect(alerts).toHaveLength(1);
  expect([...watch.states()]).toMatchObject([{ isDown: false }]);
});

test.each([
  ['half is not more than half', 410, 800],
  ['a cache that hardly helped', 0, 30],
  ['a cache that begins to help', 800, 0],
])('no alarm: %s', (_, lately, before) => {
  const { alerts, pass } = open();
  pass(60, before);
  pass(30, lately);
  expect(alerts).toEqual([]);
});

test('no alarm without enough calls, from models that are others, or from what is not told', () => {
  const { alerts, watch, clock, pass } = open();
  pass(60, 800);
  pass(30, undefined);
  expect([...watch.states()]).toEqual([]);
  pass(4, 0, 'gpt-6');
  expect(alerts).toEqual([]);
  clock.ms += 20 * 60_000;
  const few = finishedCall({
    attempts: [attemptOf({ usage: { input: { total: 9000, cacheRead: 0 }, output: {} } })],
  });
  watch.count([few, few, few]);
  expect(alerts).toEqual([]);
  expect([...watch.states()]).toEqual([]);
});

test('300 models are watched and no more', () => {
  const { watch, clock } = open();
  const ofModels = Array.from({ length: 320 }, (_, at) => {
    const usage = { input: { total: 20_000, cacheRead: 10_000 }, output: { total: 1 } };
    return finishedCall({ attempts: [attemptOf({ model: `model-${at}`, usage })] });
  });
  for (let minute = 0; minute < 40; minute++) {
    for (let time = 0; time < 3; time++) watch.count(ofModels);
    clock.ms += 60_000;
  }
  expect([...watch.states()]).toHaveLength(300);
});
