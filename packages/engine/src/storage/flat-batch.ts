/**
 * A batch of rows as two flat lists of values, one row behind the other. Between threads such a list travels for half of
 * what the same rows cost as objects, whose names would be written again for every row.
 */
import type { CallRecord } from '../observability/index.ts';
import { attemptColumns, callColumns } from './call-columns.ts';
import { toAttemptRow, toCallRow } from './call-rows.ts';
import type { CallRow, TokenColumns, UsageDimensions } from './schema.ts';

export type FlatValue = string | number | null;

export interface FlatBatch {
  readonly calls: readonly FlatValue[];
  readonly attempts: readonly FlatValue[];
}

/** What the sums of usage need of a call. */
export type SummedCall = Pick<
  CallRow,
  | 'started_at'
  | 'error'
  | 'cost_status'
  | 'cost_nano_dollars'
  | 'duration_us'
  | 'cache'
  | 'saved_nano_dollars'
  | 'saved_input_tokens'
  | 'saved_output_tokens'
> &
  TokenColumns<number | null> &
  Pick<CallRow, keyof UsageDimensions>;

export function toFlatBatch(records: readonly CallRecord[]): FlatBatch {
  const calls: FlatValue[] = [];
  const attempts: FlatValue[] = [];
  for (const record of records) {
    const row = toCallRow(record);
    for (const column of callColumns) calls.push(row[column]);
    for (const attempt of record.attempts) {
      const attemptRow = toAttemptRow(record, attempt);
      for (const column of attemptColumns) attempts.push(attemptRow[column]);
    }
  }
  return { calls, attempts };
}

const placeOf = Object.fromEntries(callColumns.map((column, place) => [column, place])) as Record<
  keyof CallRow,
  number
>;

/** `values` is one row. */
export function toSummedCall(values: readonly FlatValue[]): SummedCall {
  const textAt = (column: keyof CallRow) => values[placeOf[column]] as string;
  const countAt = (column: keyof CallRow) => values[placeOf[column]] as number;
  return {
    started_at: countAt('started_at'),
    workspace: textAt('workspace'),
    key_id: textAt('key_id'),
    alias: textAt('alias'),
    provider: textAt('provider'),
    model: textAt('model'),
    outcome: textAt('outcome'),
    error: textAt('error'),
    input_tokens: countAt('input_tokens'),
    input_uncached: countAt('input_uncached'),
    input_cache_read: countAt('input_cache_read'),
    input_cache_write: countAt('input_cache_write'),
    input_cache_write_1h: countAt('input_cache_write_1h'),
    input_audio: countAt('input_audio'),
    input_image: countAt('input_image'),
    output_tokens: countAt('output_tokens'),
    output_reasoning: countAt('output_reasoning'),
    output_audio: countAt('output_audio'),
    output_image: countAt('output_image'),
    cost_status: textAt('cost_status'),
    cost_nano_dollars: countAt('cost_nano_dollars'),
    duration_us: countAt('duration_us'),
    cache: textAt('cache'),
    saved_nano_dollars: countAt('saved_nano_dollars'),
    saved_input_tokens: countAt('saved_input_tokens'),
    saved_output_tokens: countAt('saved_output_tokens'),
  };
}
