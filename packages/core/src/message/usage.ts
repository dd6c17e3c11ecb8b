/**
 * Token counts of a call, in buckets that can be priced. Unknown is `undefined`, never zero. `raw` keeps the vendor's
 * own words for the record; nothing is ever computed from it.
 */
import type { Json } from '../json/index.ts';
import type { Annotated } from './annotations.ts';
import type { Loss } from './loss.ts';

export interface InputUsage {
  /** Everything the model read, caches included. */
  readonly total?: number;
  readonly uncached?: number;
  readonly cacheRead?: number;
  /** What was read from the cache, by kind. */
  readonly cacheReadText?: number;
  readonly cacheReadAudio?: number;
  readonly cacheReadImage?: number;
  readonly cacheReadVideo?: number;
  readonly cacheReadDocument?: number;
  /** All cache writes; the four below split it where the vendor does. */
  readonly cacheWrite?: number;
  readonly cacheWrite5m?: number;
  readonly cacheWrite30m?: number;
  readonly cacheWrite1h?: number;
  readonly cacheWrite12h?: number;
  readonly text?: number;
  readonly audio?: number;
  /** How long the audio was, which no vendor counts in tokens alone. */
  readonly audioSeconds?: number;
  readonly image?: number;
  readonly video?: number;
  readonly document?: number;
  /** What tools that the provider ran added to the prompt. */
  readonly tools?: number;
}

export interface OutputUsage {
  /** Everything the model wrote, reasoning included. */
  readonly total?: number;
  readonly text?: number;
  readonly reasoning?: number;
  readonly audio?: number;
  readonly image?: number;
  readonly acceptedPrediction?: number;
  readonly rejectedPrediction?: number;
}

export interface Usage extends Annotated {
  readonly input: InputUsage;
  readonly output: OutputUsage;
  /** The sum as the vendor states it. */
  readonly total?: number;
  /** Units of tools that the provider ran, such as `web_search_requests`. */
  readonly toolUnits?: Readonly<Record<string, number>>;
  /** What the provider bills, by its own names, where that is not the tokens above (Cohere). */
  readonly billed?: Readonly<Record<string, number>>;
  /** Nanoseconds that the provider says it spent, by its own names (Ollama). */
  readonly durations?: Readonly<Record<string, number>>;
  readonly tier?: string;
  readonly speed?: string;
  /** Under which arrangement the tokens are billed, such as provisioned throughput. */
  readonly traffic?: string;
  readonly region?: string;
  /** The parts of a call that the provider billed one by one, in its own words. */
  readonly iterations?: readonly Json[];
  readonly raw?: Json;
}

/** The sum of two counts; unknown plus known is the known one, because a missing bucket adds nothing to a bill. */
function plus(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a + b;
}

function addBuckets<Buckets extends object>(a: Buckets, b: Buckets): Buckets {
  const sum: Record<string, number> = {};
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const value = plus((a as Record<string, number>)[key], (b as Record<string, number>)[key]);
    if (value !== undefined) sum[key] = value;
  }
  return sum as Buckets;
}

/** Usage of two calls together. Words of one vendor (`raw`, tier, annotations) do not survive the sum. */
export function addUsage(a: Usage, b: Usage): Usage {
  const total = plus(a.total, b.total);
  const toolUnits = addBuckets(a.toolUnits ?? {}, b.toolUnits ?? {});
  const billed = addBuckets(a.billed ?? {}, b.billed ?? {});
  const durations = addBuckets(a.durations ?? {}, b.durations ?? {});
  return {
    input: addBuckets(a.input, b.input),
    output: addBuckets(a.output, b.output),
    ...(total !== undefined && { total }),
    ...(Object.keys(toolUnits).length > 0 && { toolUnits }),
    ...(Object.keys(billed).length > 0 && { billed }),
    ...(Object.keys(durations).length > 0 && { durations }),
  };
}

/** A loss for every bucket that holds something and that the dialect cannot say. A bucket of zero says nothing. */
export function reportUnsaidUsage(usage: Usage, said: ReadonlySet<string>, dialect: string): Loss[] {
  const { input, output, toolUnits, billed, durations, tier, speed, traffic, region, iterations } = usage;
  const rest = { toolUnits, billed, durations, tier, speed, traffic, region, iterations };
  const buckets = { input, output, rest };
  const paths = Object.entries(buckets).flatMap(([group, fields]) =>
    Object.entries(fields)
      .filter(([, value]) => value !== undefined && value !== 0)
      .map(([field]) => (group === 'rest' ? field : `${group}.${field}`)),
  );
  return paths
    .filter((path) => !said.has(path))
    .map((path) => ({ field: `usage.${path}`, action: 'dropped', detail: `${dialect} has no such count.` }));
}

/** The same towards a format that demands counts, and so is given zeros where there are none. */
export function reportDemandedUsage(
  usage: Usage | undefined,
  said: ReadonlySet<string>,
  dialect: string,
): Loss[] {
  if (usage !== undefined) return reportUnsaidUsage(usage, said, dialect);
  return [{ field: 'usage', action: 'emulated', detail: 'It is demanded and was filled with zeros.' }];
}

/** Sum of input and output as we count them, whatever the vendor's `total` says; undefined while either is unknown. */
export function totalTokens(usage: Usage): number | undefined {
  if (usage.input.total === undefined || usage.output.total === undefined) return undefined;
  return usage.input.total + usage.output.total;
}

/** `total - parts`, or undefined when the total is unknown; never below zero, whatever a vendor reports. */
export function remainder(
  total: number | undefined,
  part: number | undefined,
  other = 0,
): number | undefined {
  return total === undefined ? undefined : Math.max(0, total - (part ?? 0) - other);
}
