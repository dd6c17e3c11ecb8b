/** A clock that a test turns by hand; whoever sleeps wakes when it has been turned far enough. */
import type { Clock } from '../../observability/index.ts';

export interface HandClock extends Clock {
  turn(ms: number): void;
}

export function createHandClock(start = 1_700_000_000_000): HandClock {
  let now = start;
  const sleepers = new Set<{ readonly at: number; wake(): void }>();
  return {
    now: () => now,
    elapsed: () => now - start,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = {
          at: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    every: () => () => undefined,
    turn: (ms) => {
      now += ms;
      for (const sleeper of [...sleepers]) if (sleeper.at <= now) sleeper.wake();
    },
  };
}
