/** Version 7 of the schema: organisations and workspaces, who may reach what by a key, and the log of who did what. */
import type { Migration, SqlWords } from './migration.ts';

const organisations = ({ sortedText }: SqlWords): string => `create table organisations (
  id ${sortedText} not null primary key,
  name text not null,
  created_at bigint not null,
  created_by text,
  archived_at bigint
)`;

/** An id is that of one workspace in the whole installation, because a call knows nothing but its workspace. */
const workspaces = ({ sortedText }: SqlWords): string => `create table workspaces (
  id ${sortedText} not null primary key,
  organisation ${sortedText} not null,
  name text not null,
  created_at bigint not null,
  created_by text,
  archived_at bigint
)`;

/** Where two organisations have keys of a workspace of one name, the first of them by name has the workspace. */
const tenantsOfKeys = [
  `insert into organisations (id, name, created_at)
    select 'default', 'default', coalesce(min(created_at), 0) from keys`,
  `insert into workspaces (id, organisation, name, created_at)
    select 'default', 'default', 'default', coalesce(min(created_at), 0) from keys`,
  `insert into organisations (id, name, created_at)
    select organisation, organisation, min(created_at) from keys where organisation <> 'default' group by organisation`,
  `insert into workspaces (id, organisation, name, created_at)
    select workspace, min(organisation), workspace, min(created_at) from keys where workspace <> 'default' group by workspace`,
];

/** One row that every change of a key counts up, so that processes see changes in the order of their commits. */
const keyVersions = `create table key_versions (
  id integer not null primary key,
  value bigint not null
)`;

const auditLog = ({ sortedText, clustered }: SqlWords): string => `create table audit_log (
  organisation ${sortedText} not null,
  seq bigint not null,
  at bigint not null,
  actor ${sortedText} not null,
  actor_kind text not null,
  address text,
  action ${sortedText} not null,
  target ${sortedText},
  details text not null,
  previous_hash text not null,
  hash text not null,
  primary key (organisation, seq)
)${clustered}`;

/** The end of each organisation's log: writers take turns at this row, and it tells when the newest entries are gone. */
const auditHeads = ({ sortedText, clustered }: SqlWords): string => `create table audit_heads (
  organisation ${sortedText} not null primary key,
  seq bigint not null,
  hash text not null
)${clustered}`;

export const management: Migration = {
  number: 7,
  name: 'management',
  statements: (words) => [
    organisations(words),
    workspaces(words),
    'create index workspaces_by_organisation on workspaces (organisation, id)',
    ...tenantsOfKeys,
    'alter table keys add column role text',
    'alter table keys add column reach text',
    'alter table keys add column version bigint not null default 1',
    keyVersions,
    'insert into key_versions (id, value) values (1, 1)',
    'drop index keys_by_change',
    'drop index keys_by_workspace',
    'create index keys_by_version on keys (version)',
    'create index keys_by_creation on keys (created_at, id)',
    'create index keys_by_organisation on keys (organisation, created_at, id)',
    'create index keys_by_workspace on keys (workspace, created_at, id)',
    auditLog(words),
    auditHeads(words),
    'create index audit_log_by_time on audit_log (organisation, at, seq)',
    'create index audit_log_by_actor on audit_log (organisation, actor, at, seq)',
    'create index audit_log_by_target on audit_log (organisation, target, at, seq) where target is not null',
    ...words.refuseChanges('audit_log'),
  ],
};
