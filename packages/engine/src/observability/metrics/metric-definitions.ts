/**
 * Every metric that Keelson itself has: name, kind, what it says and by which labels. docs/operations.md repeats this table for
 * people, and a test holds the two together. What a process tells of itself (memory, CPU, event loop) comes from prom-client.
 */

export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds, of a histogram. */
  readonly buckets?: readonly number[];
  /** How the values of several processes become one, of a gauge; they are added up where nothing is said. */
  readonly across?: 'max';
}

const spans = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640];
const firstTokens = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 20, 40, 80];
const perToken = [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1];
const overheads = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1];
const tokens = Array.from({ length: 10 }, (_, at) => 4 ** (at + 2));
const queries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const counter = (help: string, ...labels: string[]): MetricDefinition => ({ kind: 'counter', help, labels });
const gauge = (help: string, ...labels: string[]): MetricDefinition => ({ kind: 'gauge', help, labels });
const histogram = (help: string, buckets: readonly number[], ...labels: string[]): MetricDefinition => ({
  kind: 'histogram',
  help,
  labels,
  buckets,
});

export const metricDefinitions = {
  keelson_requests_total: counter(
    'Calls that are over.',
    'endpoint',
    'provider',
    'model',
    'outcome',
    'status_class',
  ),
  keelson_upstream_attempts_total: counter(
    'Attempts at providers.',
    'provider',
    'model',
    'outcome',
    'error_type',
  ),
  keelson_fallbacks_total: counter(
    'Times another target was tried, by the error before it.',
    'from_provider',
    'to_provider',
    'reason',
  ),
  keelson_retries_total: counter(
    'Times the same target was tried again, by the error before it.',
    'provider',
    'reason',
  ),
  keelson_tokens_total: counter('Tokens that attempts used.', 'provider', 'model', 'type'),
  keelson_cost_usd_total: counter(
    'What attempts cost in dollars, as far as it is known.',
    'provider',
    'model',
    'workspace',
  ),
  keelson_unpriced_requests_total: counter('Attempts whose price is not known.', 'provider', 'model'),
  keelson_cache_requests_total: counter('Calls that asked the cache of answers.', 'kind', 'result'),
  keelson_cache_saved_usd_total: counter('What answers from the cache would have cost in dollars.'),
  keelson_rate_limited_total: counter('Refusals because of a rate limit, by whose limit it was.', 'scope'),
  keelson_budget_blocked_total: counter('Calls that a budget refused, by what it binds.', 'scope'),
  keelson_auth_failures_total: counter('Requests that showed no good key.', 'reason'),
  keelson_client_disconnects_total: counter('Callers that left before the end of their answer.', 'endpoint'),
  keelson_log_dropped_total: counter('What was thrown away because nobody took it in time.', 'sink'),
  keelson_request_duration_seconds: histogram(
    'From the start of a call to its end.',
    spans,
    'endpoint',
    'provider',
  ),
  keelson_upstream_duration_seconds: histogram('Of an attempt.', spans, 'provider', 'model'),
  keelson_time_to_first_token_seconds: histogram(
    'Until the caller of a stream was sent its first byte.',
    firstTokens,
    'provider',
    'model',
  ),
  keelson_time_per_output_token_seconds: histogram(
    'Between the tokens of a stream, on average.',
    perToken,
    'provider',
    'model',
  ),
  keelson_overhead_seconds: histogram(
    'What of a call was not spent waiting for a provider.',
    overheads,
    'endpoint',
  ),
  keelson_request_tokens: histogram('Tokens of an attempt.', tokens, 'provider', 'type'),
  keelson_db_query_seconds: histogram(
    'Of a batch of records on its way to the database.',
    queries,
    'operation',
  ),
  keelson_in_flight_requests: gauge('Requests under way at a provider, or waiting for it.', 'provider'),
  keelson_circuit_state: {
    ...gauge('Circuit of a model: 0 closed, 1 half open, 2 open.', 'provider', 'model'),
    across: 'max',
  },
  keelson_budget_spent_ratio: {
    ...gauge('What of the open window of a budget is spent; 1 is all of it.', 'scope', 'id'),
    across: 'max',
  },
  keelson_budget_limit_usd: {
    ...gauge('What a budget of money allows in a window, in dollars.', 'scope', 'id'),
    across: 'max',
  },
  keelson_prompt_cache_down: {
    ...gauge(
      'Whether the share of input from the prompt cache of a provider has fallen by more than half.',
      'provider',
      'model',
    ),
    across: 'max',
  },
  keelson_queue_depth: gauge('Records that wait to be kept.', 'queue'),
  keelson_build_info: { ...gauge('Always 1.', 'version', 'node'), across: 'max' },
  keelson_workers: gauge(
    'Processes whose figures are in this answer, and those that did not answer.',
    'state',
  ),
  keelson_metrics_series: { ...gauge('Series of a metric.', 'metric'), across: 'max' },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof metricDefinitions;
