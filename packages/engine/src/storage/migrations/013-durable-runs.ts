/** Version 13 of the schema: durable runs with their journal, what they wait for, who works on them, and when they begin. */
import type { Migration, SqlWords } from './migration.ts';

/** `graph` is flow and version in one, by which a worker takes what it knows. `epoch` counts who had it: only the last may write. */
const runs = ({ sortedText }: SqlWords): string => `create table runs (
  id ${sortedText} not null primary key,
  workspace ${sortedText} not null,
  flow ${sortedText} not null,
  version ${sortedText} not null,
  graph ${sortedText} not null,
  state text not null,
  start_key ${sortedText},
  input text not null,
  output text,
  error text,
  parent_id ${sortedText},
  parent_path text,
  replay_of text,
  limit_key ${sortedText},
  created_at bigint not null,
  started_at bigint,
  finished_at bigint,
  deadline_at bigint,
  available_at bigint,
  lease_owner ${sortedText},
  epoch bigint not null,
  wakes bigint not null,
  last_seq bigint not null,
  waits text,
  cancel_reason text
)`;

const steps = ({ sortedText }: SqlWords): string => `create table run_steps (
  run_id ${sortedText} not null,
  path ${sortedText} not null,
  seq bigint not null,
  kind text not null,
  state text not null,
  input_hash text,
  outcome text,
  interrupted bigint not null,
  wake_at bigint,
  subject text,
  epoch bigint not null,
  started_at bigint not null,
  finished_at bigint,
  primary key (run_id, path)
)`;

const events = ({ sortedText, clustered }: SqlWords): string => `create table run_events (
  run_id ${sortedText} not null,
  seq bigint not null,
  at bigint not null,
  kind text not null,
  data text not null,
  primary key (run_id, seq)
)${clustered}`;

const signals = ({ sortedText }: SqlWords): string => `create table run_signals (
  run_id ${sortedText} not null,
  id ${sortedText} not null,
  name ${sortedText} not null,
  payload text not null,
  sender text,
  at bigint not null,
  taken_by text,
  primary key (run_id, id)
)`;

const approvals = ({ sortedText }: SqlWords): string => `create table run_approvals (
  id ${sortedText} not null primary key,
  run_id ${sortedText} not null,
  path ${sortedText} not null,
  workspace ${sortedText} not null,
  input_hash text not null,
  asked text not null,
  created_at bigint not null,
  expires_at bigint not null,
  signature text not null,
  decision text,
  decided_at bigint,
  decided_by text,
  note text,
  decision_signature text,
  used_at bigint
)`;

const workers = ({ sortedText }: SqlWords): string => `create table run_workers (
  id ${sortedText} not null primary key,
  host text not null,
  started_at bigint not null,
  beat bigint not null,
  graphs text not null
)`;

const limits = ({ sortedText }: SqlWords): string => `create table run_limits (
  limit_key ${sortedText} not null primary key,
  most bigint not null,
  changed_at bigint not null
)`;

const schedules = ({ sortedText }: SqlWords): string => `create table run_schedules (
  id ${sortedText} not null primary key,
  workspace ${sortedText} not null,
  flow ${sortedText} not null,
  input text not null,
  pattern text not null,
  zone text not null,
  is_paused integer not null,
  next_at bigint not null,
  last_at bigint,
  last_run text,
  created_at bigint not null
)`;

export const durableRuns: Migration = {
  number: 13,
  name: 'durable runs',
  statements: (words) => [
    runs(words),
    steps(words),
    events(words),
    signals(words),
    approvals(words),
    workers(words),
    limits(words),
    schedules(words),
    'create unique index runs_by_start_key on runs (workspace, start_key) where start_key is not null',
    'create index runs_by_workspace on runs (workspace, id)',
    'create index runs_by_flow on runs (workspace, flow, id)',
    'create index runs_by_state on runs (workspace, state, id)',
    'create index runs_by_parent on runs (parent_id) where parent_id is not null',
    'create index runs_available on runs (available_at, id) where available_at is not null and limit_key is null',
    'create index runs_available_limited on runs (available_at, id) where available_at is not null and limit_key is not null',
    'create index runs_by_end on runs (finished_at) where finished_at is not null',
    'create index runs_by_owner on runs (lease_owner) where lease_owner is not null',
    'create index runs_limited on runs (limit_key) where limit_key is not null and lease_owner is not null',
    'create index run_steps_by_seq on run_steps (run_id, seq)',
    'create unique index run_approvals_by_path on run_approvals (run_id, path)',
    'create index run_approvals_open on run_approvals (workspace, id) where decision is null',
    'create index run_schedules_next on run_schedules (next_at) where is_paused = 0',
  ],
};
