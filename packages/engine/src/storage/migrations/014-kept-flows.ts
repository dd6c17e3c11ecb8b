/** Version 14 of the schema: flows that workspaces keep, in every version that was put, and which of them is the newest. */
import type { Migration, SqlWords } from './migration.ts';

/** `uses` is JSON: the flows inside it by name, with their versions. */
const versions = ({ sortedText }: SqlWords): string => `create table flow_versions (
  workspace ${sortedText} not null,
  name ${sortedText} not null,
  version ${sortedText} not null,
  text text not null,
  description text,
  uses text not null,
  created_at bigint not null,
  created_by text,
  primary key (workspace, name, version)
)`;

const heads = ({ sortedText, clustered }: SqlWords): string => `create table flow_heads (
  workspace ${sortedText} not null,
  name ${sortedText} not null,
  version ${sortedText} not null,
  primary key (workspace, name)
)${clustered}`;

export const keptFlows: Migration = {
  number: 14,
  name: 'kept flows',
  statements: (words) => [versions(words), heads(words)],
};
