/**
 * Inserts of many rows at once, whose statements are written once and used again: making the text of a statement for
 * hundreds of rows costs more than running it.
 */
import { CompiledQuery, type InsertQueryBuilder, type InsertResult, type Kysely } from 'kysely';
import type { Schema } from './schema.ts';

type Inserting<Table extends keyof Schema> = InsertQueryBuilder<Schema, Table, InsertResult>;
type Compilable = { compile(): { readonly sql: string } };

/** All rows have the same columns. What `finish` returns of them is handed back. */
export type BatchInsert<Row> = <Returned>(db: Kysely<Schema>, rows: readonly Row[]) => Promise<Returned[]>;

/** So that any number of rows needs at most seven different statements. */
const statementSizes = [64, 32, 16, 8, 4, 2, 1];

/** `finish` says what becomes of rows that are there already, and what is returned. One insert serves one database. */
export function createBatchInsert<Table extends keyof Schema>(
  table: Table,
  finish: (insert: Inserting<Table>) => Compilable,
): BatchInsert<Schema[Table]> {
  const statements = new Map<number, string>();
  const statementFor = (db: Kysely<Schema>, columns: readonly string[], size: number): string => {
    const known = statements.get(size);
    if (known !== undefined) return known;
    const blank = Object.fromEntries(columns.map((column) => [column, null]));
    const rows = Array.from({ length: size }, () => blank) as never;
    const { sql } = finish(db.insertInto(table).values(rows) as unknown as Inserting<Table>).compile();
    statements.set(size, sql);
    return sql;
  };
  return async <Returned>(db: Kysely<Schema>, rows: readonly Schema[Table][]): Promise<Returned[]> => {
    const columns = Object.keys(rows[0] ?? {}) as (keyof Schema[Table] & string)[];
    const returned: Returned[] = [];
    for (let from = 0; from < rows.length; ) {
      const size = statementSizes.find((one) => one <= rows.length - from) ?? 1;
      const values: unknown[] = [];
      for (const row of rows.slice(from, from + size)) {
        for (const column of columns) values.push(row[column]);
      }
      const query = CompiledQuery.raw(statementFor(db, columns, size), values);
      returned.push(...(await db.executeQuery<Returned>(query)).rows);
      from += size;
    }
    return returned;
  };
}
