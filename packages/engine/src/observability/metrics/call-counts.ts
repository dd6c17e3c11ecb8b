/**
 * Counts finished calls and the attempts at them. It is given records in batches and knows no labels while it counts: series are found by comparing two
 * names, and become text only when somebody asks for them. What callers can make up never becomes a series of its own.
 */
import type { AttemptRecord, CallRecord } from '../call-record.ts';
import { Distribution } from './distribution.ts';
import { metricDefinitions } from './metric-definitions.ts';
import type { Samples } from './samples.ts';
import { endpointAt, endpoints, outcomes, statusClasses, TargetSeries, tokenTypes } from './target-series.ts';

export interface CallCountSettings {
  /** Whether a model is one that the registry has. Models of aliases need not be. */
  isListed(provider: string, model: string): boolean;
  /** Models of all providers that have series of their own; the next ones are `other`. */
  readonly maxTargets?: number;
  /** Series of costs, which are by workspace besides. */
  readonly maxCostSeries?: number;
}

const other = 'other';
const nobody = 'none';
/** Names that were looked up are remembered, and forgotten all at once when there are too many. */
const maxRemembered = 4096;

export class CallCounts {
  readonly #settings: Required<CallCountSettings>;
  readonly #series = new Map<string, TargetSeries>();
  readonly #found = new Map<string, Map<string, TargetSeries>>();
  #remembered = 0;
  #latest: TargetSeries | undefined;
  #latestProvider = '';
  #latestModel = '';
  #costSeries = 0;
  readonly #overheads: (Distribution | undefined)[] = endpoints.map(() => undefined);
  readonly #disconnects = new Float64Array(endpoints.length);
  readonly #rare = new Map<string, Rare>();
  #savedNanoDollars = 0;

  constructor(settings: CallCountSettings) {
    this.#settings = { maxTargets: 300, maxCostSeries: 2000, ...settings };
  }

  count(records: readonly CallRecord[]): void {
    for (const record of records) this.#countCall(record);
  }

  #countCall(record: CallRecord): void {
    const { attempts, alias } = record;
    const isConfigured = alias !== undefined;
    const endpoint = endpointAt(record.endpoint);
    const last = attempts.length === 0 ? undefined : attempts[attempts.length - 1];
    // A call that nobody answered belongs to whoever failed last.
    const provider = record.provider ?? last?.provider ?? nobody;
    const series = this.#find(provider, record.model ?? last?.model ?? nobody, isConfigured);
    series.countRequest(record, endpoint);
    let overhead = this.#overheads[endpoint];
    if (overhead === undefined) {
      overhead = new Distribution(metricDefinitions.keelson_overhead_seconds.buckets as readonly number[]);
      this.#overheads[endpoint] = overhead;
    }
    overhead.observe(record.overheadMs / 1000);
    if (record.outcome === 'aborted') (this.#disconnects[endpoint] as number) += 1;
    if (record.error === 'limit_reached') this.#countRare('keelson_rate_limited_total', ['caller']);
    if (record.cache !== undefined) this.#countCache(record);
    if (record.isStream && record.firstByteMs !== undefined && record.lane !== 'cached') {
      series.firstToken.observe(record.firstByteMs / 1000);
    }
    for (let at = 0; at < attempts.length; at++) {
      const attempt = attempts[at] as AttemptRecord;
      this.#countAttempt(this.#find(attempt.provider, attempt.model, isConfigured), attempt, record);
      if (at > 0) this.#countStep(attempts[at - 1] as AttemptRecord, attempt);
    }
  }

  #countAttempt(series: TargetSeries, attempt: AttemptRecord, record: CallRecord): void {
    const { outcome, error, usage, cost, durationMs } = attempt;
    if (outcome === 'answered' && error === undefined) series.answered += 1;
    else addTo(series.unanswered, `${outcome} ${error ?? nobody}`, 1);
    if (error === 'rate_limited') this.#countRare('keelson_rate_limited_total', ['provider']);
    series.upstream.observe(durationMs / 1000);
    if (usage !== undefined) countTokens(series, attempt, record.isStream);
    if (cost === undefined) return;
    if (cost.nanoDollars === undefined) series.unpriced += 1;
    else series.addCost(this.#workspaceIn(series, record.workspace), cost.nanoDollars);
  }

  #workspaceIn({ nanoDollars }: TargetSeries, workspace: string): string {
    if (nanoDollars.has(workspace)) return workspace;
    if (this.#costSeries >= this.#settings.maxCostSeries) return other;
    this.#costSeries += 1;
    return workspace;
  }

  #countStep(before: AttemptRecord, { reason, provider }: AttemptRecord): void {
    const why = before.error ?? nobody;
    if (reason === 'retry') this.#countRare('keelson_retries_total', [provider, why]);
    if (reason === 'fallback') this.#countRare('keelson_fallbacks_total', [before.provider, provider, why]);
  }

  #countCache({ cache = 'bypass', saved }: CallRecord): void {
    this.#countRare('keelson_cache_requests_total', ['exact', cache]);
    this.#savedNanoDollars += saved?.nanoDollars ?? 0;
  }

  #countRare(name: Rare['name'], labels: readonly string[]): void {
    const key = `${name} ${labels.join(' ')}`;
    const rare = this.#rare.get(key);
    if (rare === undefined) this.#rare.set(key, { name, labels, count: 1 });
    else rare.count += 1;
  }

  #find(provider: string, model: string, isConfigured: boolean): TargetSeries {
    if (this.#latest !== undefined && model === this.#latestModel && provider === this.#latestProvider)
      return this.#latest;
    const series = this.#found.get(provider)?.get(model) ?? this.#lookUp(provider, model, isConfigured);
    this.#latest = series;
    this.#latestProvider = provider;
    this.#latestModel = model;
    return series;
  }

  #lookUp(provider: string, model: string, isConfigured: boolean): TargetSeries {
    const isKnown = isConfigured || model === nobody || this.#settings.isListed(provider, model);
    const series = this.#open(provider, isKnown ? model : other);
    if (this.#remembered >= maxRemembered) {
      this.#found.clear();
      this.#remembered = 0;
    }
    this.#remembered += 1;
    const models = this.#found.get(provider) ?? new Map<string, TargetSeries>();
    this.#found.set(provider, models.set(model, series));
    return series;
  }

  #open(provider: string, model: string): TargetSeries {
    const key = `${provider} ${model}`;
    const series = this.#series.get(key);
    if (series !== undefined) return series;
    if (this.#series.size >= this.#settings.maxTargets && model !== other) return this.#open(provider, other);
    const opened = new TargetSeries(provider, model);
    this.#series.set(key, opened);
    return opened;
  }

  /** A model's name as it stands in labels. */
  labelOf(provider: string, model: string): string {
    return this.#series.has(`${provider} ${model}`) ? model : other;
  }

  /** The series as they stand. */
  collect(samples: Samples): void {
    for (const series of this.#series.values()) collectTarget(series, samples);
    for (const { name, labels, count } of this.#rare.values()) samples.add(name, labels, count);
    samples.add('keelson_cache_saved_usd_total', [], inDollars(this.#savedNanoDollars));
    for (const [at, endpoint] of endpoints.entries()) {
      const overhead = this.#overheads[at];
      if (overhead !== undefined) samples.add('keelson_overhead_seconds', [endpoint], overhead.values());
      const disconnects = this.#disconnects[at] as number;
      if (disconnects > 0) samples.add('keelson_client_disconnects_total', [endpoint], disconnects);
    }
  }
}

interface Rare {
  readonly name:
    | 'keelson_retries_total'
    | 'keelson_fallbacks_total'
    | 'keelson_cache_requests_total'
    | 'keelson_rate_limited_total';
  readonly labels: readonly string[];
  count: number;
}

function countTokens(
  series: TargetSeries,
  { usage, outcome, durationMs, firstByteMs }: AttemptRecord,
  isStream: boolean,
): void {
  const { input, output } = usage as NonNullable<AttemptRecord['usage']>;
  const { tokens } = series;
  (tokens[0] as number) += input.total ?? 0;
  (tokens[1] as number) += output.total ?? 0;
  (tokens[2] as number) += input.cacheRead ?? 0;
  (tokens[3] as number) += input.cacheWrite ?? 0;
  (tokens[4] as number) += output.reasoning ?? 0;
  if (input.total !== undefined) series.inputTokens.observe(input.total);
  if (output.total === undefined) return;
  series.outputTokens.observe(output.total);
  if (!isStream || outcome !== 'answered' || firstByteMs === undefined || output.total < 2) return;
  series.perToken.observe((durationMs - firstByteMs) / 1000 / (output.total - 1));
}

function collectTarget(series: TargetSeries, samples: Samples): void {
  const { provider, model, requests } = series;
  const target = [provider, model];
  for (const [at, count] of requests.entries()) {
    if (count === 0) continue;
    const status = statusClasses[at % statusClasses.length] as string;
    const rest = Math.floor(at / statusClasses.length);
    const outcome = outcomes[rest % outcomes.length] as string;
    const endpoint = endpoints[Math.floor(rest / outcomes.length)] as string;
    samples.add('keelson_requests_total', [endpoint, provider, model, outcome, status], count);
  }
  for (const [at, duration] of series.durations.entries()) {
    if (duration === undefined) continue;
    samples.add('keelson_request_duration_seconds', [endpoints[at] as string, provider], duration.values());
  }
  const attempts = [[`answered ${nobody}`, series.answered] as const, ...series.unanswered];
  for (const [key, count] of attempts) {
    if (count > 0) samples.add('keelson_upstream_attempts_total', [...target, ...key.split(' ')], count);
  }
  collectUsage(series, samples);
}

function collectUsage(series: TargetSeries, samples: Samples): void {
  const { provider, model } = series;
  const target = [provider, model];
  for (const [at, type] of tokenTypes.entries()) {
    const count = series.tokens[at] as number;
    if (count > 0) samples.add('keelson_tokens_total', [...target, type], count);
  }
  for (const [workspace, nanoDollars] of series.nanoDollars) {
    samples.add('keelson_cost_usd_total', [...target, workspace], inDollars(nanoDollars));
  }
  if (series.unpriced > 0) samples.add('keelson_unpriced_requests_total', target, series.unpriced);
  samples.addSeen('keelson_upstream_duration_seconds', target, series.upstream);
  samples.addSeen('keelson_time_to_first_token_seconds', target, series.firstToken);
  samples.addSeen('keelson_time_per_output_token_seconds', target, series.perToken);
  samples.addSeen('keelson_request_tokens', [provider, 'input'], series.inputTokens);
  samples.addSeen('keelson_request_tokens', [provider, 'output'], series.outputTokens);
}

function inDollars(nanoDollars: number): number {
  return nanoDollars / 1e9;
}

function addTo(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
