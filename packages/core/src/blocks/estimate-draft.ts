/** An estimate while it is made, and what is shown of it in the end: whole numbers, and why they are to be trusted or not. */
import { ninetiethOf, type Spread } from './spread.ts';

/** `unknown`: not even an assumption, such as the cost of a model without a price. */
export type EstimateSource = 'stats' | 'prior' | 'derived' | 'unknown';
export type Confidence = 'low' | 'medium' | 'high';

/** Unknown is `null`. Money is whole nano-dollars, time milliseconds. */
export interface Quantity {
  readonly mean: number | null;
  /** Of the sample; `null` where it is not known how far cases differ. */
  readonly std: number | null;
  readonly p90: number | null;
  /** The worst case; `null` where nothing bounds it. */
  readonly max: number | null;
}

export interface Estimate {
  readonly block: string;
  readonly kind: string;
  readonly source: EstimateSource;
  readonly confidence: Confidence;
  /** Attempts that it rests on: of a composite, those of the part that is known least. */
  readonly sampleSize: number;
  readonly nanoDollars: Quantity;
  readonly ms: Quantity;
  /** Calls to models: expected, and at most. */
  readonly calls: { readonly mean: number; readonly max: number | null };
  /** Of the parts, each for one visit. */
  readonly components?: Readonly<Record<string, Estimate>>;
  /** What was assumed, in words. */
  readonly notes: readonly string[];
}

export interface Drafted {
  readonly block: string;
  readonly kind: string;
  readonly source: EstimateSource;
  readonly sampleSize: number;
  readonly money: Spread;
  readonly time: Spread;
  readonly calls: Spread;
  /** Where a histogram knows better than the three moments. */
  readonly moneyP90?: number | null;
  readonly timeP90?: number | null;
  readonly components?: readonly Component[];
  readonly notes: readonly string[];
}

/** A part under its name. */
export type Component = readonly [node: string, part: Drafted];

const mediumSample = 5;
const highSample = 20;

function confidenceOf(sampleSize: number): Confidence {
  if (sampleSize >= highSample) return 'high';
  return sampleSize >= mediumSample ? 'medium' : 'low';
}

export function finishDraft(draft: Drafted): Estimate {
  const { block, kind, source, sampleSize, money, time, calls, components, notes } = draft;
  return {
    block,
    kind,
    source,
    confidence: confidenceOf(sampleSize),
    sampleSize,
    nanoDollars: quantityOf(money, draft.moneyP90),
    ms: quantityOf(time, draft.timeP90),
    calls: { mean: calls.mean ?? 0, max: calls.max },
    ...(components && { components: nameComponents(components) }),
    notes,
  };
}

function nameComponents(components: readonly Component[]): Record<string, Estimate> {
  // Without a prototype: any name will do, and thousands of them are no trouble.
  const named = Object.create(null) as Record<string, Estimate>;
  for (const [node, part] of components) named[node] = finishDraft(part);
  return named;
}

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value));

function quantityOf(spread: Spread, known: number | null | undefined): Quantity {
  const p90 = known ?? ninetiethOf(spread);
  return {
    mean: rounded(spread.mean),
    std: spread.isMeasured && spread.mean !== null ? rounded(Math.sqrt(Math.max(0, spread.variance))) : null,
    p90: rounded(p90 !== null && spread.max !== null ? Math.min(p90, spread.max) : p90),
    max: spread.max === null ? null : Math.ceil(spread.max),
  };
}
