/** What a migration is: a number, a name, and the statements that take a database from the version before it. */

/** The few words of SQL in which the engines differ. */
export interface SqlWords {
  /** Text that is compared byte by byte, as ids and keys must be. */
  readonly sortedText: string;
  /** After the columns of a table that is read by its primary key only. */
  readonly clustered: string;
  /** The type of a column that holds bytes. */
  readonly bytes: string;
  /** After the columns of a table that is kept in one piece for each day, by the time in this column's ids. */
  byDay(column: string): string;
  /** The statements after which rows of this table can be added and read, but neither changed nor removed. */
  refuseChanges(table: string): readonly string[];
}

export interface Migration {
  /** From 1, without gaps. */
  readonly number: number;
  readonly name: string;
  /** Never changed once released: databases remember the hash of what they ran. */
  statements(words: SqlWords): readonly string[];
}
