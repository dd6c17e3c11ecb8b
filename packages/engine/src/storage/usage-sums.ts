/** Adds up the rows of calls by hour or day and by what they can be grouped by, before they reach the database. */
import type { CallRow, TokenColumns, UsageDimensions, UsageRow, UsageSums } from './schema.ts';

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
] as const satisfies readonly (keyof UsageSums)[];

export const dimensionColumns = [
  'workspace',
  'key_id',
  'alias',
  'provider',
  'model',
  'outcome',
] as const satisfies readonly (keyof UsageDimensions)[];

/** One row per period and group, sorted, so that two processes never wait for each other's rows crosswise. */
export function sumUsage(calls: readonly CallRow[], periodMs: number): UsageRow[] {
  const sums = new Map<string, UsageRow>();
  for (const call of calls) {
    const starts_at = Math.floor(call.started_at / periodMs) * periodMs;
    const group = dimensionsOf(call);
    const name = JSON.stringify([group.workspace, starts_at, ...Object.values(group)]);
    const before = sums.get(name);
    sums.set(name, { ...group, starts_at, ...addSums(before, sumsOf(call)) });
  }
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function dimensionsOf(call: CallRow): UsageDimensions {
  return {
    workspace: call.workspace,
    key_id: call.key_id ?? '',
    alias: call.alias ?? '',
    provider: call.provider ?? '',
    model: call.model ?? '',
    outcome: call.outcome,
  };
}

function sumsOf(call: CallRow): UsageSums {
  const tokens = Object.fromEntries(tokenColumns.map((column) => [column, call[column] ?? 0]));
  return {
    calls: 1,
    errors: call.error === null ? 0 : 1,
    unpriced: call.cost_status === 'unpriced' ? 1 : 0,
    estimated: call.cost_status === 'estimated' ? 1 : 0,
    uncounted: tokenColumns.every((column) => call[column] === null) ? 1 : 0,
    ...(tokens as unknown as TokenColumns<number>),
    cost_nano_dollars: call.cost_nano_dollars ?? 0,
    duration_us: call.duration_us,
  };
}

function addSums(a: UsageSums | undefined, b: UsageSums): UsageSums {
  if (a === undefined) return b;
  return Object.fromEntries(
    sumColumns.map((column) => [column, a[column] + b[column]]),
  ) as unknown as UsageSums;
}
