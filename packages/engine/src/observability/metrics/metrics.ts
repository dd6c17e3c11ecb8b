/**
 * The metrics of an engine. A finished call costs it a place in a list; the counting is done for many at once, the naming of
 * series only when somebody reads them.
 */
import type { CallRecord } from '../call-record.ts';
import { type CallCountSettings, CallCounts } from './call-counts.ts';
import { Distribution } from './distribution.ts';
import { type MetricName, metricDefinitions } from './metric-definitions.ts';
import { type MetricSamples, Samples } from './samples.ts';

export interface Metrics {
  add(record: CallRecord): void;
  /** For what happens seldom. */
  count(name: MetricName, labels: readonly string[]): void;
  observe(name: MetricName, labels: readonly string[], value: number): void;
  /** Asked for values whenever somebody reads; they must be at hand. */
  watch(collect: (samples: Samples) => void): void;
  collect(): MetricSamples;
  /** A model's name as it stands in labels: what callers made up is `other`. */
  labelOf(provider: string, model: string): string;
}

/** So few that they are still in the processor's memory when they are counted. */
const perBatch = 64;
/** Of what is counted by name; what would be more is counted with all labels `other`. */
const maxSeries = 500;

export function createMetrics(settings: CallCountSettings): Metrics {
  return new EngineMetrics(settings);
}

class EngineMetrics implements Metrics {
  readonly #calls: CallCounts;
  readonly #watched: ((samples: Samples) => void)[] = [];
  readonly #counts = new Map<string, Named<number>>();
  readonly #distributions = new Map<string, Named<Distribution>>();
  readonly #batch: CallRecord[] = [];

  constructor(settings: CallCountSettings) {
    this.#calls = new CallCounts(settings);
  }

  add(record: CallRecord): void {
    if (this.#batch.push(record) >= perBatch) this.#countBatch();
  }

  count(name: MetricName, labels: readonly string[]): void {
    const named = find(this.#counts, { name, labels, value: 0 });
    named.value += 1;
  }

  observe(name: MetricName, labels: readonly string[], value: number): void {
    const { buckets = [] } = metricDefinitions[name] as { buckets?: readonly number[] };
    find(this.#distributions, { name, labels, value: new Distribution(buckets) }).value.observe(value);
  }

  watch(collect: (samples: Samples) => void): void {
    this.#watched.push(collect);
  }

  collect(): MetricSamples {
    this.#countBatch();
    const samples = new Samples();
    this.#calls.collect(samples);
    for (const { name, labels, value } of this.#counts.values()) samples.add(name, labels, value);
    for (const { name, labels, value } of this.#distributions.values())
      samples.add(name, labels, value.values());
    for (const collect of this.#watched) collect(samples);
    return samples.toJSON();
  }

  labelOf(provider: string, model: string): string {
    return this.#calls.labelOf(provider, model);
  }

  #countBatch(): void {
    this.#calls.count(this.#batch);
    this.#batch.length = 0;
  }
}

interface Named<Value> {
  readonly name: MetricName;
  readonly labels: readonly string[];
  value: Value;
}

function find<Value>(all: Map<string, Named<Value>>, fresh: Named<Value>): Named<Value> {
  const { name, labels } = fresh;
  const key = `${name} ${labels.join('\n')}`;
  const known = all.get(key);
  if (known !== undefined) return known;
  if (all.size >= maxSeries && labels.some((label) => label !== 'other')) {
    return find(all, { ...fresh, labels: labels.map(() => 'other') });
  }
  all.set(key, fresh);
  return fresh;
}
