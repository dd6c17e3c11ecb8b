/** What the pipeline is built on; whoever starts an engine puts these together. */
import type { Usage } from '@keelson/core';
import type { AnswerCache } from '../cache/index.ts';
import type { Limits } from '../limits/index.ts';
import type { CallRecord, Clock, Log, RecordedCost } from '../observability/index.ts';
import type { Provider } from '../providers/index.ts';
import type { ReceiptIssuer } from '../receipts/index.ts';
import type { Routing, Target } from '../routing/index.ts';
import type { Responses, Things } from '../storage/index.ts';
import type { WorstPrices } from './worst-price.ts';

export interface EngineParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Makes ids of calls. */
  newId(): string;
  readonly routing: Routing;
  /** What usage costs at a target; without a known price it says so. */
  costOf(target: Target, usage: Usage): RecordedCost;
  /** Strict cost: calls go only to targets of which this is true. Without it, to all. */
  isPriced?(target: Target): boolean;
  /** Budgets above callers; without them, everything is granted. */
  readonly limits?: Limits;
  /** What a call can cost at most at a target. */
  readonly worstPrices?: WorstPrices;
  /** Where answers are kept that callers go on with by their ids. */
  readonly answers?: Responses;
  /** Signs receipts of calls; without it, there are none. */
  readonly receipts?: ReceiptIssuer;
  /** Answers that are given again to calls that ask for that. */
  readonly cache?: AnswerCache;
  /** What stays at providers and whose it is; without it, nothing can be left there. */
  readonly things?: {
    readonly store: Things;
    readonly providers: ReadonlyMap<string, Provider>;
    isRecorded(callId: string): Promise<boolean>;
    /** Resolves when it is stored. */
    keepRecord(record: CallRecord): Promise<void>;
  };
  /** Told of every call when it is over. It must not throw and must not wait. */
  onRecord(record: CallRecord): void;
}
