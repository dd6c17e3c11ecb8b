// The processes that share this one's port, as this one knows them: it asks for their figures, tells its own, and hands on calls
// that somebody watches elsewhere.
import type { CallTail, Clock, ProcessMetrics } from '@keelson/engine';
import {
  type AllMetrics,
  isWorkerMessage,
  sayWatchingEveryMs,
  type WorkerMessage,
  watchedForMs,
} from './worker-messages.ts';

export interface Siblings {
  /** That this process can be sent calls. */
  sayReady(): void;
  /** The figures of all processes. */
  metrics(): Promise<AllMetrics>;
  /** Its counts, before it ends; resolves when they are on their way. */
  sayLast(): Promise<void>;
  /** That somebody begins to watch, or watches still. */
  sayWatching(): void;
}

export interface SiblingParts {
  readonly clock: Clock;
  readonly tail: CallTail;
  /** This process's figures; undefined where nobody counts. */
  collect(): Promise<ProcessMetrics> | undefined;
}

/** Longer than the process in the middle waits for the others. */
const patienceMs = 4000;
const handOnEveryMs = 100;

export function createSiblings(parts: SiblingParts): Siblings {
  return new SiblingsOfWorker(parts);
}

class SiblingsOfWorker implements Siblings {
  readonly #parts: SiblingParts;
  readonly #questions = new Map<number, (all: AllMetrics) => void>();
  #number = 0;
  #watchedUntil = 0;
  #isHandingOn = false;

  constructor(parts: SiblingParts) {
    this.#parts = parts;
    const { clock, tail } = parts;
    process.on('message', (message) => {
      if (isWorkerMessage(message)) this.#hear(message);
    });
    clock.every(sayWatchingEveryMs, () => {
      if (tail.isWatchedHere) this.sayWatching();
    });
  }

  sayReady(): void {
    send({ says: 'ready' });
  }

  sayWatching(): void {
    send({ says: 'watching' });
  }

  async metrics(): Promise<AllMetrics> {
    const { clock, collect } = this.#parts;
    const number = ++this.#number;
    const all = new Promise<AllMetrics>((resolve) => this.#questions.set(number, resolve));
    send({ says: 'ask-metrics', number });
    const waiting = new AbortController();
    const over = clock.sleep(patienceMs, waiting.signal).then(nothing, nothing);
    const found = await Promise.race([all, over]);
    waiting.abort();
    this.#questions.delete(number);
    if (found !== undefined) return found;
    const own = await collect();
    return { processes: own === undefined ? [] : [own], answered: 1, missing: 1 };
  }

  async sayLast(): Promise<void> {
    const own = await this.#parts.collect();
    if (own === undefined) return;
    await new Promise<void>((resolve) => send({ says: 'last-samples', samples: own.samples }, resolve));
  }

  #hear(message: WorkerMessage): void {
    switch (message.says) {
      case 'ask-metrics':
        void this.#tellMetrics(message.number);
        break;
      case 'all-metrics':
        this.#questions.get(message.number)?.(message.all);
        break;
      case 'watching':
        this.#watchedUntil = this.#parts.clock.elapsed() + watchedForMs;
        if (!this.#isHandingOn) this.#handOn();
        break;
      case 'calls':
        for (const record of message.records) this.#parts.tail.add(record, 'elsewhere');
        break;
      default:
    }
  }

  async #tellMetrics(number: number): Promise<void> {
    const metrics = await this.#parts.collect();
    if (metrics !== undefined) send({ says: 'metrics', number, metrics });
  }

  /** In batches, because each message goes through two other processes' hands. */
  #handOn(): void {
    const { clock, tail } = this.#parts;
    this.#isHandingOn = true;
    const subscription = tail.subscribe({ isOfThisProcess: true }, () => {});
    const stop = clock.every(handOnEveryMs, () => {
      const { records = [] } = subscription?.take() ?? {};
      if (records.length > 0) send({ says: 'calls', records });
      if (clock.elapsed() < this.#watchedUntil) return;
      stop();
      subscription?.close();
      this.#isHandingOn = false;
    });
  }
}

function send(message: WorkerMessage, onSent: () => void = nothing): void {
  // The one in the middle may have ended.
  if (process.connected) process.send?.(message, undefined, undefined, onSent);
  else onSent();
}

function nothing(): undefined {}
