/** The snapshot of statistics: sums by day, and how far each segment is counted in them. Both change in one rename. */
import { isJsonObject, type Json, KeelsonError, parseJson, readBlockStats } from '@keelson/core';
import type { DailyValue } from './daily-stats.ts';

export interface StatsSnapshot {
  /** One more with each snapshot, so that a reader sees whether there is a newer one. */
  readonly generation: number;
  readonly days: DailyValue;
  /** Bytes of each segment that are counted. */
  readonly counted: Readonly<Record<string, number>>;
}

export const noSnapshot: StatsSnapshot = Object.freeze({ generation: 0, days: {}, counted: {} });

const shape = 1;

export function renderSnapshot(snapshot: StatsSnapshot): Buffer {
  return Buffer.from(`${JSON.stringify({ version: shape, ...snapshot })}\n`);
}

/** Undefined for what is no snapshot of ours. */
export function readSnapshot(bytes: Buffer | undefined): StatsSnapshot | undefined {
  if (bytes === undefined) return noSnapshot;
  try {
    const value = parseJson(bytes.toString('utf8'));
    if (!isJsonObject(value) || value.version !== shape) return undefined;
    const { generation, days, counted } = value;
    if (!isCount(generation) || !isDays(days) || !isJsonObject(counted)) return undefined;
    if (!Object.values(counted).every(isCount)) return undefined;
    return { generation: generation as number, days, counted: counted as Record<string, number> };
  } catch (error) {
    if (KeelsonError.is(error)) return undefined;
    throw error;
  }
}

const isCount = (value: Json | undefined): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function isDays(days: Json | undefined): days is Json & DailyValue {
  return (
    isJsonObject(days) &&
    Object.values(days).every(
      (keys) =>
        isJsonObject(keys) && Object.values(keys).every((stats) => readBlockStats(stats) !== undefined),
    )
  );
}
