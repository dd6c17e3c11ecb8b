/** Answers in the database, for all processes that share it. Once a minute it is brought back within its bounds. */
import type { Clock, Log } from '../observability/index.ts';
import type { Storage } from '../storage/index.ts';
import type { AnswerStore } from './answer-store.ts';

export interface DatabaseStoreSettings {
  readonly cachedAnswers: Storage['cachedAnswers'];
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly log: Log;
}

const trimEveryMs = 60_000;

export function createDatabaseStore({
  cachedAnswers,
  maxBytes,
  clock,
  log,
}: DatabaseStoreSettings): AnswerStore {
  const stop = clock.every(trimEveryMs, () => {
    cachedAnswers.trim({ now: clock.now(), maxBytes }).catch((error: unknown) => {
      log.warn('Old answers of the cache could not be removed.', { error });
    });
  });
  return {
    name: 'database',
    get: (key) => cachedAnswers.find(key),
    set: (key, sealed, lifetime) => cachedAnswers.put({ ...key, ...lifetime, sealed }),
    remove: (key) => cachedAnswers.remove(key),
    measure: (workspaces) => cachedAnswers.measure(workspaces),
    forget: (workspaces) => cachedAnswers.forget(workspaces),
    close: async () => stop(),
  };
}
