/** Version 3 of the schema: receipts in their batches, the logs these belong to, and the keys by which they are signed. */
import type { Migration, SqlWords } from './migration.ts';

const logs = ({ sortedText }: SqlWords): string => `create table receipt_logs (
  id ${sortedText} not null primary key,
  owner text,
  claimed_until bigint not null
)`;

/** The receipts of a batch stand in one text, because they are written, proven and exported together. */
const batches = ({ sortedText }: SqlWords): string => `create table receipt_batches (
  log ${sortedText} not null,
  seq bigint not null,
  last_at bigint not null,
  head text not null,
  receipts text not null,
  primary key (log, seq)
)`;

const receipts = ({ sortedText, clustered }: SqlWords): string => `create table receipts (
  id ${sortedText} not null primary key,
  workspace ${sortedText} not null,
  log ${sortedText} not null,
  seq bigint not null,
  place integer not null
)${clustered}`;

const keys = ({ sortedText }: SqlWords): string => `create table receipt_keys (
  id ${sortedText} not null primary key,
  public_key text not null,
  valid_from bigint not null,
  valid_to bigint
)`;

export const receiptsInBatches: Migration = {
  number: 3,
  name: 'receipts',
  statements: (words) => [
    logs(words),
    batches(words),
    receipts(words),
    keys(words),
    'create index receipt_batches_by_time on receipt_batches (log, last_at, seq)',
    'create index receipts_by_workspace on receipts (workspace, id)',
  ],
};
