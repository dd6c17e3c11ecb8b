/** What processes that share a port say to each other; all of it goes through the one that started them. */
import type { CallRecord, MetricSamples, ProcessMetrics } from '@keelson/engine';

export type WorkerMessage =
  /** It can be sent calls. */
  | { readonly says: 'ready' }
  /** Somebody reads metrics at the sender, or wants those of the receiver. */
  | { readonly says: 'ask-metrics'; readonly number: number }
  | { readonly says: 'metrics'; readonly number: number; readonly metrics: ProcessMetrics }
  | { readonly says: 'all-metrics'; readonly number: number; readonly all: AllMetrics }
  /** Of a process that ends. */
  | { readonly says: 'last-samples'; readonly samples: MetricSamples }
  /** Somebody watches calls at the sender. */
  | { readonly says: 'watching' }
  | { readonly says: 'calls'; readonly records: readonly CallRecord[] };

/** Whoever watches says so again and again; whoever has stopped, or died, need not say anything. */
export const sayWatchingEveryMs = 10_000;
export const watchedForMs = 3 * sayWatchingEveryMs;

export interface AllMetrics {
  readonly processes: readonly ProcessMetrics[];
  readonly answered: number;
  readonly missing: number;
}

export function isWorkerMessage(message: unknown): message is WorkerMessage {
  return typeof message === 'object' && message !== null && 'says' in message;
}
