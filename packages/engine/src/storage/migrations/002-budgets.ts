/** Version 2 of the schema: budgets with their windows, leases of processes on them, alerts, and what was done to them. */
import type { Migration, SqlWords } from './migration.ts';

const budgets = ({ sortedText }: SqlWords): string => `create table budgets (
  id ${sortedText} not null primary key,
  definition text not null,
  version bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  removed_at bigint
)`;

/** One row that every change of a budget counts up, so that processes see changes in the order of their commits. */
const versions = `create table budget_versions (
  id integer not null primary key,
  value bigint not null
)`;

const windows = ({ sortedText, clustered }: SqlWords): string => `create table budget_windows (
  budget_id ${sortedText} not null,
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
)${clustered}`;

const owners = ({ sortedText }: SqlWords): string => `create table budget_owners (
  id ${sortedText} not null primary key,
  host text not null,
  started_at bigint not null,
  heartbeat_at bigint not null,
  batch bigint not null
)`;

const leases = ({ sortedText, clustered }: SqlWords): string => `create table budget_leases (
  owner_id ${sortedText} not null,
  budget_id ${sortedText} not null,
  starts_at bigint not null,
  amount bigint not null,
  journalled bigint not null,
  primary key (owner_id, budget_id, starts_at)
)${clustered}`;

const alerts = ({ sortedText, clustered }: SqlWords): string => `create table budget_alerts (
  budget_id ${sortedText} not null,
  starts_at bigint not null,
  level integer not null,
  at bigint not null,
  used bigint not null,
  amount bigint not null,
  primary key (budget_id, starts_at, level)
)${clustered}`;

const audit = ({ sortedText }: SqlWords): string => `create table budget_audit (
  id ${sortedText} not null primary key,
  at bigint not null,
  kind text not null,
  subject text not null,
  detail text not null
)`;

export const budgetsAndLeases: Migration = {
  number: 2,
  name: 'budgets and leases',
  statements: (words) => [
    budgets(words),
    versions,
    'insert into budget_versions (id, value) values (1, 0)',
    windows(words),
    owners(words),
    leases(words),
    alerts(words),
    audit(words),
    'create index budgets_by_version on budgets (version)',
    'create index budget_windows_wanted on budget_windows (wanted_at) where wanted_at > 0',
    'create index budget_windows_by_end on budget_windows (ends_at)',
    'create index budget_audit_by_time on budget_audit (at)',
  ],
};
