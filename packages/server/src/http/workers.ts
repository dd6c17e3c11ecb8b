// Several processes that share one port: started together, ended together, one that dies is replaced, and all are replaced one
// after the other when a signal says so.
import cluster, { type Worker } from 'node:cluster';
import { type Clock, type Log, systemClock } from '@keelson/engine';
import { MetricsDesk } from './metrics-desk.ts';
import { SettingError } from './settings.ts';
import { isWorkerMessage, type WorkerMessage, watchedForMs } from './worker-messages.ts';

/** A process that ends before it listens, or so soon afterwards, would only end again. */
const tooSoonMs = 2000;

export function isFirstWorker(): boolean {
  return cluster.isPrimary || cluster.worker?.id === 1;
}

export interface WorkersSettings {
  readonly count: number;
  readonly log: Log;
  readonly clock?: Clock;
  /** How long a new process may take until it can be sent calls. */
  readonly startMs?: number;
}

/** Resolves when all have ended, because a signal said so; rejects when they cannot be started. */
export function runWorkers(settings: WorkersSettings): Promise<void> {
  return new Workers(settings).run();
}

class Workers {
  readonly #settings: Required<WorkersSettings>;
  readonly #desk: MetricsDesk;
  /** By their place; a place outlives the processes that come to it one after the other. */
  readonly #places: (Worker | undefined)[];
  #end: (failure?: Error) => void = () => {};
  /** Those that can be sent calls. */
  readonly #ready = new Set<Worker>();
  /** When one of them last said that somebody watches there. */
  #watchedAt = Number.NEGATIVE_INFINITY;
  #isStopping = false;
  /** Once one has run for a while, another that cannot start is no reason to end them all. */
  #hasRun = false;
  #failure: Error | undefined;
  /** How often all are to be replaced, with the time that this goes on. */
  #restarts = 0;

  constructor(settings: WorkersSettings) {
    this.#settings = { clock: systemClock, startMs: 60_000, ...settings };
    this.#desk = new MetricsDesk(this.#settings.clock);
    this.#places = Array.from({ length: settings.count }, () => undefined);
  }

  run(): Promise<void> {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.#stop());
    process.on('SIGHUP', () => void this.#restart());
    process.on('disconnect', () => this.#stop());
    process.channel?.unref();
    cluster.on('message', (worker, message) => this.#hear(worker, message));
    for (const place of this.#places.keys()) this.#start(place);
    return new Promise((resolve, reject) => {
      this.#end = (failure) => (failure === undefined ? resolve() : reject(failure));
    });
  }

  #start(place: number): Worker {
    const worker = cluster.fork({ KEELSON_WORKER: String(place) });
    this.#places[place] = worker;
    let isSettled = false;
    // From then on, because a start takes as long as the machine is slow.
    worker.once('listening', () => {
      setTimeout(() => {
        isSettled = true;
        this.#hasRun = true;
      }, tooSoonMs).unref();
    });
    worker.once('exit', (code) => {
      this.#ready.delete(worker);
      this.#desk.forget(worker);
      this.#onExit({ worker, place, code, isSettled });
    });
    return worker;
  }

  #onExit({ worker, place, code, isSettled }: Exit): void {
    const isReplaced = this.#places[place] !== worker;
    if (!this.#isStopping && !isReplaced) {
      if (isSettled) this.#start(place);
      else if (this.#hasRun) this.#startLater(worker, place);
      else {
        this.#failure ??= new SettingError(`Keelson could not start: a worker ended with ${code}.`);
        this.#stop();
      }
    }
    if (living().length === 0) this.#end(this.#failure);
  }

  #startLater(before: Worker, place: number): void {
    const { log, clock } = this.#settings;
    log.error('A worker ended as soon as it had started; the next one follows.', { place });
    void clock.sleep(tooSoonMs).then(() => {
      if (!this.#isStopping && this.#places[place] === before) this.#start(place);
    });
  }

  #stop(): void {
    this.#isStopping = true;
    for (const worker of living()) worker.process.kill('SIGTERM');
  }

  /** One that is asked for while another goes on comes afterwards: what it was asked for may have come too late. */
  async #restart(): Promise<void> {
    this.#restarts += 1;
    if (this.#restarts > 1) return;
    while (this.#restarts > 0) {
      const asked = this.#restarts;
      for (const place of this.#places.keys()) {
        if (this.#isStopping) return;
        if (!(await this.#replace(place))) break;
      }
      this.#restarts -= asked;
    }
  }

  /** The new one first, and the old one only when that one can be sent calls. */
  async #replace(place: number): Promise<boolean> {
    const { log } = this.#settings;
    const old = this.#places[place] as Worker;
    const fresh = this.#start(place);
    // Were it to fail, the old one would be the one that belongs here.
    this.#places[place] = old;
    if (!(await this.#isReady(fresh))) {
      log.error('A new worker could not be started; the old ones go on.', { place });
      fresh.process.kill('SIGKILL');
      return false;
    }
    if (this.#isStopping) return false;
    // The old one died meanwhile and has a successor already.
    if (this.#places[place] !== old) {
      fresh.process.kill('SIGTERM');
      return true;
    }
    this.#places[place] = fresh;
    const ended = new Promise((resolve) => old.once('exit', resolve));
    old.process.kill('SIGTERM');
    await ended;
    return true;
  }

  async #isReady(worker: Worker): Promise<boolean> {
    const { clock, startMs } = this.#settings;
    const waiting = new AbortController();
    const ready = new Promise<boolean>((resolve) => {
      worker.on('message', (message) => {
        if (isWorkerMessage(message) && message.says === 'ready') resolve(true);
      });
      worker.once('exit', () => resolve(false));
    });
    const isReady = await Promise.race([ready, clock.sleep(startMs, waiting.signal).then(no, no)]);
    waiting.abort();
    return isReady;
  }

  #hear(worker: Worker, message: unknown): void {
    if (!isWorkerMessage(message)) return;
    if (message.says === 'ready') this.#welcome(worker);
    if (message.says === 'watching') this.#watchedAt = this.#settings.clock.elapsed();
    const all = [...this.#ready].filter((each) => each.isConnected());
    if (message.says !== 'watching' && message.says !== 'calls') {
      this.#desk.hear(worker, message, all);
      return;
    }
    for (const other of all) {
      if (other !== worker) other.send(message satisfies WorkerMessage, () => {});
    }
  }

  /** One that comes later has not heard that somebody watches. */
  #welcome(worker: Worker): void {
    this.#ready.add(worker);
    if (this.#settings.clock.elapsed() - this.#watchedAt < watchedForMs)
      worker.send({ says: 'watching' } satisfies WorkerMessage, () => {});
  }
}

interface Exit {
  readonly worker: Worker;
  readonly place: number;
  readonly code: number;
  readonly isSettled: boolean;
}

const no = (): boolean => false;

function living(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter(
    (worker) => worker !== undefined && !worker.isDead(),
  ) as Worker[];
}
