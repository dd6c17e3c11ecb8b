/** Version 4 of the schema: answers that are kept to be given again, and what each of them spared. */
import type { Migration, SqlWords } from './migration.ts';

const cachedAnswers = ({ sortedText, bytes }: SqlWords): string => `create table cached_answers (
  workspace ${sortedText} not null,
  hash ${sortedText} not null,
  kept_at bigint not null,
  expires_at bigint not null,
  size bigint not null,
  sealed ${bytes} not null,
  primary key (workspace, hash)
)`;

/** One statement for each column, because SQLite takes no more at once. */
const columns = [
  'alter table calls add column cache text',
  'alter table calls add column saved_nano_dollars bigint',
  'alter table calls add column saved_input_tokens bigint',
  'alter table calls add column saved_output_tokens bigint',
  ...['usage_hourly', 'usage_daily'].flatMap((table) =>
    ['cache_hits', 'saved_nano_dollars', 'saved_input_tokens', 'saved_output_tokens'].map(
      (column) => `alter table ${table} add column ${column} bigint not null default 0`,
    ),
  ),
];

export const answerCache: Migration = {
  number: 4,
  name: 'answer cache',
  statements: (words) => [
    cachedAnswers(words),
    'create index cached_answers_by_expiry on cached_answers (expires_at)',
    // With the sizes in it, what is too much is found without reading an answer.
    'create index cached_answers_by_age on cached_answers (kept_at, size)',
    ...columns,
  ],
};
