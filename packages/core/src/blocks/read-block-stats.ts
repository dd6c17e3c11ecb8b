/** Statistics as they are read back from where they were kept: whole, or not at all. */
import { isJsonObject, type Json } from '../json/index.ts';
import type { BlockStats } from './block-stats.ts';

/** Undefined for what is none: a number that is no number would spoil every estimate after it. */
export function readBlockStats(value: Json | undefined): BlockStats | undefined {
  if (!isJsonObject(value)) return undefined;
  const { ok, failed, stopped, ways, rounds } = value;
  const isRead = isSample(ok) && isSample(failed) && isCount(stopped) && isCounts(ways) && isMoments(rounds);
  return isRead ? (value as unknown as BlockStats) : undefined;
}

const moments = ['ms', 'nanoDollars', 'calls', 'inputTokens', 'outputTokens'] as const;

function isSample(value: Json | undefined): boolean {
  return (
    isJsonObject(value) &&
    moments.every((name) => isMoments(value[name])) &&
    isHistogram(value.msBuckets) &&
    isHistogram(value.nanoBuckets)
  );
}

function isMoments(value: Json | undefined): boolean {
  return isJsonObject(value) && isCount(value.n) && [value.mean, value.m2, value.m3].every(Number.isFinite);
}

function isHistogram(value: Json | undefined): boolean {
  return isJsonObject(value) && isCount(value.zero) && isCounts(value.buckets);
}

function isCounts(value: Json | undefined): boolean {
  return isJsonObject(value) && Object.values(value).every(isCount);
}

const isCount = (value: Json | undefined): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
