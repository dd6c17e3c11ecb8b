// The thread that writes calls to the SQLite file: it owns one connection, takes batches in turn, and answers each when it
// is written. It ends when it is told `close`.
import { parentPort, workerData } from 'node:worker_threads';
import { connectSqlite, tuneSqlite } from './connect-sqlite.ts';
import type { FlatBatch } from './flat-batch.ts';
import type { BatchAnswer, BatchMessage, WorkerFailure, WorkerTask } from './worker-messages.ts';
import { createBatchWriter } from './write-flat-batch.ts';

const { path, synchronous } = workerData as WorkerTask;
const database = connectSqlite(path);
tuneSqlite(database, synchronous);
let write: ((batch: FlatBatch) => void) | undefined;

function answer({ number, calls, attempts }: BatchMessage): BatchAnswer {
  try {
    // Prepared with the first batch, so that a failure is that batch's and not the end of the thread.
    write ??= createBatchWriter(database);
    write({ calls, attempts });
    return { number };
  } catch (error) {
    return { number, failure: describe(error) };
  }
}

function describe(error: unknown): WorkerFailure {
  const { message, code, errcode } = error as Error & { code?: string; errcode?: number };
  return { message, ...(code !== undefined && { code }), ...(errcode !== undefined && { errcode }) };
}

parentPort?.on('message', (message: BatchMessage | 'close') => {
  if (message !== 'close') return parentPort?.postMessage(answer(message));
  database.close();
  parentPort?.close();
});
