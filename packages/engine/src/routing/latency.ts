/**
 * How long a model takes to begin its answers: an average that jumps up at once and comes down slowly, for choosing the
 * fastest, and the 95th percentile of the latest answers, for knowing when one is unusually late.
 */

/** After so long, an old figure has lost two thirds of its weight. */
const fadeMs = 30_000;
const keptSamples = 100;
/** With fewer, a percentile says nothing. */
const leastSamples = 20;

export class Latency {
  #average = 0;
  #at = 0;
  readonly #samples: number[] = [];
  #next = 0;

  get samples(): number {
    return this.#samples.length;
  }

  add(ms: number, now: number): void {
    const faded = this.averageAt(now);
    const share = Math.exp(-(now - this.#at) / fadeMs);
    this.#average = ms > faded ? ms : this.#average * share + ms * (1 - share);
    this.#at = now;
    this.#samples[this.#next] = ms;
    this.#next = (this.#next + 1) % keptSamples;
  }

  /** It fades while nobody calls, so that a model that was slow once is tried again. 0 when nothing is known. */
  averageAt(now: number): number {
    return this.#average * Math.exp(-(now - this.#at) / fadeMs);
  }

  get p95(): number | undefined {
    if (this.#samples.length < leastSamples) return undefined;
    const sorted = this.#samples.toSorted((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * 0.95) - 1];
  }
}
