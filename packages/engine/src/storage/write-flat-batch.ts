/**
 * Writes flat batches to an SQLite file in one transaction each: row by row with statements that are prepared once, because
 * that costs no more than many rows in one statement, and tells of every row whether it was new.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { attemptColumns, callColumns } from './call-columns.ts';
import { type FlatBatch, type FlatValue, type SummedCall, toSummedCall } from './flat-batch.ts';
import type { UsageRow } from './schema.ts';
import { dimensionColumns, sumColumns, sumDays, sumHours } from './usage-sums.ts';

const usageColumns = [...dimensionColumns, 'starts_at', ...sumColumns] as const;

/** The parts of a batch are written together. */
export function createBatchWriter(database: DatabaseSync): (parts: readonly FlatBatch[]) => void {
  const prepare = (table: string, columns: readonly string[], conflict: string): StatementSync => {
    const places = columns.map(() => '?').join(', ');
    return database.prepare(
      `insert into ${table} (${columns.join(', ')}) values (${places}) on conflict ${conflict}`,
    );
  };
  const insertCall = prepare('calls', callColumns, '(id) do nothing');
  const insertAttempt = prepare('attempts', attemptColumns, '(call_id, number) do nothing');
  const usageKey = `(${[...dimensionColumns, 'starts_at'].join(', ')})`;
  const add = sumColumns.map((column) => `${column} = ${column} + excluded.${column}`).join(', ');
  const addHour = prepare('usage_hourly', usageColumns, `${usageKey} do update set ${add}`);
  const addDay = prepare('usage_daily', usageColumns, `${usageKey} do update set ${add}`);

  /** Returns the calls that were not there yet. */
  const insertPart = ({ calls, attempts }: FlatBatch): SummedCall[] => {
    const known = new Set<FlatValue>();
    const added: SummedCall[] = [];
    for (const row of rowsOf(calls, callColumns.length)) {
      if (insertCall.run(...row).changes === 0) known.add(row[0] as string);
      else added.push(toSummedCall(row));
    }
    for (const row of rowsOf(attempts, attemptColumns.length)) {
      if (!known.has(row[0] as string)) insertAttempt.run(...row);
    }
    return added;
  };

  const insertAll = (parts: readonly FlatBatch[]): void => {
    const added = parts.flatMap(insertPart);
    const hours = sumHours(added);
    for (const row of hours) addHour.run(...usageValues(row));
    for (const row of sumDays(hours)) addDay.run(...usageValues(row));
  };

  return (parts) => {
    database.exec('begin immediate');
    try {
      insertAll(parts);
      database.exec('commit');
    } catch (error) {
      // After some failures (a full disk) SQLite has rolled back by itself.
      if (database.isTransaction) database.exec('rollback');
      throw error;
    }
  };
}

function* rowsOf(values: readonly FlatValue[], width: number): Generator<FlatValue[]> {
  for (let from = 0; from < values.length; from += width) yield values.slice(from, from + width);
}

function usageValues(row: UsageRow): FlatValue[] {
  return usageColumns.map((column) => row[column]);
}
