// What calls come to in numbers: which series they fall into, that callers cannot make series, and the text that is served.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { attemptOf, finishedCall } from '../__fixtures__/finished-call.ts';
import type { CallRecord } from '../call-record.ts';
import { readExposition } from './__fixtures__/read-exposition.ts';
import {
  createMetrics,
  joinSamples,
  lastingSamples,
  type Metrics,
  metricDefinitions,
  readProcessMetrics,
  renderMetrics,
} from './index.ts';

function counted(records: readonly CallRecord[], more: Partial<Parameters<typeof createMetrics>[0]> = {}) {
  const metrics = createMetrics({ isListed: (_, model) => model.startsWith('gpt-'), ...more });
  for (const record of records) metrics.add(record);
  return metrics;
}

async function valuesOf(...all: readonly Metrics[]): Promise<(line: string) => number | undefined> {
  const processes = all.map((metrics) => ({ samples: metrics.collect(), process: [] }));
  const { text } = await renderMetrics(processes);
  const lines = readExposition(text);
  return (line) => lines.get(line);
}

test('a call is counted with its tokens, cost and times', async () => {
  const at = await valuesOf(counted([finishedCall(), finishedCall()]));
  const target = 'provider="openai",model="gpt-5"';
  const request = `endpoint="chat",${target},outcome="answered",status_class="2xx"`;
  expect(at(`keelson_requests_total{${request}}`)).toBe(2);
  expect(at(`keelson_upstream_attempts_total{${target},outcome="answered",error_type="none"}`)).toBe(2);
  for (const [type, count] of [
    ['input', 200],
    ['output', 42],
    ['cache_read', 80],
    ['reasoning', 10],
  ] as const) {
    expect(at(`keelson_tokens_total{${target},type="${type}"}`)).toBe(count);
  }
  expect(at(`keelson_cost_usd_total{${target},workspace="w1"}`)).toBe(4);
  expect(at('keelson_request_duration_seconds_sum{endpoint="chat",provider="openai"}')).toBeCloseTo(1.9);
  expect(at('keelson_request_duration_seconds_bucket{le="0.5",endpoint="chat",provider="openai"}')).toBe(0);
  expect(at('keelson_request_duration_seconds_bucket{le="1",endpoint="chat",provider="openai"}')).toBe(2);
  expect(at(`keelson_upstream_duration_seconds_sum{${target}}`)).toBeCloseTo(1.8);
  expect(at(`keelson_time_to_first_token_seconds_sum{${target}}`)).toBeCloseTo(0.24);
  // 800 ms for the twenty tokens behind the first.
  expect(at(`keelson_time_per_output_token_seconds_sum{${target}}`)).toBeCloseTo(0.08);
  expect(at('keelson_overhead_seconds_bucket{le="0.001",endpoint="chat"}')).toBe(2);
  expect(at('keelson_request_tokens_count{provider="openai",type="input"}')).toBe(2);
  expect(at('keelson_metrics_series{metric="keelson_requests_total"}')).toBe(1);
});

test('each attempt is counted where it went, with the step that led to it', async () => {
  const failed = { outcome: 'failed', error: 'provider_overloaded', status: 529 } as const;
  const { usage: _, cost: __, ...first } = attemptOf(failed);
  const again = { ...first, index: 1, reason: 'retry', error: 'rate_limited' } as const;
  const last = attemptOf({ index: 2, reason: 'fallback', provider: 'anthropic', model: 'claude' });
  const record = finishedCall({ provider: 'anthropic', model: 'claude', attempts: [first, again, last] });
  const at = await valuesOf(counted([record]));
  const openai = 'provider="openai",model="gpt-5",outcome="failed"';
  expect(at(`keelson_upstream_attempts_total{${openai},error_type="provider_overloaded"}`)).toBe(1);
  expect(at(`keelson_upstream_attempts_total{${openai},error_type="rate_limited"}`)).toBe(1);
  expect(at('keelson_retries_total{provider="openai",reason="provider_overloaded"}')).toBe(1);
  expect(
    at('keelson_fallbacks_total{from_provider="openai",to_provider="anthropic",reason="rate_limited"}'),
  ).toBe(1);
  expect(at('keelson_rate_limited_total{scope="provider"}')).toBe(1);
  expect(at('keelson_tokens_total{provider="anthropic",model="claude",type="input"}')).toBe(100);
  expect(at('keelson_tokens_total{provider="openai",model="gpt-5",type="input"}')).toBeUndefined();
});

test('calls that reached nobody, that were left, unpriced or known', async () => {
  const {
    provider: _,
    model: __,
    ...refused
  } = finishedCall({ outcome: 'refused', status: 404, attempts: [] });
  const unpriced = finishedCall({ attempts: [attemptOf({ cost: { status: 'unpriced' } })] });
  const left = finishedCall({ outcome: 'aborted', status: 499 });
  const saved = { nanoDollars: 500_000_000 };
  const known = finishedCall({ cache: 'hit', lane: 'cached', saved, attempts: [] });
  const at = await valuesOf(counted([refused, unpriced, left, known]));
  const nobody = 'endpoint="chat",provider="none",model="none"';
  expect(at(`keelson_requests_total{${nobody},outcome="refused",status_class="4xx"}`)).toBe(1);
  expect(at('keelson_unpriced_requests_total{provider="openai",model="gpt-5"}')).toBe(1);
  expect(at('keelson_client_disconnects_total{endpoint="chat"}')).toBe(1);
  expect(at('keelson_cache_requests_total{kind="exact",result="hit"}')).toBe(1);
  expect(at('keelson_cache_saved_usd_total')).toBe(0.5);
});

test('what callers make up is `other`, however much of it there is', async () => {
  const made = Array.from({ length: 10_000 }, (_, at) => {
    const { alias: _alias, ...rest } = finishedCall({
      model: `made-up-${at}`,
      outcome: at === 0 ? ('invented' as never) : 'answered',
      endpoint: at === 0 ? ('invented' as never) : 'chat',
      status: at === 0 ? Number.NaN : 200,
      attempts: [attemptOf({ model: `made-up-${at}` })],
    });
    return rest;
  });
  const { alias: _, ...listed } = finishedCall();
  const metrics = counted([...made, listed]);
  const at = await valuesOf(metrics);
  const request = 'endpoint="chat",provider="openai",model="other",outcome="answered",status_class="2xx"';
  expect(at(`keelson_requests_total{${request}}`)).toBe(9999);
  const odd = 'endpoint="other",provider="openai",model="other",outcome="other",status_class="other"';
  expect(at(`keelson_requests_total{${odd}}`)).toBe(1);
  expect(at('keelson_metrics_series{metric="keelson_requests_total"}')).toBe(3);
  expect(metrics.labelOf('openai', 'made-up-1')).toBe('other');
  expect(metrics.labelOf('openai', 'gpt-5')).toBe('gpt-5');
});

test('there is a bound on models, on workspaces and on what is counted by name', async () => {
  const many = Array.from({ length: 40 }, (_, at) =>
    finishedCall({
      model: `gpt-${at}`,
      workspace: `w${at}`,
      attempts: [attemptOf({ model: `gpt-${at}` })],
    }),
  );
  const metrics = counted(many, { maxTargets: 10, maxCostSeries: 5 });
  for (let at = 0; at < 2000; at++) metrics.count('keelson_auth_failures_total', [`reason-${at}`]);
  const at = await valuesOf(metrics);
  expect(at('keelson_metrics_series{metric="keelson_upstream_attempts_total"}')).toBe(11);
  expect(at('keelson_metrics_series{metric="keelson_cost_usd_total"}')).toBeLessThanOrEqual(12);
  expect(at('keelson_metrics_series{metric="keelson_auth_failures_total"}')).toBe(501);
  expect(at('keelson_auth_failures_total{reason="other"}')).toBe(1500);
});

test('processes come to one server; one that has ended leaves its counts and no more', async () => {
  const one = counted([finishedCall(), finishedCall()]);
  const two = counted([finishedCall()]);
  for (const [each, load, circuit] of [
    [one, 3, 2],
    [two, 4, 0],
  ] as const) {
    each.watch((samples) => {
      samples.add('keelson_in_flight_requests', ['openai'], load);
      samples.add('keelson_circuit_state', ['openai', 'gpt-5'], circuit);
    });
  }
  const at = await valuesOf(one, two);
  expect(at('keelson_overhead_seconds_count{endpoint="chat"}')).toBe(3);
  expect(at('keelson_in_flight_requests{provider="openai"}')).toBe(7);
  expect(at('keelson_circuit_state{provider="openai",model="gpt-5"}')).toBe(2);
  const ended = lastingSamples(one.collect());
  const left = joinSamples([ended, two.collect()]);
  expect(left.keelson_in_flight_requests).toEqual([[['openai'], 4]]);
  expect(left.keelson_cost_usd_total).toEqual([[['openai', 'gpt-5', 'w1'], 6]]);
});

test('the text is well formed, whatever stands in a label, and tells of each process', async () => {
  const metrics = counted([finishedCall({ workspace: 'a "b"\\ \n {c}=,' })]);
  const processes = await Promise.all(
    ['0', '1'].map(async (worker) => ({
      samples: metrics.collect(),
      process: await readProcessMetrics(worker),
    })),
  );
  const { text, contentType } = await renderMetrics(processes);
  expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = readExposition(text);
  const names = [...lines.keys()].map((line) => /^[a-z_]+/.exec(line)?.[0]);
  expect(names).toContain('nodejs_eventloop_lag_seconds');
  expect(lines.get('process_resident_memory_bytes{worker="1"}')).toBeGreaterThan(1e6);
  const cost = 'keelson_cost_usd_total{provider="openai",model="gpt-5",workspace="a \\"b\\"\\\\ \\n {c}=,"}';
  expect(lines.get(cost)).toBe(4);
});

const checker = 'promtool';
const isInstalled = spawnSync(checker, ['--version']).status === 0;

test('promtool, where it is installed, finds nothing to say', async ({ skip }) => {
  skip(!isInstalled, '`promtool` is not installed; it comes with Prometheus');
  const metrics = counted([finishedCall()]);
  metrics.watch((samples) => {
    for (const [name, { kind, labels }] of Object.entries(metricDefinitions)) {
      const values = labels.map(() => 'x');
      if (kind === 'gauge') samples.add(name as never, values, 1);
    }
  });
  for (const [name, { kind, labels }] of Object.entries(metricDefinitions)) {
    if (kind === 'counter')
      metrics.count(
        name as never,
        labels.map(() => 'x'),
      );
    if (kind === 'histogram')
      metrics.observe(
        name as never,
        labels.map(() => 'x'),
        1,
      );
  }
  const { text } = await renderMetrics([
    { samples: metrics.collect(), process: await readProcessMetrics('0') },
  ]);
  const { status, stdout, stderr } = spawnSync(checker, ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  expect({ status, says: stdout + stderr }).toEqual({ status: 0, says: '' });
});

test.each(Object.entries(metricDefinitions))('%s is named as Prometheus names things', (name, definition) => {
  expect(name).toMatch(/^keelson(_[a-z]+)+$/);
  expect(name.endsWith('_total')).toBe(definition.kind === 'counter');
  expect(name).not.toMatch(/_(ms|milliseconds|percent|count|sum|bucket)$/);
  for (const label of definition.labels) {
    expect(label).toMatch(/^[a-z_]+$/);
    expect(label).not.toBe('le');
  }
});
