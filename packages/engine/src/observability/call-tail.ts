/**
 * Finished calls as they finish, for whoever wants to watch. Nobody who watches slowly holds up anything: each has a list of
 * what is still to be fetched, of bounded length, and is told how much did not fit.
 */
import type { CallRecord } from './call-record.ts';

/** All that are given must be so. */
export interface TailFilter {
  /** None that other processes have handed on. */
  readonly isOfThisProcess?: boolean;
  readonly workspace?: string;
  /** Any of these. */
  readonly workspaces?: readonly string[];
  readonly keyId?: string;
  readonly endpoint?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly requestedModel?: string;
  readonly alias?: string;
  readonly outcome?: string;
  readonly error?: string;
  readonly minStatus?: number;
  readonly minDurationMs?: number;
}

interface TailBatch {
  readonly records: readonly CallRecord[];
  /** Since the last batch. */
  readonly dropped: number;
}

interface TailSubscription {
  /** What has come since the last time. */
  take(): TailBatch;
  close(): void;
}

export interface CallTail {
  /** Whether anybody watches: while nobody does, a call costs nothing here. */
  readonly isWatched: boolean;
  /** Whether anybody does but those who only hand on to other processes. */
  readonly isWatchedHere: boolean;
  /** Calls that somebody watched too slowly for. */
  readonly dropped: number;
  /** From `elsewhere`: a call of another process of the same server. */
  add(record: CallRecord, from?: 'here' | 'elsewhere'): void;
  /** `onMore` is called when there is something where there was nothing; undefined when too many watch already. */
  subscribe(filter: TailFilter, onMore: () => void): TailSubscription | undefined;
}

interface TailBounds {
  readonly maxWaiting?: number;
  readonly maxSubscribers?: number;
}

export function createCallTail({ maxWaiting = 500, maxSubscribers = 32 }: TailBounds = {}): CallTail {
  const watchers: Watcher[] = [];
  let dropped = 0;
  return {
    get isWatched() {
      return watchers.length > 0;
    },
    get isWatchedHere() {
      return watchers.some((watcher) => !watcher.isHandingOn);
    },
    get dropped() {
      return dropped;
    },
    add: (record, from = 'here') => {
      for (const watcher of watchers) {
        if (from === 'elsewhere' && watcher.isHandingOn) continue;
        if (!watcher.add(record)) dropped += 1;
      }
    },
    subscribe: (filter, onMore) => {
      if (watchers.length >= maxSubscribers) return undefined;
      const watcher = new Watcher(filter, onMore, maxWaiting);
      watchers.push(watcher);
      return {
        take: () => watcher.take(),
        close: () => {
          const at = watchers.indexOf(watcher);
          if (at !== -1) watchers.splice(at, 1);
        },
      };
    },
  };
}

class Watcher {
  readonly #filter: TailFilter;
  readonly #onMore: () => void;
  readonly #maxWaiting: number;
  #records: CallRecord[] = [];
  #dropped = 0;

  get isHandingOn(): boolean {
    return this.#filter.isOfThisProcess === true;
  }

  constructor(filter: TailFilter, onMore: () => void, maxWaiting: number) {
    this.#filter = filter;
    this.#onMore = onMore;
    this.#maxWaiting = maxWaiting;
  }

  /** Whether it fitted, or did not matter. */
  add(record: CallRecord): boolean {
    if (!fits(record, this.#filter)) return true;
    if (this.#records.length >= this.#maxWaiting) {
      this.#dropped += 1;
      return false;
    }
    this.#records.push(record);
    if (this.#records.length === 1) this.#onMore();
    return true;
  }

  take(): TailBatch {
    const batch = { records: this.#records, dropped: this.#dropped };
    this.#records = [];
    this.#dropped = 0;
    return batch;
  }
}

const sameFields = [
  'workspace',
  'keyId',
  'endpoint',
  'provider',
  'model',
  'requestedModel',
  'alias',
  'outcome',
  'error',
] as const;

function fits(record: CallRecord, filter: TailFilter): boolean {
  if (record.status < (filter.minStatus ?? 0) || record.durationMs < (filter.minDurationMs ?? 0))
    return false;
  if (filter.workspaces !== undefined && !filter.workspaces.includes(record.workspace)) return false;
  return sameFields.every((field) => filter[field] === undefined || record[field] === filter[field]);
}
