/** Version 11 of the schema: profiles that are shared, calls that others report, conversations, and registrations. */
import type { Migration, SqlWords } from './migration.ts';

/** One row for each push; numbered without gaps, so that of two pushes at once only one can be written. */
const profileRevisions = ({ sortedText }: SqlWords): string => `create table profile_revisions (
  workspace ${sortedText} not null,
  name ${sortedText} not null,
  revision integer not null,
  digest ${sortedText} not null,
  lockfile_digest text,
  content text,
  at bigint not null,
  done_by text not null,
  client text,
  primary key (workspace, name, revision)
)`;

/** What a client calls a call that it reports, so that one which is sent twice counts once. */
const reportedCalls = ({ sortedText, clustered }: SqlWords): string => `create table reported_calls (
  workspace ${sortedText} not null,
  origin ${sortedText} not null,
  id_at_origin ${sortedText} not null,
  call_id ${sortedText} not null,
  at bigint not null,
  primary key (workspace, origin, id_at_origin)
)${clustered}`;

/** By day, in UTC; only calls that were reported, because all others have one origin. */
const usageByOrigin = ({ sortedText, clustered }: SqlWords): string => `create table usage_by_origin (
  workspace ${sortedText} not null,
  starts_at bigint not null,
  origin ${sortedText} not null,
  calls bigint not null,
  unpriced bigint not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  cost_nano_dollars bigint not null,
  primary key (workspace, starts_at, origin)
)${clustered}`;

const conversations = ({ sortedText }: SqlWords): string => `create table conversations (
  id ${sortedText} not null primary key,
  workspace ${sortedText} not null,
  title text,
  system_prompt text,
  model_alias text,
  settings text not null,
  logging text not null,
  retention_days bigint not null,
  created_at bigint not null,
  created_by text not null,
  updated_at bigint not null,
  expires_at bigint not null,
  last_seq integer not null,
  messages integer not null,
  input_tokens bigint not null,
  output_tokens bigint not null
)`;

const messages = ({ sortedText, clustered }: SqlWords): string => `create table conversation_messages (
  conversation ${sortedText} not null,
  seq integer not null,
  role text not null,
  content text,
  content_sha256 text not null,
  tool_calls text,
  input_tokens bigint,
  output_tokens bigint,
  at bigint not null,
  expires_at bigint not null,
  primary key (conversation, seq)
)${clustered}`;

/** The key of somebody who registers is among the keys only once the registration is good. */
const registrations = ({ sortedText }: SqlWords): string => `create table registrations (
  id ${sortedText} not null primary key,
  email ${sortedText} not null,
  organisation ${sortedText} not null,
  project ${sortedText} not null,
  address text not null,
  state text not null,
  secret_sha256 text not null,
  prefix text not null,
  token_sha256 ${sortedText} not null,
  message text,
  created_at bigint not null,
  expires_at bigint not null,
  decided_at bigint,
  key_id text
)`;

export const syncAndConversations: Migration = {
  number: 11,
  name: 'sync and conversations',
  statements: (words) => [
    `alter table calls add column origin text`,
    profileRevisions(words),
    reportedCalls(words),
    'create index reported_calls_by_time on reported_calls (at)',
    usageByOrigin(words),
    conversations(words),
    'create index conversations_by_workspace on conversations (workspace, id)',
    'create index conversations_by_expiry on conversations (expires_at)',
    messages(words),
    'create index conversation_messages_by_expiry on conversation_messages (expires_at)',
    registrations(words),
    'create unique index registrations_by_email on registrations (email)',
    'create unique index registrations_by_organisation on registrations (organisation)',
    'create unique index registrations_by_token on registrations (token_sha256)',
  ],
};
