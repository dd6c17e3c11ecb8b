/** Version 8 of the schema: which configurations were in force, one after the other, and who brought them. */
import type { Migration, SqlWords } from './migration.ts';

/** Numbered without gaps, so that of several processes that see a change only one can write it down. */
const configurations = ({ sortedText }: SqlWords): string => `create table configurations (
  number integer not null primary key,
  at bigint not null,
  done_by text not null,
  digest ${sortedText} not null,
  changes text not null,
  content text not null
)`;

export const configurationHistory: Migration = {
  number: 8,
  name: 'configurations',
  statements: (words) => [configurations(words)],
};
