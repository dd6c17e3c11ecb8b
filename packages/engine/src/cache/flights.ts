/**
 * Identical calls at the same moment: the first one asks, the others wait for its answer. An error is nobody's but the
 * caller's who met it.
 */
import type { Clock } from '../observability/index.ts';
import type { AnswerKey } from './answer-store.ts';
import type { KeptAnswer } from './kept-answer.ts';

/** `failed`: one of those who wait should ask itself. `unkept`: there is an answer, but not one for others. */
export type Landing = KeptAnswer | 'failed' | 'unkept';

export interface Flight {
  readonly landing: Promise<Landing>;
  /** Tells those who wait. Until what was found is in its store (`kept`), others who come are told the same. */
  land(landing: Landing, kept?: Promise<unknown>): void;
}

/** Nobody waits longer, and nobody begins to wait for a call that is older. */
export const longestWaitMs = 60_000;

export class Flights {
  readonly #clock: Clock;
  readonly #flights = new Map<string, Flight & { readonly since: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  find(key: AnswerKey): Flight | undefined {
    const flight = this.#flights.get(nameOf(key));
    if (flight === undefined || this.#clock.elapsed() - flight.since > longestWaitMs) return undefined;
    return flight;
  }

  begin(key: AnswerKey): Flight {
    const name = nameOf(key);
    let resolve!: (landing: Landing) => void;
    const promise = new Promise<Landing>((tell) => {
      resolve = tell;
    });
    const end = (): void => {
      if (this.#flights.get(name) === flight) this.#flights.delete(name);
    };
    const flight = {
      since: this.#clock.elapsed(),
      landing: promise,
      land: (landing: Landing, kept?: Promise<unknown>): void => {
        if (kept === undefined) end();
        else void kept.finally(end);
        resolve(landing);
      },
    };
    this.#flights.set(name, flight);
    return flight;
  }
}

function nameOf({ workspace, hash }: AnswerKey): string {
  return `${hash} ${workspace}`;
}
