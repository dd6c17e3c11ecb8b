/** Version 5 of the schema: credentials of providers, encrypted, and what a caller's key may do. */
import type { Migration, SqlWords } from './migration.ts';

/** A row that was removed stays without its secret, so that `version` never falls and names in the audit stay known. */
const providerCredentials = ({ sortedText }: SqlWords): string => `create table provider_credentials (
  id ${sortedText} not null primary key,
  organisation ${sortedText} not null,
  workspace ${sortedText} not null,
  provider ${sortedText} not null,
  name ${sortedText} not null,
  sealed text not null,
  sealed_with ${sortedText} not null,
  weight integer not null,
  state text not null,
  cool_down_until bigint,
  last_used_at bigint,
  last_failed_at bigint,
  last_failure text,
  created_at bigint not null,
  created_by text not null,
  rotated_at bigint,
  rotated_by text,
  version bigint not null
)`;

const keyColumns = [
  "organisation text not null default 'default'",
  // JSON; null is what a key of version 1 was: everything.
  'scopes text',
  'models text',
  'addresses text',
  'created_by text',
  'last_used_at bigint',
  'rotated_from text',
  'changed_at bigint not null default 0',
];

export const credentialsAndKeyScopes: Migration = {
  number: 5,
  name: 'credentials and key scopes',
  statements: (words) => [
    providerCredentials(words),
    `create unique index provider_credentials_by_name on provider_credentials
      (organisation, workspace, provider, name) where state <> 'removed'`,
    'create index provider_credentials_by_master_key on provider_credentials (sealed_with, id)',
    ...keyColumns.map((column) => `alter table keys add column ${column}`),
    'create index keys_by_change on keys (changed_at, id)',
    'create index keys_by_workspace on keys (organisation, workspace, id)',
  ],
};
