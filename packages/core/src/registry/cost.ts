/**
 * What a call cost, by one function for streamed and whole answers alike: it sees only the usage that both end with. A
 * count without a price makes the whole cost unpriced, because a partial sum reads like a small one.
 */
import type { Usage } from '../message/index.ts';
import { attoPerNano } from './money.ts';
import {
  type PriceRow,
  rateName,
  type ServiceVariant,
  serviceVariants,
  type TokenRate,
} from './price-row.ts';
import { audioSecondsUnit, type Bucket, type Tally, tallyUsage } from './tally.ts';

export interface CostLine {
  /** Path of the count in `Usage`, or `units.` and the name of a unit. */
  readonly bucket: string;
  readonly count: number;
  /** Which price of the row applied, such as `cache_read_long_context`. */
  readonly rate: string;
  readonly nanoDollars: number;
}

interface CostFacts {
  /** Non-empty lines in the order of the buckets. They add up to the cost, to the nano-dollar. */
  readonly breakdown: readonly CostLine[];
  /** Where counts contradicted each other or a rule decided, in words for people. */
  readonly notes: readonly string[];
}

export interface PricedCost extends CostFacts {
  readonly status: 'priced';
  readonly nanoDollars: number;
  readonly unpriced: readonly [];
}

/** `breakdown` then holds what could be priced, for people to read; it is no cost. */
export interface UnpricedCost extends CostFacts {
  readonly status: 'unpriced';
  readonly nanoDollars?: never;
  /** Buckets and circumstances that no price covers. Never empty. */
  readonly unpriced: readonly string[];
}

export type Cost = PricedCost | UnpricedCost;

export interface CostOptions {
  /** The service tier, where the caller knows better than the answer: nothing in an answer says `batch`. */
  readonly tier?: string;
  readonly speed?: string;
  readonly region?: string;
}

/** Money of one line before rounding, in millionths of an atto-dollar, so that a factor of a region stays exact. */
export interface ExactLine {
  readonly bucket: string;
  readonly count: bigint;
  readonly rate: string;
  readonly exact: bigint;
}

/** One, in millionths: the factor of a region that adds nothing. */
export const wholeFactor = 1_000_000n;
const exactPerNano = attoPerNano * wholeFactor;

/** In the notes of a cost. */
export const longContextNote = 'Charged at the rates for long context.';

const noPrices: PriceRow = {
  rates: {},
  longContextAbove: undefined,
  units: {},
  regionFactors: {},
  billsRequests: false,
};

export function costOf(usage: Usage, row: PriceRow | undefined, options: CostOptions = {}): Cost {
  const prices = row ?? noPrices;
  const tally = tallyUsage(usage);
  const { variant, factor, unpriced } = readCircumstances(usage, prices, options);
  const { longContextAbove } = prices;
  const isLong = longContextAbove !== undefined && tally.inputTotal > BigInt(longContextAbove);
  const lines: ExactLine[] = [];
  unpriced.push(...tally.unreadable);
  if (row === undefined) unpriced.push('prices');
  for (const bucket of tally.buckets) {
    const name = findRate(prices, bucket, isLong, variant);
    if (name === undefined) unpriced.push(bucket.name);
    else lines.push(priceLine(bucket, name, (prices.rates[name] as bigint) * factor));
  }
  priceUnits(tally, prices, lines, unpriced);
  unpriced.push(...missingCounts(tally, prices));
  const notes = [...tally.notes, ...(isLong ? [longContextNote] : [])];
  return settle(lines, unpriced, notes);
}

function priceLine({ name, count }: Bucket, rate: string, exactRate: bigint): ExactLine {
  return { bucket: name, count, rate, exact: count * exactRate };
}

/** The name of the rate that prices a bucket. */
function findRate(
  prices: PriceRow,
  bucket: Bucket,
  isLong: boolean,
  variant: ServiceVariant | undefined,
): string | undefined {
  const names = bucket.rates
    .filter((rate) => !isTooVague(prices, bucket, rate))
    .map((rate) => rateName(rate, isLong, variant));
  return names.find((name) => prices.rates[name] !== undefined);
}

/** A row that prices some life times apart says nothing about the others. */
function isTooVague(prices: PriceRow, bucket: Bucket, rate: TokenRate): boolean {
  if (rate !== 'cache_write' || bucket.rates[0] === 'cache_write') return false;
  return Object.keys(prices.rates).some((name) => /^cache_write_\d/.test(name));
}

function priceUnits(tally: Tally, prices: PriceRow, lines: ExactLine[], unpriced: string[]): void {
  const units = new Map(tally.units);
  if (prices.billsRequests) units.set('requests', 1n);
  const hasAudioTokens = tally.buckets.some(({ name }) => name === 'input.audio');
  for (const [unit, count] of units) {
    const price = Object.hasOwn(prices.units, unit) ? prices.units[unit] : undefined;
    const bucket = `units.${unit}`;
    if (price !== undefined) lines.push({ bucket, count, rate: unit, exact: count * price * wholeFactor });
    // Sound whose tokens are counted needs no second measure.
    else if (unit !== audioSecondsUnit || !hasAudioTokens) unpriced.push(bucket);
  }
}

/** Sides of the call that are charged and of which nothing was told: unknown is not zero. */
function missingCounts({ knows, units }: Tally, prices: PriceRow): string[] {
  if (!knows.input && !knows.output && units.size === 0) return ['usage'];
  const isCharged = (rate: string) => (prices.rates[rate] ?? 0n) > 0n;
  const sides = ['input', 'output'] as const;
  return sides.filter((side) => !knows[side] && isCharged(side)).map((side) => `${side}.total`);
}

interface Circumstances {
  readonly variant: ServiceVariant | undefined;
  /** In millionths. */
  readonly factor: bigint;
  readonly unpriced: string[];
}

/** Words for the plain service, at the plain price. */
const plainWords: ReadonlySet<string> = new Set([
  ...['', 'auto', 'default', 'standard', 'normal', 'on_demand', 'unspecified', 'global', 'not_available'],
]);

/** Whether tier, speed or place are those that the plain rates are for. */
export function isPlainWord(word: string | undefined): boolean {
  return word === undefined || plainWords.has(word.toLowerCase());
}

/** Words of providers for a variant, beside its own name. */
const variantWords: Readonly<Record<string, ServiceVariant>> = {
  on_demand_flex: 'flex',
  on_demand_priority: 'priority',
};

/** Tier, speed and place of the call, as the variant and the factor that its prices have there. */
export function readCircumstances(
  usage: Pick<Usage, 'tier' | 'speed' | 'traffic' | 'region'>,
  prices: PriceRow,
  options: CostOptions,
): Circumstances {
  const unpriced: string[] = [];
  const variants = new Set<ServiceVariant>();
  const told = {
    tier: options.tier ?? usage.tier,
    speed: options.speed ?? usage.speed,
    traffic: usage.traffic,
  };
  for (const [field, written = ''] of Object.entries(told)) {
    const word = written.toLowerCase();
    if (plainWords.has(word)) continue;
    const variant = Object.hasOwn(variantWords, word)
      ? variantWords[word]
      : serviceVariants.find((known) => known === word);
    const isSold = variant !== undefined && hasVariant(prices, variant);
    if (isSold) variants.add(variant);
    else unpriced.push(`${field}:${word}`);
  }
  const [variant, second] = variants;
  // Nobody states a price for two of them at once.
  if (second !== undefined) unpriced.push(`tier:${[...variants].join('+')}`);
  const region = (options.region ?? usage.region ?? '').toLowerCase();
  const factor = plainWords.has(region) ? wholeFactor : regionFactor(prices, region);
  if (factor === undefined) unpriced.push(`region:${region}`);
  return { variant, factor: factor ?? wholeFactor, unpriced };
}

function regionFactor({ regionFactors }: PriceRow, region: string): bigint | undefined {
  return Object.hasOwn(regionFactors, region) ? regionFactors[region] : undefined;
}

function hasVariant(prices: PriceRow, variant: ServiceVariant): boolean {
  return Object.keys(prices.rates).some((name) => name.endsWith(`_${variant}`));
}

/** Rounds the sum once, half up, and shares it out so that the lines still add up to it. */
export function settle(
  lines: readonly ExactLine[],
  unpriced: readonly string[],
  notes: readonly string[],
): Cost {
  const exact = lines.reduce((sum, line) => sum + line.exact, 0n);
  const total = (exact + exactPerNano / 2n) / exactPerNano;
  if (total > BigInt(Number.MAX_SAFE_INTEGER)) {
    const note = 'The sum is larger than can be held exactly.';
    return { status: 'unpriced', breakdown: [], unpriced: [...unpriced, 'total'], notes: [...notes, note] };
  }
  const breakdown = shareOut(lines, total);
  if (unpriced.length > 0) return { status: 'unpriced', breakdown, unpriced: [...new Set(unpriced)], notes };
  return { status: 'priced', nanoDollars: Number(total), breakdown, unpriced: [], notes };
}

/** Every line rounded down; the nano-dollars that are left go to those that lost most by it. */
function shareOut(lines: readonly ExactLine[], total: bigint): CostLine[] {
  const nano = lines.map(({ exact }) => exact / exactPerNano);
  const left = Number(total - nano.reduce((sum, part) => sum + part, 0n));
  const byLoss = lines
    .map(({ exact }, index) => ({ index, loss: exact % exactPerNano }))
    .sort((a, b) => Number(b.loss - a.loss) || a.index - b.index);
  const raised = new Set(byLoss.slice(0, left).map(({ index }) => index));
  return lines.map(({ bucket, count, rate }, index) => ({
    bucket,
    count: Number(count),
    rate,
    nanoDollars: Number(nano[index]) + (raised.has(index) ? 1 : 0),
  }));
}
