/** What estimates of all composites share: the question that is asked of a body, and how amounts of parts become a whole's. */
import type { AnyBlock } from './block.ts';
import type { BlockStats, StatsReader } from './block-stats.ts';
import type { Component, Drafted } from './estimate-draft.ts';
import type { FindModel } from './services.ts';
import type { Spread } from './spread.ts';

/** A payload, where it is known before the run. */
export interface KnownPayload {
  readonly payload?: unknown;
}

export interface BodyQuestion extends KnownPayload {
  readonly alias: string | undefined;
  /** What is known of the block itself. */
  readonly own: BlockStats | undefined;
  readonly stats: StatsReader;
  readonly findModel: FindModel;
  /** Of a child, its recovery included. */
  readonly visit: (block: AnyBlock, known: KnownPayload) => Drafted;
}

export const knownPayload = (question: KnownPayload): KnownPayload =>
  'payload' in question ? { payload: question.payload } : {};

export interface Amounts {
  readonly money: Spread;
  readonly time: Spread;
  readonly calls: Spread;
}

/** The three amounts of a whole from those of its parts, all made alike. */
export function combine(make: (read: (part: Amounts) => Spread) => Spread): Amounts {
  return {
    money: make(({ money }) => money),
    time: make(({ time }) => time),
    calls: make(({ calls }) => calls),
  };
}

export function derive(
  { name, kind }: AnyBlock,
  components: readonly Component[],
  amounts: Amounts,
  told: { readonly notes?: readonly string[]; readonly counted?: readonly Drafted[] } = {},
): Drafted {
  const parts = told.counted ?? components.map(([, part]) => part);
  const sampleSize = parts.reduce(
    (least, part) => Math.min(least, part.sampleSize),
    Number.POSITIVE_INFINITY,
  );
  return {
    block: name,
    kind,
    source: 'derived',
    sampleSize: Number.isFinite(sampleSize) ? sampleSize : 0,
    ...amounts,
    components,
    notes: told.notes ?? [],
  };
}

/** How often each of several ways is taken: as observed, each with one observation for nothing. */
export function sharesOf(ways: readonly string[], stats: BlockStats | undefined): number[] {
  const counts = ways.map((way) => 1 + (stats?.ways[way] ?? 0));
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

/** A way that is hardly ever taken says little about how well the rest is known. */
export const rareShare = 0.1;
