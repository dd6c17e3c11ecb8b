/** Version 6 of the schema: what was re-priced on purpose, by whom, why, and how far it has come. */
import type { Migration, SqlWords } from './migration.ts';

/** `is_open` is 1 or null, so that there is one open re-pricing at most: two of them would undo each other's sums. */
const repricings = ({ sortedText }: SqlWords): string => `create table repricings (
  id ${sortedText} not null primary key,
  is_open integer unique,
  state text not null,
  created_at bigint not null,
  finished_at bigint,
  done_by text not null,
  reason text not null,
  question text not null,
  prices text not null,
  last_call ${sortedText} not null,
  tally text not null,
  receipts text
)`;

export const repricedPeriods: Migration = {
  number: 6,
  name: 'repricings',
  statements: (words) => [repricings(words)],
};
