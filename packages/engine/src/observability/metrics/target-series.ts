/** What is counted of one model at one provider. Numbers in places known in advance, so that counting makes nothing new. */
import type { CallRecord } from '../call-record.ts';
import { Distribution } from './distribution.ts';
import { metricDefinitions } from './metric-definitions.ts';

export const endpoints = ['chat', 'count-tokens', 'embed', 'rerank', 'other'] as const;
export const outcomes = ['answered', 'failed', 'refused', 'aborted', 'other'] as const;
export const statusClasses = ['other', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;
export const tokenTypes = ['input', 'output', 'cache_read', 'cache_write', 'reasoning'] as const;

const boundsOf = {
  span: metricDefinitions.keelson_request_duration_seconds.buckets as readonly number[],
  firstToken: metricDefinitions.keelson_time_to_first_token_seconds.buckets as readonly number[],
  perToken: metricDefinitions.keelson_time_per_output_token_seconds.buckets as readonly number[],
  tokens: metricDefinitions.keelson_request_tokens.buckets as readonly number[],
};

export class TargetSeries {
  readonly provider: string;
  readonly model: string;
  readonly requests = new Float64Array(endpoints.length * outcomes.length * statusClasses.length);
  /** By endpoint. */
  readonly durations: (Distribution | undefined)[] = endpoints.map(() => undefined);
  /** Of attempts that were answered; all others are rare. */
  answered = 0;
  readonly unanswered = new Map<string, number>();
  readonly tokens = new Float64Array(tokenTypes.length);
  unpriced = 0;
  readonly nanoDollars = new Map<string, number>();
  readonly upstream = new Distribution(boundsOf.span);
  readonly firstToken = new Distribution(boundsOf.firstToken);
  readonly perToken = new Distribution(boundsOf.perToken);
  readonly inputTokens = new Distribution(boundsOf.tokens);
  readonly outputTokens = new Distribution(boundsOf.tokens);

  constructor(provider: string, model: string) {
    this.provider = provider;
    this.model = model;
  }

  /** Counts a call; its place says its endpoint, outcome and class of status. */
  countRequest({ outcome, status, durationMs }: CallRecord, endpoint: number): void {
    const place =
      (endpoint * outcomes.length + outcomeAt(outcome)) * statusClasses.length + statusClassAt(status);
    (this.requests[place] as number) += 1;
    let duration = this.durations[endpoint];
    if (duration === undefined) {
      duration = new Distribution(boundsOf.span);
      this.durations[endpoint] = duration;
    }
    duration.observe(durationMs / 1000);
  }

  addCost(workspace: string, nanoDollars: number): void {
    this.nanoDollars.set(workspace, (this.nanoDollars.get(workspace) ?? 0) + nanoDollars);
  }
}

export function endpointAt(endpoint: string): number {
  // Nearly every call.
  if (endpoint === 'chat') return 0;
  const at = endpoints.indexOf(endpoint as never);
  return at === -1 ? endpoints.length - 1 : at;
}

function outcomeAt(outcome: string): number {
  if (outcome === 'answered') return 0;
  const at = outcomes.indexOf(outcome as never);
  return at === -1 ? outcomes.length - 1 : at;
}

/** Classes are hundreds. */
const classWidth = 10 ** 2;

function statusClassAt(status: number): number {
  const statusClass = Math.floor(status / classWidth);
  return statusClass >= 1 && statusClass < statusClasses.length ? statusClass : 0;
}
