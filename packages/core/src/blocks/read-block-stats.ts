/** Statistics of a block that somebody stored, read back only where every figure in them can be true: one that is not would spoil all. */
import { isJsonObject, type Json, type JsonObject } from '../json/index.ts';
import type { BlockStats, Sample } from './block-stats.ts';
import type { Histogram } from './histogram.ts';
import type { Moments } from './moments.ts';

/** Beyond it, no count of attempts and no bucket of a value that a record may have. */
const mostCount = 1e15;
const mostBucket = 10_000;

/** Undefined for what is none. */
export function readBlockStats(value: Json | undefined): BlockStats | undefined {
  if (value === undefined || !isJsonObject(value)) return undefined;
  const ok = readSample(value.ok);
  const failed = readSample(value.failed);
  const rounds = readMoments(value.rounds);
  const ways = readCounts(value.ways, () => true);
  const { stopped } = value;
  if (ok === undefined || failed === undefined || rounds === undefined) return undefined;
  if (ways === undefined || !isCount(stopped)) return undefined;
  return { ok, failed, stopped, ways, rounds };
}

function readSample(value: Json | undefined): Sample | undefined {
  if (value === undefined || !isJsonObject(value)) return undefined;
  const ms = readMoments(value.ms);
  const nanoDollars = readMoments(value.nanoDollars);
  const calls = readMoments(value.calls);
  const inputTokens = readMoments(value.inputTokens);
  const outputTokens = readMoments(value.outputTokens);
  const msBuckets = readHistogram(value.msBuckets);
  const nanoBuckets = readHistogram(value.nanoBuckets);
  if (ms === undefined || nanoDollars === undefined || calls === undefined) return undefined;
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  if (msBuckets === undefined || nanoBuckets === undefined) return undefined;
  return { ms, nanoDollars, calls, inputTokens, outputTokens, msBuckets, nanoBuckets };
}

function readMoments(value: Json | undefined): Moments | undefined {
  if (value === undefined || !isJsonObject(value)) return undefined;
  const { n, mean, m2, m3 } = value;
  if (!isCount(n) || !isNumber(mean) || !isNumber(m2) || !isNumber(m3)) return undefined;
  return m2 >= 0 ? { n, mean, m2, m3 } : undefined;
}

function readHistogram(value: Json | undefined): Histogram | undefined {
  if (value === undefined || !isJsonObject(value)) return undefined;
  const { zero } = value;
  const buckets = readCounts(value.buckets, isBucket);
  return buckets !== undefined && isCount(zero) ? { zero, buckets } : undefined;
}

function readCounts(
  value: Json | undefined,
  isName: (name: string) => boolean,
): Readonly<Record<string, number>> | undefined {
  if (value === undefined || !isJsonObject(value)) return undefined;
  const isRead = Object.entries(value as JsonObject).every(([name, count]) => isName(name) && isCount(count));
  return isRead ? (value as Record<string, number>) : undefined;
}

const isBucket = (name: string): boolean => /^-?\d{1,5}$/.test(name) && Math.abs(Number(name)) <= mostBucket;
const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= mostCount;
