/** What the gateway's thread and the thread that writes calls say to each other. */
import type { Synchronous } from './connect-sqlite.ts';
import type { FlatBatch } from './flat-batch.ts';
import type { Appended, ReceiptBatch } from './receipt-batch.ts';

export interface WorkerTask {
  readonly path: string;
  readonly synchronous: Synchronous;
}

/** A part of a batch; all parts with one number are written in one transaction when the last of them is there. */
export interface BatchMessage extends FlatBatch {
  readonly number: number;
  readonly isLast: boolean;
}

/** A batch of receipts, written in one transaction. */
export interface ReceiptsMessage {
  readonly number: number;
  readonly receipts: ReceiptBatch;
}

/** Errors lose what is SQLite's on the way between threads, so it is told apart. */
export interface WorkerFailure {
  readonly message: string;
  readonly code?: string;
  readonly errcode?: number;
}

/** On disk, as far as the file's `synchronous` promises, when there is no failure. */
export interface BatchAnswer {
  readonly number: number;
  readonly failure?: WorkerFailure;
  /** What became of a batch of receipts. */
  readonly appended?: Appended;
}
