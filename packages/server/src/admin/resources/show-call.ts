// Records of calls as the management API shows them. Prompts and answers are no part of a record.
import type { Usage } from '@keelson/core';
import type { CallRecord, CallSummary } from '@keelson/engine';
import {
  flag,
  integer,
  list,
  named,
  number,
  object,
  oneOf,
  optional,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import { cost, nanoDollars, showCost } from './money.ts';
import { toTime } from './times.ts';

type AttemptRecord = CallRecord['attempts'][number];

/** Names that callers or providers gave may be long. */
const long = { most: 10_000 };
export const outcomes = ['answered', 'failed', 'refused', 'aborted'] as const;

const buckets = named('Counts by kind; what is not known is left out.', number('A count.'));
const usage = object({
  input: buckets,
  output: buckets,
  tool_units: optional(buckets),
  tier: optional(text('The service tier.', long)),
});

const summaryFields = {
  id: text('What it is called; its receipt is `rcpt_` and this without dashes.'),
  trace_id: optional(text('The trace that it is part of.', long)),
  started_at: time('When it began.'),
  endpoint: text('What kind of call it is, such as `chat`.'),
  dialect: text('The format that the caller spoke.'),
  workspace: text('Where it was made.', long),
  key_id: optional(text('The key that it was made with.', long)),
  requested_model: text('The model as the caller named it.', long),
  alias: optional(text('The alias that this name was.', long)),
  profile: optional(text('The profile of the lockfile by which the name was read.', long)),
  lock_digest: optional(text('What that lockfile meant, as `keelson lock digest` tells it.', long)),
  provider: optional(text('Who answered.', long)),
  model: optional(text('The model that answered.', long)),
  is_stream: flag('Whether the answer was a stream.'),
  outcome: oneOf(
    '`refused`: nothing was sent to any provider. `aborted`: the caller left before the end.',
    outcomes,
  ),
  status: integer('What the caller was answered with; 499 when it had left.'),
  error: optional(text('The code of its error.')),
  lane: text(
    '`pass-through`, `translated`, `cached`; `flow` where a flow answered, whose own calls have records too; `reported` where somebody else made the call and told of it.',
  ),
  origin: optional(text('Who made a call that was reported.', long)),
  duration_ms: number('How long it took.'),
  first_byte_ms: optional(number('Until the first byte of the answer.')),
  overhead_ms: number('What of it was spent here rather than waiting.'),
  input_tokens: optional(integer('Tokens that were read; left out where nobody told.')),
  output_tokens: optional(integer('Tokens that were written; left out where nobody told.')),
  cost,
  cache: optional(text('`hit`, `miss`, `refresh` or `bypass`, where the cache of answers was asked.')),
  saved_nano_dollars: optional(nanoDollars('What the answer would have cost, had it not been known.')),
  tags: named('What the caller marked it with.', text('A value.', long), { most: 10_000 }),
};

export const callSummary = object(summaryFields);

export const attempt = object({
  index: integer('From 0, in the order of their start.'),
  reason: text('`first`, `retry`, `fallback`, `hedge` or `shadow`.'),
  provider: text('Who was asked.', long),
  model: text('The model that was asked.', long),
  dialect: text('The format that it was asked in.'),
  started_at: time('When it began.'),
  duration_ms: number('How long it took.'),
  first_byte_ms: optional(number('Until the first byte of its answer.')),
  outcome: oneOf('`cancelled`: ended by us.', ['answered', 'failed', 'cancelled']),
  status: optional(integer('What the provider answered with.')),
  error: optional(text('The code of its error.')),
  provider_request_id: optional(text("The provider's own name of it.", long)),
  usage: optional(usage),
  cost: optional(cost),
});

const loss = object({
  field: text('What.', long),
  action: text('What became of it.'),
  detail: optional(text('Why.', long)),
});

export const callDetail = object({
  ...summaryFields,
  served_model: optional(text('The model as the provider named it.', long)),
  provider_request_id: optional(text("The provider's own name of the call.", long)),
  system_fingerprint: optional(text('What the provider says of its system.', long)),
  usage: optional(usage),
  losses: list('What the other format could not say.', loss, { most: 10_000 }),
  attempts: list('What was tried, in the order of the start.', attempt),
});

export function showCallSummary(record: CallSummary): ValueOf<typeof callSummary> {
  const { saved, usage: used } = record;
  return {
    id: record.id,
    trace_id: record.traceId,
    started_at: toTime(record.startedAt),
    endpoint: record.endpoint,
    dialect: record.dialect,
    workspace: record.workspace,
    key_id: record.keyId,
    requested_model: record.requestedModel,
    alias: record.alias,
    profile: record.profile,
    lock_digest: record.lockDigest,
    provider: record.provider,
    model: record.model,
    is_stream: record.isStream,
    outcome: record.outcome,
    status: record.status,
    error: record.error,
    lane: record.lane,
    origin: record.origin,
    duration_ms: round(record.durationMs),
    first_byte_ms: roundKnown(record.firstByteMs),
    overhead_ms: round(record.overheadMs),
    input_tokens: used?.input.total,
    output_tokens: used?.output.total,
    cost: showCost(record.cost),
    cache: record.cache,
    saved_nano_dollars: saved?.nanoDollars === undefined ? undefined : String(saved.nanoDollars),
    tags: record.tags,
  };
}

export function showCall(record: CallRecord): ValueOf<typeof callDetail> {
  return {
    ...showCallSummary(record),
    served_model: record.servedModel,
    provider_request_id: record.providerRequestId,
    system_fingerprint: record.systemFingerprint,
    usage: showUsage(record.usage),
    losses: record.losses.map(({ field, action, detail }) => ({ field, action, detail })),
    attempts: record.attempts.map(showAttempt),
  };
}

export function showAttempt(record: AttemptRecord): ValueOf<typeof attempt> {
  return {
    index: record.index,
    reason: record.reason,
    provider: record.provider,
    model: record.model,
    dialect: record.dialect,
    started_at: toTime(record.startedAt),
    duration_ms: round(record.durationMs),
    first_byte_ms: roundKnown(record.firstByteMs),
    outcome: record.outcome,
    status: record.status,
    error: record.error,
    provider_request_id: record.providerRequestId,
    usage: showUsage(record.usage),
    cost: record.cost && showCost(record.cost),
  };
}

function showUsage(used: Usage | undefined): ValueOf<typeof usage> | undefined {
  if (used === undefined) return undefined;
  const { input, output, toolUnits, tier } = used;
  return { input: showBuckets(input), output: showBuckets(output), tool_units: toolUnits, tier };
}

function showBuckets(counts: object): Record<string, number> {
  const known = Object.entries(counts).filter(([, count]) => typeof count === 'number');
  return Object.fromEntries(
    known.map(([name, count]) => [
      name.replaceAll(/[A-Z]|(?<=[a-z])\d+/g, (part) => `_${part.toLowerCase()}`),
      count,
    ]),
  );
}

/** Microseconds are what is kept. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function roundKnown(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : round(ms);
}

/** Columns of the table of calls; new ones come at the end. */
export const callColumns = [
  'id',
  'started_at',
  'workspace',
  'key_id',
  'requested_model',
  'alias',
  'provider',
  'model',
  'endpoint',
  'dialect',
  'is_stream',
  'outcome',
  'status',
  'error',
  'lane',
  'duration_ms',
  'first_byte_ms',
  'overhead_ms',
  'input_tokens',
  'output_tokens',
  'cost_status',
  'cost_nano_dollars',
  'price_version',
  'cache',
  'saved_nano_dollars',
  'trace_id',
  'tags',
] as const;

export function callCells(record: CallSummary): (string | number | boolean | undefined)[] {
  const { cost: paid, tags, ...shown } = showCallSummary(record);
  const cells = {
    ...shown,
    cost_status: paid.status,
    cost_nano_dollars: paid.nano_dollars,
    price_version: paid.price_version,
    tags: Object.keys(tags).length === 0 ? undefined : JSON.stringify(tags),
  };
  return callColumns.map((column) => cells[column]);
}
