// Watching calls as they finish: filters, bounds for those who are slow, and no cost for those who have left.
import { expect, test } from 'vitest';
import { finishedCall } from './__fixtures__/finished-call.ts';
import { createCallTail, type TailFilter } from './call-tail.ts';

test.each<[TailFilter, number]>([
  [{}, 2],
  [{ workspace: 'w1' }, 1],
  [{ workspace: 'w1', outcome: 'failed' }, 0],
  [{ provider: 'openai', model: 'gpt-5', alias: 'fast', endpoint: 'chat', requestedModel: 'fast' }, 1],
  [{ workspaces: ['w2', 'w3'] }, 1],
  [{ workspaces: [] }, 0],
  [{ keyId: 'k2' }, 1],
  [{ minStatus: 500 }, 1],
  [{ minDurationMs: 951 }, 1],
  [{ error: 'provider_timeout' }, 1],
])('%j lets %i of two pass', (filter, count) => {
  const tail = createCallTail();
  const subscription = tail.subscribe(filter, () => {});
  tail.add(finishedCall());
  tail.add(
    finishedCall({
      workspace: 'w2',
      keyId: 'k2',
      provider: 'anthropic',
      outcome: 'failed',
      status: 504,
      error: 'provider_timeout',
      durationMs: 2000,
    }),
  );
  expect(subscription?.take()).toMatchObject({ records: { length: count }, dropped: 0 });
});

test('whoever is slow gets the first and is told how many it missed; the others miss nothing', () => {
  const tail = createCallTail({ maxWaiting: 3 });
  const calls: number[] = [];
  const slow = tail.subscribe({}, () => calls.push(1));
  const fast = tail.subscribe({}, () => {});
  for (let at = 0; at < 10; at++) {
    tail.add(finishedCall({ id: `${at}` }));
    expect(fast?.take().records.map(({ id }) => id)).toEqual([`${at}`]);
  }
  expect(calls).toEqual([1]);
  expect(slow?.take()).toMatchObject({ records: [{ id: '0' }, { id: '1' }, { id: '2' }], dropped: 7 });
  expect(tail.dropped).toBe(7);
  expect(slow?.take()).toEqual({ records: [], dropped: 0 });
  tail.add(finishedCall());
  expect(calls).toEqual([1, 1]);
});

test('who has left is told nothing, and only so many may watch', () => {
  const tail = createCallTail({ maxSubscribers: 1 });
  let told = 0;
  const only = tail.subscribe({}, () => (told += 1));
  expect(tail.subscribe({}, () => {})).toBeUndefined();
  expect(tail.isWatched).toBe(true);
  only?.close();
  only?.close();
  tail.add(finishedCall());
  expect(told).toBe(0);
  expect(tail.isWatched).toBe(false);
  expect(tail.subscribe({}, () => {})).toBeDefined();
});
