// The thread that writes calls to the SQLite file: it owns one connection, takes batches in turn, and answers each when it
// is written. It ends when it is told `close`.
import { parentPort, workerData } from 'node:worker_threads';
import { connectSqlite, tuneSqlite } from './connect-sqlite.ts';
import type { FlatBatch } from './flat-batch.ts';
import type {
  BatchAnswer,
  BatchMessage,
  ReceiptsMessage,
  WorkerFailure,
  WorkerTask,
} from './worker-messages.ts';
import { createBatchWriter } from './write-flat-batch.ts';
import { createReceiptWriter } from './write-receipt-batch.ts';

const { path, synchronous } = workerData as WorkerTask;
const database = connectSqlite(path);
tuneSqlite(database, synchronous);
let write: ReturnType<typeof createBatchWriter> | undefined;
let appendReceipts: ReturnType<typeof createReceiptWriter> | undefined;

/** Batches of which parts are still to come. */
const begun = new Map<number, FlatBatch[]>();

function take({ number, isLast, calls, attempts }: BatchMessage): void {
  const parts = [...(begun.get(number) ?? []), { calls, attempts }];
  begun.set(number, parts);
  if (!isLast) return;
  begun.delete(number);
  parentPort?.postMessage(answer(number, parts));
}

function answer(number: number, parts: readonly FlatBatch[]): BatchAnswer {
  try {
    // Prepared with the first batch, so that a failure is that batch's and not the end of the thread.
    write ??= createBatchWriter(database);
    write(parts);
    return { number };
  } catch (error) {
    return { number, failure: describe(error) };
  }
}

function append({ number, receipts }: ReceiptsMessage): BatchAnswer {
  try {
    appendReceipts ??= createReceiptWriter(database);
    return { number, appended: appendReceipts(receipts) };
  } catch (error) {
    return { number, failure: describe(error) };
  }
}

function describe(error: unknown): WorkerFailure {
  const { message, code, errcode } = error as Error & { code?: string; errcode?: number };
  return { message, ...(code !== undefined && { code }), ...(errcode !== undefined && { errcode }) };
}

parentPort?.on('message', (message: BatchMessage | ReceiptsMessage | 'close') => {
  if (message !== 'close') {
    if ('receipts' in message) parentPort?.postMessage(append(message));
    else take(message);
    return;
  }
  database.close();
  parentPort?.close();
});
