/** Events between who makes them and who reads them one by one: nothing is lost, and nothing is kept once it is read. */
export class EventQueue<Event> implements AsyncIterableIterator<Event> {
  #waiting: Event[] = [];
  #reader: ((result: IteratorResult<Event>) => void) | undefined;
  #isOver = false;
  readonly #onLeave: () => void;

  /** `onLeave` hears of a reader who stops before the end. */
  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  push(event: Event): void {
    if (this.#isOver) return;
    const reader = this.#reader;
    if (reader === undefined) this.#waiting.push(event);
    else {
      this.#reader = undefined;
      reader({ done: false, value: event });
    }
  }

  end(): void {
    this.#isOver = true;
    this.#reader?.({ done: true, value: undefined });
    this.#reader = undefined;
  }

  async next(): Promise<IteratorResult<Event>> {
    const event = this.#waiting.shift();
    if (event !== undefined) return { done: false, value: event };
    if (this.#isOver) return { done: true, value: undefined };
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  async return(): Promise<IteratorResult<Event>> {
    this.#waiting = [];
    if (!this.#isOver) {
      this.#isOver = true;
      this.#onLeave();
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
