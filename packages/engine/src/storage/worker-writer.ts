/**
 * Writes calls to an SQLite file from a thread of its own, because `node:sqlite` blocks the thread that it runs in. The
 * thread starts with the first batch; one that died is replaced with the next, and what it had not answered is refused, so
 * that whoever handed it over comes again.
 */
import { once } from 'node:events';
import { extname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Log } from '../observability/index.ts';
import { toFlatBatch } from './flat-batch.ts';
import type { SqliteTarget } from './open-sqlite.ts';
import type { Appended } from './receipt-batch.ts';
import type {
  BatchAnswer,
  BatchMessage,
  ReceiptsMessage,
  WorkerFailure,
  WorkerTask,
} from './worker-messages.ts';
import type { CallWriter } from './write-calls.ts';

interface Waiting {
  readonly resolve: (appended: Appended | undefined) => void;
  readonly reject: (error: Error) => void;
}

export function createWorkerWriter(target: SqliteTarget, log: Log): WorkerWriter {
  return new WorkerWriter({ path: target.path, synchronous: target.synchronous ?? 'normal' }, log);
}

/** A file of TypeScript here, of JavaScript in what is published. */
const program = new URL(`./write-worker${extname(import.meta.filename)}`, import.meta.url);

/** So few that making and sending them takes less than a millisecond. */
const recordsPerPart = 128;

class WorkerWriter implements CallWriter {
  readonly #task: WorkerTask;
  readonly #log: Log;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #last = 0;
  #sending = 0;
  #isClosed = false;

  constructor(task: WorkerTask, log: Log) {
    this.#task = task;
    this.#log = log;
  }

  /** Of the thread that is running; tests end it. */
  get thread(): Worker | undefined {
    return this.#worker;
  }

  write: CallWriter['write'] = async (records) => {
    if (this.#isClosed) throw new Error('The database is closed.');
    const worker = this.#worker ?? this.#start();
    const number = ++this.#last;
    const written = new Promise<void>((resolve, reject) => {
      this.#waiting.set(number, { resolve: () => resolve(), reject });
    });
    // Refused while parts are still on their way, it would count as a refusal that nobody looks at.
    written.catch(() => {});
    // Only what is under way keeps the process alive.
    worker.ref();
    this.#sending += 1;
    try {
      // In parts, between which the calls of this moment have their turn. A thread that has died hears nothing of them.
      for (let from = 0; from < records.length; from += recordsPerPart) {
        if (from > 0) await nextTurn();
        const part = toFlatBatch(records.slice(from, from + recordsPerPart));
        const isLast = from + recordsPerPart >= records.length;
        worker.postMessage({ number, isLast, ...part } satisfies BatchMessage);
      }
    } finally {
      this.#sending -= 1;
    }
    return written;
  };

  writeReceipts: CallWriter['writeReceipts'] = async (receipts) => {
    if (this.#isClosed) throw new Error('The database is closed.');
    const worker = this.#worker ?? this.#start();
    const number = ++this.#last;
    worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve: (appended) => resolve(appended as Appended), reject });
      worker.postMessage({ number, receipts } satisfies ReceiptsMessage);
    });
  };

  close: CallWriter['close'] = async () => {
    this.#isClosed = true;
    while (this.#sending > 0) await nextTurn();
    const worker = this.#worker;
    if (worker === undefined) return;
    const end = once(worker, 'exit');
    worker.ref();
    // Behind all batches, which it answers first.
    worker.postMessage('close');
    await end;
  };

  #start(): Worker {
    const worker = new Worker(program, { workerData: this.#task, name: 'calls' });
    worker.on('message', (answer: BatchAnswer) => this.#settle(worker, answer));
    worker.on('error', (error) =>
      this.#log.error('The thread that writes calls failed; another takes over.', { error }),
    );
    worker.on('exit', () => this.#forget(worker));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #settle(worker: Worker, { number, failure, appended }: BatchAnswer): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (this.#waiting.size === 0 && !this.#isClosed) worker.unref();
    if (failure === undefined) waiting?.resolve(appended);
    else waiting?.reject(toError(failure));
  }

  #forget(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const unanswered = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of unanswered) reject(new Error('The thread that writes calls ended.'));
  }
}

function toError({ message, ...rest }: WorkerFailure): Error {
  return Object.assign(new Error(message), rest);
}
