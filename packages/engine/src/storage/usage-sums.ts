/** Adds up the rows of calls by hour or day and by what they can be grouped by, before they reach the database. */
import { hourMs, startOfDay } from './days.ts';
import type { SummedCall } from './flat-batch.ts';
import type { TokenColumns, UsageDimensions, UsageRow, UsageSums } from './schema.ts';

export const tokenColumns = [
  'input_tokens',
  'input_uncached',
  'input_cache_read',
  'input_cache_write',
  'input_cache_write_1h',
  'input_audio',
  'input_image',
  'output_tokens',
  'output_reasoning',
  'output_audio',
  'output_image',
] as const satisfies readonly (keyof TokenColumns<number>)[];

export const sumColumns = [
  'calls',
  'errors',
  'unpriced',
  'estimated',
  'uncounted',
  ...tokenColumns,
  'cost_nano_dollars',
  'duration_us',
  'cache_hits',
  'saved_nano_dollars',
  'saved_input_tokens',
  'saved_output_tokens',
] as const satisfies readonly (keyof UsageSums)[];

export const dimensionColumns = [
  'workspace',
  'key_id',
  'alias',
  'provider',
  'model',
  'outcome',
] as const satisfies readonly (keyof UsageDimensions)[];

/** One row per hour and group, sorted, so that two processes never wait for each other's rows crosswise. */
export function sumHours(calls: readonly SummedCall[]): UsageRow[] {
  const sums = new Map<string, UsageRow>();
  for (const call of calls) {
    const starts_at = Math.floor(call.started_at / hourMs) * hourMs;
    const { workspace, key_id, alias, provider, model, outcome } = call;
    const name = [workspace, starts_at, key_id, alias, provider, model, outcome].join('\0');
    const sum = sums.get(name);
    if (sum === undefined) sums.set(name, { ...dimensionsOf(call), starts_at, ...sumsOf(call) });
    else addCall(sum, call);
  }
  return sortByName(sums);
}

/** The same per day, out of the hours, because these are far fewer than the calls. */
export function sumDays(hours: readonly UsageRow[]): UsageRow[] {
  const sums = new Map<string, UsageRow>();
  for (const hour of hours) {
    const starts_at = startOfDay(hour.starts_at);
    const { workspace, key_id, alias, provider, model, outcome } = hour;
    const name = [workspace, starts_at, key_id, alias, provider, model, outcome].join('\0');
    const sum = sums.get(name);
    if (sum === undefined) sums.set(name, { ...hour, starts_at });
    else for (const column of sumColumns) sum[column] += hour[column];
  }
  return sortByName(sums);
}

function sortByName(sums: ReadonlyMap<string, UsageRow>): UsageRow[] {
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function dimensionsOf(call: SummedCall): UsageDimensions {
  return {
    workspace: call.workspace,
    key_id: call.key_id ?? '',
    alias: call.alias ?? '',
    provider: call.provider ?? '',
    model: call.model ?? '',
    outcome: call.outcome,
  };
}

function sumsOf(call: SummedCall): UsageSums {
  const sums = Object.fromEntries(sumColumns.map((column) => [column, 0])) as unknown as UsageSums;
  addCall(sums, call);
  return sums;
}

/** Changes the sum, because this runs for every call. */
function addCall(sum: UsageSums, call: SummedCall): void {
  let isCounted = false;
  for (const column of tokenColumns) {
    const count = call[column];
    if (count === null) continue;
    isCounted = true;
    sum[column] += count;
  }
  sum.calls += 1;
  if (call.error !== null) sum.errors += 1;
  if (call.cost_status === 'unpriced') sum.unpriced += 1;
  if (call.cost_status === 'estimated') sum.estimated += 1;
  if (!isCounted) sum.uncounted += 1;
  sum.cost_nano_dollars += call.cost_nano_dollars ?? 0;
  sum.duration_us += call.duration_us;
  if (call.cache !== 'hit') return;
  sum.cache_hits += 1;
  sum.saved_nano_dollars += call.saved_nano_dollars ?? 0;
  sum.saved_input_tokens += call.saved_input_tokens ?? 0;
  sum.saved_output_tokens += call.saved_output_tokens ?? 0;
}
