// At the process that starts the others: asks all of them for their metrics when one of them was asked for everybody's, and
// keeps the counts of those that have ended, because a counter of the whole server must not go back.
import type { Worker } from 'node:cluster';
import {
  type Clock,
  joinSamples,
  lastingSamples,
  type MetricSamples,
  type ProcessMetrics,
} from '@keelson/engine';
import type { WorkerMessage } from './worker-messages.ts';

interface Question {
  readonly asker: Worker;
  readonly askersNumber: number;
  readonly from: Set<number>;
  readonly processes: ProcessMetrics[];
}

/** Longer than a scrape of a busy process takes, and shorter than whoever scrapes waits. */
const patienceMs = 2000;

export class MetricsDesk {
  readonly #clock: Clock;
  readonly #latest = new Map<number, MetricSamples>();
  readonly #questions = new Map<number, Question>();
  #ended: MetricSamples = {};
  #number = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hear(worker: Worker, message: WorkerMessage, all: readonly Worker[]): void {
    switch (message.says) {
      case 'ask-metrics':
        this.#ask(worker, message.number, all);
        break;
      case 'metrics':
        this.#note(worker, message.number, message.metrics);
        break;
      case 'last-samples':
        this.#latest.set(worker.id, message.samples);
        break;
      default:
    }
  }

  /** Without a last word of its own, as when it was killed, what it said last counts. */
  forget(worker: Worker): void {
    const latest = this.#latest.get(worker.id);
    this.#latest.delete(worker.id);
    if (latest !== undefined) this.#ended = joinSamples([this.#ended, lastingSamples(latest)]);
    for (const [number, question] of this.#questions) {
      if (question.from.size === 0) continue;
      question.from.delete(worker.id);
      if (question.from.size === 0) this.#answer(number, 0);
    }
  }

  #ask(asker: Worker, askersNumber: number, all: readonly Worker[]): void {
    const number = ++this.#number;
    const from = new Set(all.map(({ id }) => id));
    this.#questions.set(number, { asker, askersNumber, from, processes: [] });
    for (const worker of all) worker.send({ says: 'ask-metrics', number } satisfies WorkerMessage, ignore);
    void this.#clock.sleep(patienceMs).then(() => this.#answer(number, from.size));
  }

  #note(worker: Worker, number: number, metrics: ProcessMetrics): void {
    this.#latest.set(worker.id, metrics.samples);
    const question = this.#questions.get(number);
    if (question?.from.delete(worker.id) !== true) return;
    question.processes.push(metrics);
    if (question.from.size === 0) this.#answer(number, 0);
  }

  #answer(number: number, missing: number): void {
    const question = this.#questions.get(number);
    if (question === undefined) return;
    this.#questions.delete(number);
    const { asker, askersNumber, processes, from } = question;
    // Those that did not answer in time count as they last did.
    const silent = [...from].flatMap((id) => this.#latest.get(id) ?? []).map(lastingSamples);
    const rest: ProcessMetrics = { samples: joinSamples([this.#ended, ...silent]), process: [] };
    const all = { processes: [...processes, rest], answered: processes.length, missing };
    asker.send({ says: 'all-metrics', number: askersNumber, all } satisfies WorkerMessage, ignore);
  }
}

/** Who has just ended hears nothing any more. */
function ignore(): void {}
