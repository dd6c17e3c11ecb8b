/**
 * The values of all series at one moment, as plain data that goes from process to process: added up, they are those of the
 * whole server.
 */
import type { Distribution } from './distribution.ts';
import { type MetricDefinition, type MetricName, metricDefinitions } from './metric-definitions.ts';

/** A number; of a histogram, its counts by bucket and behind them the sum. */
export type SampleValue = number | readonly number[];
/** By name of the metric: the labels' values in their order, and the value. */
export type MetricSamples = Readonly<
  Partial<Record<MetricName, readonly (readonly [readonly string[], SampleValue])[]>>
>;

export class Samples {
  readonly #series = new Map<MetricName, Map<string, [readonly string[], SampleValue]>>();

  /** What is there of the same labels is added to. */
  add(name: MetricName, labels: readonly string[], value: SampleValue): void {
    const all = this.#series.get(name) ?? new Map<string, [readonly string[], SampleValue]>();
    this.#series.set(name, all);
    const key = labels.join('\n');
    const known = all.get(key);
    if (known === undefined) all.set(key, [labels, value]);
    else known[1] = joinValues(metricDefinitions[name], known[1], value);
  }

  /** A histogram that has seen nothing is not shown. */
  addSeen(name: MetricName, labels: readonly string[], distribution: Distribution): void {
    const values = distribution.values();
    if (values.some((value) => value > 0)) this.add(name, labels, values);
  }

  toJSON(): MetricSamples {
    return Object.fromEntries([...this.#series].map(([name, series]) => [name, [...series.values()]]));
  }
}

export function joinSamples(all: readonly MetricSamples[]): MetricSamples {
  const joined = new Samples();
  for (const samples of all) {
    for (const [name, series] of Object.entries(samples)) {
      for (const [labels, value] of series) joined.add(name as MetricName, labels, value);
    }
  }
  return joined.toJSON();
}

/** What stays true of a process that has ended: how often something happened, not how much of it there is. */
export function lastingSamples(samples: MetricSamples): MetricSamples {
  const lasting = Object.entries(samples).filter(
    ([name]) => metricDefinitions[name as MetricName].kind !== 'gauge',
  );
  return Object.fromEntries(lasting);
}

function joinValues({ across }: MetricDefinition, one: SampleValue, another: SampleValue): SampleValue {
  if (typeof one === 'number' && typeof another === 'number') {
    return across === 'max' ? Math.max(one, another) : one + another;
  }
  const values = another as readonly number[];
  return (one as readonly number[]).map((value, at) => value + (values[at] ?? 0));
}
