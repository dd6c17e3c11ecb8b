/** The cache of answers as calls use it: what can be asked for known ones, and who is asking for the same right now. */
import type { Clock, Log } from '../observability/index.ts';
import type { Storage } from '../storage/index.ts';
import type { AnswerSource } from './answer-source.ts';
import type { AnswerStore, HeldAnswers } from './answer-store.ts';
import { createDatabaseStore } from './database-store.ts';
import { createExactAnswers } from './exact-answers.ts';
import { Flights } from './flights.ts';
import { createMemoryStore } from './memory-store.ts';
import { openRedisStore } from './redis-store.ts';

export interface AnswerCache {
  /** In the order in which they are asked. */
  readonly sources: readonly AnswerSource[];
  readonly flights: Flights;
  readonly store: AnswerStore['name'];
  /** What is held of these workspaces, where that can be told. */
  measure(workspaces: readonly string[]): Promise<HeldAnswers | undefined>;
  /**
   * Forgets all answers of these workspaces, or of every one; how many these were. Calls that are under way may keep theirs
   * afterwards.
   */
  forget(workspaces: readonly string[] | 'all'): Promise<number>;
  /** A longer answer is given, but not kept. */
  readonly maxAnswerBytes: number;
  /** Waits for what is being kept. */
  close(): Promise<void>;
}

export type AnswerCacheSettings =
  | { readonly store: 'memory'; readonly maxBytes: number }
  | {
      readonly store: 'database';
      readonly maxBytes: number;
      readonly storage: Pick<Storage, 'cachedAnswers'>;
    }
  | { readonly store: 'redis'; readonly url: string };

interface CacheDeps {
  readonly clock: Clock;
  readonly log: Log;
}

const maxAnswerBytes = 4 * 1024 * 1024;

/** Throws `configuration_invalid` for an address that is none; a server that is away is no reason not to start. */
export async function openAnswerCache(settings: AnswerCacheSettings, deps: CacheDeps): Promise<AnswerCache> {
  const store = await openStore(settings, deps);
  const exact = createExactAnswers({ store, ...deps });
  return {
    sources: [exact],
    store: store.name,
    measure: (workspaces) => store.measure(workspaces),
    forget: (workspaces) => store.forget(workspaces),
    flights: new Flights(deps.clock),
    maxAnswerBytes,
    close: () => exact.close(),
  };
}

async function openStore(settings: AnswerCacheSettings, { clock, log }: CacheDeps): Promise<AnswerStore> {
  switch (settings.store) {
    case 'memory':
      return createMemoryStore(settings);
    case 'database': {
      const { storage, maxBytes } = settings;
      return createDatabaseStore({ cachedAnswers: storage.cachedAnswers, maxBytes, clock, log });
    }
    case 'redis':
      return openRedisStore(settings.url);
  }
}
