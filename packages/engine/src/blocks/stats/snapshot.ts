/** The snapshot of statistics: sums by day, and how far each segment is counted in them. Both change in one rename. */
import {
  type BlockStats,
  isJsonObject,
  type Json,
  type JsonObject,
  KeelsonError,
  parseJson,
  readBlockStats,
} from '@keelson/core';
import type { DailyValue } from './daily-stats.ts';

export interface StatsSnapshot {
  /** One more with each snapshot, so that a reader sees whether there is a newer one. */
  readonly generation: number;
  readonly days: DailyValue;
  /** Bytes of each segment that are counted. */
  readonly counted: Readonly<Record<string, number>>;
}

export interface ReadSnapshot extends StatsSnapshot {
  /** Sums that cannot be read, and are left out. */
  readonly broken: number;
}

export const noSnapshot: ReadSnapshot = Object.freeze({ generation: 0, days: {}, counted: {}, broken: 0 });

const shape = 1;

export function renderSnapshot(snapshot: StatsSnapshot): Buffer {
  return Buffer.from(`${JSON.stringify({ version: shape, ...snapshot })}\n`);
}

/** Undefined for what is no snapshot of ours. */
export function readSnapshot(bytes: Buffer | undefined): ReadSnapshot | undefined {
  if (bytes === undefined) return noSnapshot;
  try {
    const value = parseJson(bytes.toString('utf8'));
    if (!isJsonObject(value) || value.version !== shape) return undefined;
    const { generation, days, counted } = value;
    if (!isLength(generation) || !isJsonObject(days) || !isJsonObject(counted)) return undefined;
    if (!Object.values(counted).every(isLength)) return undefined;
    return { generation, ...readDays(days), counted: counted as Record<string, number> };
  } catch (error) {
    if (KeelsonError.is(error)) return undefined;
    throw error;
  }
}

function readDays(value: JsonObject): { readonly days: DailyValue; readonly broken: number } {
  let broken = 0;
  const days = Object.entries(value).map(([day, keys]) => {
    const read: [string, BlockStats][] = [];
    for (const [key, figures] of isJsonObject(keys) ? Object.entries(keys) : [['', null] as const]) {
      const stats = readBlockStats(figures);
      if (stats === undefined) broken += 1;
      else read.push([key, stats]);
    }
    return [day, Object.fromEntries(read)] as const;
  });
  return { days: Object.fromEntries(days), broken };
}

const isLength = (value: Json | undefined): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
