/** Version 12 of the schema: which receipts are covered by which statements over many. */
import type { Migration, SqlWords } from './migration.ts';

/** A statement covers itself, so that it is never listed as what none covers. */
const covered = ({ sortedText, clustered }: SqlWords): string => `create table covered_receipts (
  receipt ${sortedText} not null,
  statement ${sortedText} not null,
  primary key (receipt, statement)
)${clustered}`;

export const receiptStatements: Migration = {
  number: 12,
  name: 'receipt statements',
  statements: (words) => [covered(words)],
};
