/**
 * What is known of a block from its attempts: successes and failures apart, ways that were taken, rounds. Plain data, so that it
 * can be stored; two of them join exactly.
 */
import type { BlockAttempt } from './attempt-record.ts';
import { GrowingHistogram, type Histogram, noHistogram } from './histogram.ts';
import { addToMoments, type Moments, mergeMoments, noMoments } from './moments.ts';

/** Of attempts that ended one way. */
export interface Sample {
  readonly ms: Moments;
  /** Of those whose cost is known. */
  readonly nanoDollars: Moments;
  readonly calls: Moments;
  readonly inputTokens: Moments;
  readonly outputTokens: Moments;
  readonly msBuckets: Histogram;
  readonly nanoBuckets: Histogram;
}

export interface BlockStats {
  readonly ok: Sample;
  readonly failed: Sample;
  /** Attempts that wait or were cancelled. */
  readonly stopped: number;
  readonly ways: Readonly<Record<string, number>>;
  readonly rounds: Moments;
}

/** A snapshot of statistics: it answers the same as long as it is asked. */
export interface StatsReader {
  findStats(key: string): BlockStats | undefined;
}

/** Statistics of a block that grow with each attempt. */
export class GrowingStats {
  readonly #ok = new GrowingSample();
  readonly #failed = new GrowingSample();
  #stopped = 0;
  readonly #ways = new Map<string, number>();
  #rounds: Moments = noMoments;
  #known: BlockStats | undefined;

  constructor(from?: BlockStats) {
    if (from !== undefined) this.merge(from);
  }

  add(attempt: BlockAttempt): void {
    this.#known = undefined;
    if (attempt.outcome === 'stopped') {
      this.#stopped += 1;
      return;
    }
    (attempt.outcome === 'ok' ? this.#ok : this.#failed).add(attempt);
    for (const way of attempt.ways ?? []) this.#ways.set(way, (this.#ways.get(way) ?? 0) + 1);
    if (attempt.rounds !== undefined) this.#rounds = addToMoments(this.#rounds, attempt.rounds);
  }

  merge(other: BlockStats): void {
    this.#known = undefined;
    this.#ok.merge(other.ok);
    this.#failed.merge(other.failed);
    this.#stopped += other.stopped;
    for (const [way, count] of Object.entries(other.ways))
      this.#ways.set(way, (this.#ways.get(way) ?? 0) + count);
    this.#rounds = mergeMoments(this.#rounds, other.rounds);
  }

  get value(): BlockStats {
    this.#known ??= {
      ok: this.#ok.value,
      failed: this.#failed.value,
      stopped: this.#stopped,
      ways: Object.fromEntries(this.#ways),
      rounds: this.#rounds,
    };
    return this.#known;
  }
}

class GrowingSample {
  #ms: Moments = noMoments;
  #nanoDollars: Moments = noMoments;
  #calls: Moments = noMoments;
  #inputTokens: Moments = noMoments;
  #outputTokens: Moments = noMoments;
  readonly #msBuckets = new GrowingHistogram();
  readonly #nanoBuckets = new GrowingHistogram();

  add({ ms, nanoDollars, calls, inputTokens, outputTokens }: BlockAttempt): void {
    this.#ms = addToMoments(this.#ms, ms);
    this.#msBuckets.add(ms);
    this.#calls = addToMoments(this.#calls, calls);
    if (nanoDollars !== null) {
      this.#nanoDollars = addToMoments(this.#nanoDollars, nanoDollars);
      this.#nanoBuckets.add(nanoDollars);
    }
    if (inputTokens !== null) this.#inputTokens = addToMoments(this.#inputTokens, inputTokens);
    if (outputTokens !== null) this.#outputTokens = addToMoments(this.#outputTokens, outputTokens);
  }

  merge(other: Sample): void {
    this.#ms = mergeMoments(this.#ms, other.ms);
    this.#nanoDollars = mergeMoments(this.#nanoDollars, other.nanoDollars);
    this.#calls = mergeMoments(this.#calls, other.calls);
    this.#inputTokens = mergeMoments(this.#inputTokens, other.inputTokens);
    this.#outputTokens = mergeMoments(this.#outputTokens, other.outputTokens);
    this.#msBuckets.merge(other.msBuckets);
    this.#nanoBuckets.merge(other.nanoBuckets);
  }

  get value(): Sample {
    return {
      ms: this.#ms,
      nanoDollars: this.#nanoDollars,
      calls: this.#calls,
      inputTokens: this.#inputTokens,
      outputTokens: this.#outputTokens,
      msBuckets: this.#msBuckets.value,
      nanoBuckets: this.#nanoBuckets.value,
    };
  }
}

export const noSample: Sample = Object.freeze({
  ms: noMoments,
  nanoDollars: noMoments,
  calls: noMoments,
  inputTokens: noMoments,
  outputTokens: noMoments,
  msBuckets: noHistogram,
  nanoBuckets: noHistogram,
});
