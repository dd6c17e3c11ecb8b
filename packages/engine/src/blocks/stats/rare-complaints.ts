/** What goes wrong again and again is logged when it begins, once a minute, and when it is over. */
import type { Clock, Log } from '../../observability/index.ts';

const pauseMs = 60_000;

export class RareComplaints {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #saidAt = new Map<string, number>();
  #failing: string | undefined;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  get isFailing(): boolean {
    return this.#failing !== undefined;
  }

  say(message: string, fields: Readonly<Record<string, unknown>>): void {
    const now = this.#clock.elapsed();
    if (now - (this.#saidAt.get(message) ?? Number.NEGATIVE_INFINITY) < pauseMs) return;
    this.#saidAt.set(message, now);
    this.#log.warn(message, fields);
  }

  fail(message: string, fields: Readonly<Record<string, unknown>>): void {
    this.#failing = message;
    this.say(message, fields);
  }

  /** After a failure: it is over, and the next one is told at once. */
  settle(message: string): void {
    if (this.#failing === undefined) return;
    this.#saidAt.delete(this.#failing);
    this.#failing = undefined;
    this.#log.info(message);
  }
}
