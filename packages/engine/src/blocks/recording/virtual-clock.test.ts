// The clock of recordings: nobody waits, things happen in the order of their times, and a deadline is not something to wait for.
import { expect, it } from 'vitest';
import { systemClock } from '../../observability/index.ts';
import { handClock } from '../__fixtures__/index.ts';
import { VirtualClock } from './virtual-clock.ts';

const startsAt = Date.parse('2026-03-01T12:00:00Z');
const replayed = () => new VirtualClock({ startsAt, driver: handClock(), leaps: true });

it('lets waits end in the order of their times, at once', async () => {
  const clock = replayed();
  const order: string[] = [];
  const wait = async (name: string, ms: number) => {
    await clock.sleep(ms);
    order.push(`${name} at ${clock.now() - startsAt}`);
  };
  await Promise.all([wait('slow', 86_400_000), wait('fast', 1000), wait('fast too', 1000), wait('none', 0)]);
  expect(order).toEqual(['none at 0', 'fast at 1000', 'fast too at 1000', 'slow at 86400000']);
});

it('lets what follows a wait come before a later wait', async () => {
  const clock = replayed();
  const order: string[] = [];
  const steps = async () => {
    for (let step = 1; step <= 3; step += 1) {
      await clock.sleep(10);
      order.push(`step ${step}`);
    }
  };
  const long = async () => {
    await clock.sleep(25);
    order.push('long');
  };
  await Promise.all([long(), steps()]);
  expect(order).toEqual(['step 1', 'step 2', 'long', 'step 3']);
  expect(clock.elapsed()).toBe(30);
});

it('rings an alarm when a wait passes it, or when it has really been so long, and not before', async () => {
  const driver = handClock();
  const clock = new VirtualClock({ startsAt, driver, leaps: true });
  const rung: string[] = [];
  const { signal } = new AbortController();
  void clock.alarm(100, signal).then(() => rung.push('passed'));
  void clock.alarm(5000, signal).then(() => rung.push('really'));
  await driver.advance(50);
  expect(rung).toEqual([]);
  expect(clock.elapsed()).toBe(0);
  await clock.sleep(200);
  expect(rung).toEqual(['passed']);
  await driver.advance(5000);
  await expect.poll(() => rung).toEqual(['passed', 'really']);
  expect(clock.elapsed()).toBe(5000);
});

it('forgets what is ended', async () => {
  const clock = replayed();
  const ending = new AbortController();
  const ended = clock.sleep(1000, ending.signal);
  const alarm = clock.alarm(10, ending.signal);
  ending.abort('enough');
  await expect(ended).rejects.toBe('enough');
  await expect(alarm).rejects.toBe('enough');
  await expect(clock.sleep(10, ending.signal)).rejects.toBe('enough');
  await clock.sleep(5);
  expect(clock.elapsed()).toBe(5);
});

it('really waits while recording, and lets no two calls end at the same time', async () => {
  const driver = handClock();
  const clock = new VirtualClock({ startsAt, driver, leaps: false });
  const order: string[] = [];
  const call = async (name: string, ms: number) => {
    const start = clock.startCall();
    await driver.sleep(ms);
    order.push(`${name} took ${await clock.endCall(start)}`);
  };
  const calls = [call('one', 20), call('other', 20), clock.sleep(15).then(() => order.push('waited'))];
  await driver.advance(10);
  expect(order).toEqual([]);
  await driver.advance(10);
  await Promise.all(calls);
  expect(order).toEqual(['waited', 'one took 20', 'other took 20.001']);
});

it('is what a process has for its intervals', async () => {
  const clock = new VirtualClock({ startsAt, driver: systemClock, leaps: true });
  let count = 0;
  const stop = clock.every(1, () => {
    count += 1;
  });
  await expect.poll(() => count).toBeGreaterThan(1);
  stop();
});
