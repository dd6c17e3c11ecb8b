create table schema_migrations (
  number integer not null primary key,
  name text not null,
  hash text not null,
  applied_at bigint not null
);
create table calls (
  id text collate "C" not null primary key,
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
  input_tokens bigint,
  input_uncached bigint,
  input_cache_read bigint,
  input_cache_write bigint,
  input_cache_write_1h bigint,
  input_audio bigint,
  input_image bigint,
  output_tokens bigint,
  output_reasoning bigint,
  output_audio bigint,
  output_image bigint,
  cost_status text not null,
  cost_nano_dollars bigint,
  price_version text,
  duration_us bigint not null,
  first_byte_us bigint,
  overhead_us bigint not null,
  losses text
) partition by range (id);
create table attempts (
  call_id text collate "C" not null,
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
) partition by range (call_id);
create table bodies (
  call_id text collate "C" not null primary key,
  request text,
  response text
) partition by range (call_id);
create table usage_hourly (
  workspace text collate "C" not null,
  starts_at bigint not null,
  key_id text collate "C" not null,
  alias text collate "C" not null,
  provider text collate "C" not null,
  model text collate "C" not null,
  outcome text collate "C" not null,
  calls bigint not null,
  errors bigint not null,
  unpriced bigint not null,
  estimated bigint not null,
  uncounted bigint not null,
  input_tokens bigint not null,
  input_uncached bigint not null,
  input_cache_read bigint not null,
  input_cache_write bigint not null,
  input_cache_write_1h bigint not null,
  input_audio bigint not null,
  input_image bigint not null,
  output_tokens bigint not null,
  output_reasoning bigint not null,
  output_audio bigint not null,
  output_image bigint not null,
  cost_nano_dollars bigint not null,
  duration_us bigint not null,
  primary key (workspace, starts_at, key_id, alias, provider, model, outcome)
);
create table usage_daily (
  workspace text collate "C" not null,
  starts_at bigint not null,
  key_id text collate "C" not null,
  alias text collate "C" not null,
  provider text collate "C" not null,
  model text collate "C" not null,
  outcome text collate "C" not null,
  calls bigint not null,
  errors bigint not null,
  unpriced bigint not null,
  estimated bigint not null,
  uncounted bigint not null,
  input_tokens bigint not null,
  input_uncached bigint not null,
  input_cache_read bigint not null,
  input_cache_write bigint not null,
  input_cache_write_1h bigint not null,
  input_audio bigint not null,
  input_image bigint not null,
  output_tokens bigint not null,
  output_reasoning bigint not null,
  output_audio bigint not null,
  output_image bigint not null,
  cost_nano_dollars bigint not null,
  duration_us bigint not null,
  primary key (workspace, starts_at, key_id, alias, provider, model, outcome)
);
create table keys (
  id text collate "C" not null primary key,
  workspace text not null,
  name text not null,
  secret_sha256 text not null unique,
  prefix text not null,
  created_at bigint not null,
  expires_at bigint,
  revoked_at bigint
);
create table responses (
  id text collate "C" not null primary key,
  workspace text not null,
  key_id text,
  created_at bigint not null,
  expires_at bigint not null,
  request text not null,
  message text not null
);
create table settings (
  name text collate "C" not null primary key,
  value text not null,
  version integer not null
);
create index calls_by_workspace on calls (workspace, id);
create index calls_by_key on calls (key_id, id) where key_id is not null;
create index calls_by_alias on calls (alias, id) where alias is not null;
create index calls_by_provider on calls (provider, id) where provider is not null;
create index calls_by_model on calls (model, id) where model is not null;
create index calls_by_trace on calls (trace_id, id) where trace_id is not null;
create index calls_not_answered on calls (outcome, id) where outcome <> 'answered';
create index usage_hourly_by_time on usage_hourly (starts_at);
create index usage_daily_by_time on usage_daily (starts_at);
create index responses_by_expiry on responses (expires_at);
create table bodies_20261120 (like bodies);
alter table bodies attach partition bodies_20261120 for values from ('01a1f640-bc00') to ('01a1fb67-1800');
create table attempts_20261120 (like attempts);
alter table attempts attach partition attempts_20261120 for values from ('01a1f640-bc00') to ('01a1fb67-1800');
create table calls_20261120 (like calls);
alter table calls attach partition calls_20261120 for values from ('01a1f640-bc00') to ('01a1fb67-1800');
insert into schema_migrations values (1, 'calls and keys', '36cf9d1ba18d1d4d8ae5e7d23581b6ab08c019da0965b63e443fa0a3070d58b2', 1795176000000);
insert into calls (id, started_at, endpoint, dialect, workspace, key_id, requested_model, alias, tags, is_stream, outcome, status, lane, provider, model, usage, input_tokens, output_tokens, cost_status, cost_nano_dollars, price_version, duration_us, overhead_us, losses)
  values ('01a1f8d3-ea00-7000-8000-000000000001', 1795176000000, 'chat', 'openai-chat', 'main', 'key_1', 'fast', 'fast', '{"team":"a"}', 0, 'answered', 200, 'pass-through', 'openai', 'gpt-x', '{"input":{"total":10},"output":{"total":5}}', 10, 5, 'priced', 1000, '2026-11-01', 12500, 250, null);
insert into attempts (call_id, number, reason, provider, model, dialect, started_at, duration_us, outcome, status, is_whole_call)
  values ('01a1f8d3-ea00-7000-8000-000000000001', 0, 'first', 'openai', 'gpt-x', 'openai-chat', 1795176000000, 12000, 'answered', 200, 1);
insert into bodies values ('01a1f8d3-ea00-7000-8000-000000000001', '{"a":1}', '{"b":2}');
insert into usage_hourly (workspace, starts_at, key_id, alias, provider, model, outcome, calls, errors, unpriced, estimated, uncounted, input_tokens, input_uncached, input_cache_read, input_cache_write, input_cache_write_1h, input_audio, input_image, output_tokens, output_reasoning, output_audio, output_image, cost_nano_dollars, duration_us)
  values ('main', 1795176000000, 'key_1', 'fast', 'openai', 'gpt-x', 'answered', 1, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1000, 12500);
insert into usage_daily (workspace, starts_at, key_id, alias, provider, model, outcome, calls, errors, unpriced, estimated, uncounted, input_tokens, input_uncached, input_cache_read, input_cache_write, input_cache_write_1h, input_audio, input_image, output_tokens, output_reasoning, output_audio, output_image, cost_nano_dollars, duration_us)
  values ('main', 1795132800000, 'key_1', 'fast', 'openai', 'gpt-x', 'answered', 1, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1000, 12500);
insert into keys values ('key_1', 'main', 'bootstrap', 'ab', 'kl_', 1795176000000, null, null);
insert into responses values ('resp_1', 'main', 'key_1', 1795176000000, 1795262400000, '{}', '{}');
insert into settings values ('aliases', '{}', 1);
create table budgets (
  id text collate "C" not null primary key,
  definition text not null,
  version bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  removed_at bigint
);
create table budget_versions (
  id integer not null primary key,
  value bigint not null
);
insert into budget_versions (id, value) values (1, 0);
create table budget_windows (
  budget_id text collate "C" not null,
  starts_at bigint not null,
  ends_at bigint not null,
  amount bigint not null,
  carried bigint not null,
  settled bigint not null,
  leased bigint not null,
  overshoot bigint not null,
  granted bigint not null,
  alerted integer not null,
  wanted_at bigint not null,
  primary key (budget_id, starts_at)
);
create table budget_owners (
  id text collate "C" not null primary key,
  host text not null,
  started_at bigint not null,
  heartbeat_at bigint not null,
  batch bigint not null
);
create table budget_leases (
  owner_id text collate "C" not null,
  budget_id text collate "C" not null,
  starts_at bigint not null,
  amount bigint not null,
  journalled bigint not null,
  primary key (owner_id, budget_id, starts_at)
);
create table budget_alerts (
  budget_id text collate "C" not null,
  starts_at bigint not null,
  level integer not null,
  at bigint not null,
  used bigint not null,
  amount bigint not null,
  primary key (budget_id, starts_at, level)
);
create table budget_audit (
  id text collate "C" not null primary key,
  at bigint not null,
  kind text not null,
  subject text not null,
  detail text not null
);
create index budgets_by_version on budgets (version);
create index budget_windows_wanted on budget_windows (wanted_at) where wanted_at > 0;
create index budget_windows_by_end on budget_windows (ends_at);
create index budget_audit_by_time on budget_audit (at);
insert into schema_migrations values (2, 'budgets and leases', 'dc67645f3fbdd41724b5514b1833fddc4f8999239e2c9f4f724c2fa25c9abe8c', 1795176000000);
insert into budgets values ('b1', '{"definition":{"id":"b1","scope":"workspace","subject":"main","measure":"money","window":"month","limit":"10"},"amount":10000000000}', 1, 1795176000000, 1795176000000, null);
update budget_versions set value = 1;
insert into budget_windows values ('b1', 1793491200000, 1796083200000, 10000000000, 0, 1000, 500, 0, 500, 0, 0);
insert into budget_owners values ('o1', 'here', 1795176000000, 1795176000000, 3);
insert into budget_leases values ('o1', 'b1', 1793491200000, 500, 7);
