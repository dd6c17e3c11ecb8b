/** The most that a call can cost, for budgets that reserve before they spend. Never less than `costOf` finds afterwards. */
import {
  type Cost,
  type CostOptions,
  type ExactLine,
  readCircumstances,
  settle,
  wholeFactor,
} from './cost.ts';
import { type PriceRow, rateName, type ServiceVariant, type TokenRate, tokenRates } from './price-row.ts';

export interface WorstCaseOptions extends CostOptions {
  /** True where the call holds and asks for nothing but text, so that prices of sound and pictures do not matter. */
  readonly textOnly?: boolean;
  /** The most units that tools of the provider may use, by name. Without it, none are reserved for. */
  readonly units?: Readonly<Record<string, number>>;
}

/**
 * All of the input at the dearest rate that any of it could have, and the longest answer at the dearest rate of output.
 * Unpriced where the row has no price for either, or where a variant or region of `options` is not priced.
 */
export function worstCase(
  inputTokens: number,
  maxOutputTokens: number,
  prices: PriceRow | undefined,
  options: WorstCaseOptions = {},
): Cost {
  if (prices === undefined) return settle([], ['prices'], []);
  const { variant, factor, unpriced } = readCircumstances({}, prices, options);
  const dearest = options.region === undefined ? dearestFactor(prices) : factor;
  const mayBeLong = prices.longContextAbove !== undefined && inputTokens > prices.longContextAbove;
  const lines: ExactLine[] = [];
  const sides = [
    ['input', inputTokens],
    ['output', maxOutputTokens],
  ] as const;
  for (const [side, tokens] of sides) {
    if (tokens === 0) continue;
    const rate = dearestRate(prices, ratesOf(side, options), mayBeLong, variant);
    const isCount = Number.isSafeInteger(tokens) && tokens > 0;
    if (rate === undefined || !isCount || !hasPlainRate(prices, side, variant))
      unpriced.push(`${side}.total`);
    else lines.push({ bucket: `${side}.total`, count: BigInt(tokens), ...charge(rate, tokens, dearest) });
  }
  addUnits(prices, options, lines, unpriced);
  return settle(lines, unpriced, []);
}

interface NamedRate {
  readonly name: string;
  readonly amount: bigint;
}

const charge = ({ name, amount }: NamedRate, tokens: number, factor: bigint) => ({
  rate: name,
  exact: BigInt(tokens) * amount * factor,
});

function ratesOf(side: 'input' | 'output', { textOnly = false }: WorstCaseOptions): readonly TokenRate[] {
  return tokenRates
    .filter((rate) => rate.startsWith('output') === (side === 'output'))
    .filter((rate) => !textOnly || !/_(audio|image|video)$/.test(rate));
}

function dearestRate(
  prices: PriceRow,
  rates: readonly TokenRate[],
  mayBeLong: boolean,
  variant: ServiceVariant | undefined,
): NamedRate | undefined {
  const names = rates.flatMap((rate) => [
    rateName(rate, false, variant),
    ...(mayBeLong ? [rateName(rate, true, variant)] : []),
  ]);
  return names
    .map((name) => ({ name, amount: prices.rates[name] }))
    .filter((rate): rate is NamedRate => rate.amount !== undefined)
    .reduce<NamedRate | undefined>(
      (most, rate) => (most && most.amount >= rate.amount ? most : rate),
      undefined,
    );
}

const hasPlainRate = (prices: PriceRow, side: 'input' | 'output', variant: ServiceVariant | undefined) =>
  prices.rates[rateName(side, false, variant)] !== undefined;

function dearestFactor(prices: PriceRow): bigint {
  return Object.values(prices.regionFactors).reduce(
    (most, factor) => (factor > most ? factor : most),
    wholeFactor,
  );
}

function addUnits(
  prices: PriceRow,
  { units = {} }: WorstCaseOptions,
  lines: ExactLine[],
  unpriced: string[],
): void {
  const all = { ...units, ...(prices.billsRequests && { requests: 1 }) };
  for (const [unit, most] of Object.entries(all)) {
    const price = Object.hasOwn(prices.units, unit) ? prices.units[unit] : undefined;
    const count = Math.ceil(most);
    if (price === undefined || !Number.isSafeInteger(count) || count < 0) unpriced.push(`units.${unit}`);
    else
      lines.push({
        bucket: `units.${unit}`,
        count: BigInt(count),
        rate: unit,
        exact: BigInt(count) * price * wholeFactor,
      });
  }
}
