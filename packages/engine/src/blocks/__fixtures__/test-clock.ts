/** Clocks for the tests of this room: one that waits for nobody, and one that is turned by hand. */
import type { Clock } from '../../observability/index.ts';

export interface RestlessClock extends Clock {
  /** What was slept, in order. */
  readonly sleeps: readonly number[];
}

/** Every sleep is over at once, and the time has moved on by it. */
export function restlessClock(): RestlessClock {
  let now = 1_790_000_000_000;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    elapsed: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      sleeps.push(ms);
      now += ms;
    },
    every: () => () => {},
  };
}

export interface HandClock extends Clock {
  /** Moves on and lets everything happen that was due. */
  advance(ms: number): Promise<void>;
}

export function handClock(): HandClock {
  let now = 1_790_000_000_000;
  const timers = new Set<{ readonly at: number; readonly ring: () => void }>();
  return {
    now: () => now,
    elapsed: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const timer = { at: now + ms, ring: resolve };
        timers.add(timer);
        signal?.addEventListener('abort', () => {
          timers.delete(timer);
          reject(signal.reason);
        });
      }),
    every: () => () => {},
    advance: async (ms) => {
      await settle();
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.ring();
      }
      await settle();
    },
  };
}

/** Lets all that waits for nothing but its turn have it. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
