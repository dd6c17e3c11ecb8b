/** Version 1 of the schema: calls with their attempts and sums, keys, stored answers, settings. */
import type { Migration, SqlWords } from './migration.ts';

const tokens = (type: string): string =>
  [
    'input_tokens',
    'input_uncached',
    'input_cache_read',
    'input_cache_write',
    'input_cache_write_1h',
    'input_audio',
    'input_image',
    'output_tokens',
    'output_reasoning',
    'output_audio',
    'output_image',
  ]
    .map((column) => `${column} ${type},`)
    .join('\n  ');

const calls = ({ sortedText, byDay, clustered }: SqlWords): string => `create table calls (
  id ${sortedText} not null primary key,
  trace_id text,
  started_at bigint not null,
  endpoint text not null,
  dialect text not null,
  workspace text not null,
  key_id text,
  requested_model text not null,
  alias text,
  tags text,
  is_stream integer not null,
  outcome text not null,
  status integer not null,
  error text,
  lane text not null,
  provider text,
  model text,
  served_model text,
  provider_request_id text,
  system_fingerprint text,
  usage text,
  ${tokens('bigint')}
  cost_status text not null,
  cost_nano_dollars bigint,
  price_version text,
  duration_us bigint not null,
  first_byte_us bigint,
  overhead_us bigint not null,
  losses text
)${byDay('id')}${clustered}`;

const attempts = ({ sortedText, byDay, clustered }: SqlWords): string => `create table attempts (
  call_id ${sortedText} not null,
  number integer not null,
  reason text not null,
  provider text not null,
  model text not null,
  dialect text not null,
  started_at bigint not null,
  duration_us bigint not null,
  first_byte_us bigint,
  outcome text not null,
  status integer,
  error text,
  is_whole_call integer not null,
  provider_request_id text,
  usage text,
  cost_status text,
  cost_nano_dollars bigint,
  price_version text,
  primary key (call_id, number)
)${byDay('call_id')}${clustered}`;

const bodies = ({ sortedText, byDay, clustered }: SqlWords): string => `create table bodies (
  call_id ${sortedText} not null primary key,
  request text,
  response text
)${byDay('call_id')}${clustered}`;

const usage = (table: string, { sortedText, clustered }: SqlWords): string => `create table ${table} (
  workspace ${sortedText} not null,
  starts_at bigint not null,
  key_id ${sortedText} not null,
  alias ${sortedText} not null,
  provider ${sortedText} not null,
  model ${sortedText} not null,
  outcome ${sortedText} not null,
  calls bigint not null,
  errors bigint not null,
  unpriced bigint not null,
  estimated bigint not null,
  uncounted bigint not null,
  ${tokens('bigint not null')}
  cost_nano_dollars bigint not null,
  duration_us bigint not null,
  primary key (workspace, starts_at, key_id, alias, provider, model, outcome)
)${clustered}`;

const keys = ({ sortedText }: SqlWords): string => `create table keys (
  id ${sortedText} not null primary key,
  workspace text not null,
  name text not null,
  secret_sha256 text not null unique,
  prefix text not null,
  created_at bigint not null,
  expires_at bigint,
  revoked_at bigint
)`;

const responses = ({ sortedText }: SqlWords): string => `create table responses (
  id ${sortedText} not null primary key,
  workspace text not null,
  key_id text,
  created_at bigint not null,
  expires_at bigint not null,
  request text not null,
  message text not null
)`;

const settings = ({ sortedText }: SqlWords): string => `create table settings (
  name ${sortedText} not null primary key,
  value text not null,
  version integer not null
)`;

/** Every filter of a list has one, followed by the id, so that a page is read in order and no more than a page. */
const indexes = [
  'create index calls_by_workspace on calls (workspace, id)',
  'create index calls_by_key on calls (key_id, id) where key_id is not null',
  'create index calls_by_alias on calls (alias, id) where alias is not null',
  'create index calls_by_provider on calls (provider, id) where provider is not null',
  'create index calls_by_model on calls (model, id) where model is not null',
  'create index calls_by_trace on calls (trace_id, id) where trace_id is not null',
  "create index calls_not_answered on calls (outcome, id) where outcome <> 'answered'",
  'create index usage_hourly_by_time on usage_hourly (starts_at)',
  'create index usage_daily_by_time on usage_daily (starts_at)',
  'create index responses_by_expiry on responses (expires_at)',
];

export const callsAndKeys: Migration = {
  number: 1,
  name: 'calls and keys',
  statements: (words) => [
    calls(words),
    attempts(words),
    bodies(words),
    usage('usage_hourly', words),
    usage('usage_daily', words),
    keys(words),
    responses(words),
    settings(words),
    ...indexes,
  ],
};
