/** Version 15 of the schema: statistics of blocks by day, the number of their last change, and what each process has written of them. */
import type { Migration, SqlWords } from './migration.ts';

/** `form` says how `stats` is to be read: of two versions of Keelson at work at once, neither touches what it cannot read. */
const days = ({ sortedText }: SqlWords): string => `create table block_stats (
  workspace ${sortedText} not null,
  block_key ${sortedText} not null,
  day bigint not null,
  form bigint not null,
  stats text not null,
  version bigint not null,
  primary key (workspace, block_key, day, form)
)`;

const heads = ({ sortedText, clustered }: SqlWords): string => `create table block_stats_heads (
  workspace ${sortedText} not null,
  version bigint not null,
  primary key (workspace)
)${clustered}`;

const writers = ({ sortedText, clustered }: SqlWords): string => `create table block_stats_writers (
  id ${sortedText} not null,
  batch bigint not null,
  written_at bigint not null,
  primary key (id)
)${clustered}`;

export const blockStatistics: Migration = {
  number: 15,
  name: 'block statistics',
  statements: (words) => [
    days(words),
    heads(words),
    writers(words),
    'create index block_stats_by_version on block_stats (workspace, version, block_key, day)',
    'create index block_stats_by_day on block_stats (day)',
    'create index block_stats_writers_by_time on block_stats_writers (written_at)',
  ],
};
