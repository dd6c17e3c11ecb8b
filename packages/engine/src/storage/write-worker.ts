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

async function append({ number, receipts }: ReceiptsMessage): Promise<BatchAnswer> {
  try {
    // Not before there are receipts: all of core comes with it.
    const { sealReceipts } = await import('./seal-receipts.ts');
    const sealed = sealReceipts(receipts);
    appendReceipts ??= createReceiptWriter(database);
    return { number, appended: appendReceipts(sealed) };
  } catch (error) {
    return { number, failure: describe(error) };
  }
}

function describe(error: unknown): WorkerFailure {
  const { message, code, errcode } = error as Error & { code?: string; errcode?: number };
  return { message, ...(code !== undefined && { code }), ...(errcode !== undefined && { errcode }) };
}

/** Until the last batch of receipts is answered. */
let appending = Promise.resolve();

parentPort?.on('message', (message: BatchMessage | ReceiptsMessage | 'close') => {
  if (message === 'close') {
    void appending.then(() => {
      database.close();
      parentPort?.close();
    });
  } else if ('receipts' in message) {
    appending = appending.then(async () => parentPort?.postMessage(await append(message)));
  } else take(message);
});
