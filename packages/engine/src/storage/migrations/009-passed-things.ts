/** Version 9 of the schema: files, batches and tuning jobs that lie at providers, and whose they are. */
import type { Migration, SqlWords } from './migration.ts';

/** `settle_call` is the id of the record that a batch gets once; it stays the same when somebody dies over it. */
const passedThings = ({ sortedText }: SqlWords): string => `create table passed_things (
  workspace ${sortedText} not null,
  id ${sortedText} not null,
  kind text not null,
  provider text not null,
  owner text not null,
  created_at bigint not null,
  object text,
  measure text,
  settle_call text,
  claimed_until bigint,
  settled_at bigint,
  primary key (workspace, id)
)`;

export const thingsAtProviders: Migration = {
  number: 9,
  name: 'things at providers',
  statements: (words) => [
    passedThings(words),
    'create index passed_things_by_time on passed_things (workspace, kind, created_at, id)',
  ],
};
