/** The values of a histogram's series: how many fell below each bound, and their sum. */
export class Distribution {
  readonly #bounds: readonly number[];
  /** One more than there are bounds, for what is above all of them. */
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] as number)) at += 1;
    (this.#counts[at] as number) += 1;
    this.#sum += value;
  }

  /** Counts by bucket, not added up, and the sum behind them. */
  values(): number[] {
    return [...this.#counts, this.#sum];
  }
}
