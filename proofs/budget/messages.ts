/** What the proof and its processes say to each other. */
import type { StorageTarget } from '@keelson/engine';

/** Faults that can be planted in the processes, to see that the proof finds them. */
export const plants = ['lent-twice', 'lost-settlement', 'forgotten-estate', 'free-aborts'] as const;
export type Plant = (typeof plants)[number];

export const workspace = 'proof';
export const budgetId = 'all';

export interface ProcessSettings {
  readonly vendorUrl: string;
  readonly target: StorageTarget;
  readonly journalFolder: string;
  readonly callers: number;
  /** Only streams whose callers leave, and then no more; without it, everything until it is told to stop. */
  readonly abortedStreams?: number;
  readonly plant?: Plant;
}

/** Stop the callers, settle everything, and end. */
export type Order = 'close';

export type Told =
  | { readonly type: 'ready' }
  | { readonly type: 'done' }
  /** A call went this way; each time, because nobody knows who will be killed next. */
  | { readonly type: 'way'; readonly way: 'hedged' | 'fellBack' }
  | { readonly type: 'closed' };
