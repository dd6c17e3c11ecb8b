/**
 * Answers to the very same request, out of a store. Whatever is wrong with the store or with what it holds is a miss: a call
 * never fails for it, never waits long for it, and the log is told once.
 */
import type { Clock, Log } from '../observability/index.ts';
import type { AnswerQuestion, AnswerSource } from './answer-source.ts';
import type { AnswerStore } from './answer-store.ts';
import type { KeptAnswer } from './kept-answer.ts';
import { sealAnswer, unsealAnswer } from './sealed-answer.ts';

export interface ExactAnswersSettings {
  readonly store: AnswerStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** No answer is worth waiting for longer than this: most calls of a provider begin sooner. */
const patienceMs = 500;
/** A store that failed is left alone for so long. */
const restMs = 1000;
/** Clocks of several machines differ; an answer from further ahead was kept before a clock was set back. */
const skewMs = 5000;

export function createExactAnswers(settings: ExactAnswersSettings): AnswerSource {
  return new ExactAnswers(settings);
}

class ExactAnswers implements AnswerSource {
  readonly #store: AnswerStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #keeping = new Set<Promise<unknown>>();
  #isDown = false;
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor({ store, clock, log }: ExactAnswersSettings) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  async find({ key, maxAgeMs }: AnswerQuestion): Promise<KeptAnswer | undefined> {
    const sealed = await this.#ask(() => this.#store.get(key));
    if (sealed === undefined) return undefined;
    const answer = unsealAnswer(sealed, key);
    const now = this.#clock.now();
    if (typeof answer === 'object' && now < answer.expiresAt) {
      const age = now - answer.keptAt;
      return age < maxAgeMs && age >= -skewMs ? answer : undefined;
    }
    if (answer === 'damaged') {
      this.#log.warn('A kept answer was damaged and is removed.', { store: this.#store.name });
    }
    await this.#ask(() => this.#store.remove(key));
    return undefined;
  }

  keep({ key }: AnswerQuestion, answer: KeptAnswer): Promise<void> {
    const sealed = sealAnswer(answer, key);
    const keeping = this.#ask(() => this.#store.set(key, sealed, answer));
    this.#keeping.add(keeping);
    return keeping.finally(() => this.#keeping.delete(keeping));
  }

  async close(): Promise<void> {
    await Promise.all(this.#keeping);
    await this.#store.close();
  }

  async #ask<Answer>(ask: () => Answer | Promise<Answer>): Promise<Answer | undefined> {
    if (this.#clock.elapsed() < this.#restsUntil) return undefined;
    try {
      const asked = ask();
      const answer = asked instanceof Promise ? await this.#soon(asked) : asked;
      this.#works();
      return answer;
    } catch (error) {
      this.#fails(error);
      return undefined;
    }
  }

  async #soon<Answer>(asked: Promise<Answer>): Promise<Answer> {
    const waiting = new AbortController();
    const tooLate = this.#clock.sleep(patienceMs, waiting.signal).then(() => {
      throw new Error(`No answer within ${patienceMs} ms.`);
    });
    try {
      return await Promise.race([asked, tooLate]);
    } finally {
      waiting.abort();
    }
  }

  #works(): void {
    if (!this.#isDown) return;
    this.#isDown = false;
    this.#log.info('The cache of answers works again.', { store: this.#store.name });
  }

  #fails(error: unknown): void {
    this.#restsUntil = this.#clock.elapsed() + restMs;
    if (this.#isDown) return;
    this.#isDown = true;
    this.#log.warn('The cache of answers does not work; calls go on without it.', {
      store: this.#store.name,
      error,
    });
  }
}
