/**
 * Those who wait until so much of a queue is kept. Whoever waits for all of it would wait without end while more keeps coming, so
 * each waits for what was there when it asked.
 */
export class FlushWaiters {
  #waiting: { readonly until: number; readonly tell: (isKept: boolean) => void }[] = [];

  wait(until: number): Promise<boolean> {
    return new Promise((tell) => this.#waiting.push({ until, tell }));
  }

  /** So many are kept by now. */
  reached(count: number): void {
    const done = this.#waiting.filter(({ until }) => until <= count);
    this.#waiting = this.#waiting.filter(({ until }) => until > count);
    for (const { tell } of done) tell(true);
  }

  /** Nothing more can be kept now. */
  failed(): void {
    for (const { tell } of this.#waiting.splice(0)) tell(false);
  }
}
