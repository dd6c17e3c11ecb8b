/**
 * Metrics as text for Prometheus, by prom-client, which also knows what a process can tell of itself. It takes a third of a
 * second to load on a slow machine, so that happens when somebody reads metrics for the first time.
 */
import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';
import { type MetricDefinition, type MetricName, metricDefinitions } from './metric-definitions.ts';
import { joinSamples, type MetricSamples, type SampleValue } from './samples.ts';

/** What one process tells: its series, and its own figures as prom-client has them. */
export interface ProcessMetrics {
  readonly samples: MetricSamples;
  readonly process: readonly ProcessMetric[];
}

type ProcessMetric = Pick<MetricObjectWithValues<MetricValue<string>>, 'name' | 'help' | 'type' | 'values'>;

let watching: Promise<Registry> | undefined;

async function watchProcess(): Promise<Registry> {
  const { collectDefaultMetrics, Registry } = await import('prom-client');
  const register = new Registry();
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: 20 });
  // Their names end like those of counters, which they are not.
  for (const name of misnamed) register.removeSingleMetric(name);
  return register;
}

const misnamed = [
  'nodejs_active_resources_total',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
];

/** What this process tells of itself; watched from the first question on. */
export async function readProcessMetrics(worker: string): Promise<readonly ProcessMetric[]> {
  watching ??= watchProcess();
  const metrics = (await (await watching).getMetricsAsJSON()) as readonly ProcessMetric[];
  return metrics.map(({ name, help, type, values }) => ({
    name,
    help,
    // As text, as it also is in what other processes send.
    type: String(type) as never,
    values: values.map((value) => ({ ...value, labels: { ...value.labels, worker } })),
  }));
}

export interface RenderedMetrics {
  readonly contentType: string;
  readonly text: string;
}

/** The figures of all processes as those of one server; what they tell of themselves stays apart, by worker. */
export async function renderMetrics(processes: readonly ProcessMetrics[]): Promise<RenderedMetrics> {
  const { Registry } = await import('prom-client');
  const registry = new Registry();
  const add = (metric: ProcessMetric): void =>
    registry.registerMetric({ ...metric, get: async () => metric } as never);
  const samples = joinSamples(processes.map((each) => each.samples));
  const sizes: [readonly string[], number][] = [];
  for (const [name, definition] of Object.entries(metricDefinitions) as [MetricName, MetricDefinition][]) {
    const series = samples[name] ?? emptySeries(definition);
    if (name === 'keelson_metrics_series' || series.length === 0) continue;
    sizes.push([[name], series.length]);
    add(toMetric(name, definition, series));
  }
  add(toMetric('keelson_metrics_series', metricDefinitions.keelson_metrics_series, sizes));
  for (const metric of joinProcesses(processes)) add(metric);
  return { contentType: registry.contentType, text: await registry.metrics() };
}

/** A counter without labels is there from the start. */
function emptySeries({ kind, labels }: MetricDefinition): readonly [readonly string[], number][] {
  return kind === 'counter' && labels.length === 0 ? [[[], 0]] : [];
}

function joinProcesses(processes: readonly ProcessMetrics[]): Iterable<ProcessMetric> {
  const joined = new Map<string, ProcessMetric>();
  for (const metric of processes.flatMap((each) => each.process)) {
    const known = joined.get(metric.name);
    joined.set(metric.name, { ...metric, values: [...(known?.values ?? []), ...metric.values] });
  }
  return joined.values();
}

type Series = readonly (readonly [readonly string[], SampleValue])[];

function toMetric(name: MetricName, definition: MetricDefinition, series: Series): ProcessMetric {
  const values = series.flatMap(([texts, value]) => {
    const labels = Object.fromEntries(definition.labels.map((label, at) => [label, texts[at] ?? '']));
    return typeof value === 'number'
      ? [{ labels, value }]
      : histogramLines(name, labels, { buckets: definition.buckets ?? [], value });
  });
  return { name, help: definition.help, type: definition.kind as never, values };
}

function histogramLines(
  name: string,
  labels: Readonly<Record<string, string>>,
  { buckets, value }: { readonly buckets: readonly number[]; readonly value: readonly number[] },
): MetricValue<string>[] {
  let count = 0;
  const lines = [...buckets, '+Inf'].map((le, at) => {
    count += value[at] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
  });
  const sum = value.at(-1) ?? 0;
  return [
    ...lines,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ] as MetricValue<string>[];
}
