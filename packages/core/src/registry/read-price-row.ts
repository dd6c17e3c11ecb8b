/** The price fields of a registry row, read into exact rates. Whatever cannot be understood is refused, never left out. */
import { isJsonObject, type Json, type JsonObject } from '../json/index.ts';
import { maxPriceDecimals, scaleDecimal } from './money.ts';
import { type PriceRow, rateName, serviceVariants, tokenRates } from './price-row.ts';
import type { RowReader } from './row-reader.ts';

const perMillion = 'dollars_per_million_tokens_';
/** Atto-dollars per token are dollars per million times 10^12; per unit, dollars per thousand times 10^15. */
const perThousandPower = 15;
const factorPower = 6;

/** Names of rates in other registries for what is `cache_read` here. */
const rateAliases: Readonly<Record<string, string>> = { cached_input: 'cache_read' };

const rateNames: ReadonlySet<string> = new Set(
  tokenRates.flatMap((rate) =>
    [undefined, ...serviceVariants].flatMap((variant) => [
      rateName(rate, false, variant),
      rateName(rate, true, variant),
    ]),
  ),
);

/** Every field that says something about a price; a price version hashes exactly these. */
export function isPriceField(field: string): boolean {
  return field.startsWith(perMillion) || otherPriceFields.has(field);
}

const otherPriceFields: ReadonlySet<string> = new Set([
  'supports_long_context_pricing',
  'long_context_threshold_tokens',
  'dollars_per_thousand_units',
  'price_factor_by_region',
  'bills_requests_apart',
]);

/** Undefined where the row holds no price at all. */
export function readPriceRow(row: JsonObject, reader: RowReader): PriceRow | undefined {
  const rates = readRates(row, reader);
  const units = readAmounts(reader, 'dollars_per_thousand_units', perThousandPower);
  const regionFactors = readAmounts(reader, 'price_factor_by_region', factorPower);
  const billsRequests = reader.flag('bills_requests_apart') ?? false;
  const longContextAbove = readThreshold(rates, reader);
  if (Object.keys(rates).length === 0 && Object.keys(units).length === 0) return undefined;
  return { rates, units, regionFactors, billsRequests, longContextAbove };
}

function readRates(row: JsonObject, reader: RowReader): Record<string, bigint> {
  const rates: Record<string, bigint> = {};
  for (const field of Object.keys(row)) {
    if (!field.startsWith(perMillion)) continue;
    const value = row[field];
    if (value === null) continue;
    const written = field.slice(perMillion.length);
    const name = rateAliases[written] ?? written;
    const rate = readAmount(value, maxPriceDecimals);
    if (!rateNames.has(name)) reader.complain(field, 'is no price that is known here');
    else if (rate === undefined) reader.complain(field, amountRule);
    else if (rates[name] !== undefined && rates[name] !== rate)
      reader.complain(field, `contradicts \`${perMillion}${name}\``);
    else rates[name] = rate;
  }
  return rates;
}

const amountRule = `must be a number from 0 with at most ${maxPriceDecimals} decimals`;

function readAmount(value: Json | undefined, power: number): bigint | undefined {
  return typeof value === 'number' ? scaleDecimal(value, power) : undefined;
}

/** An object of amounts by name, such as units of tools. */
function readAmounts(reader: RowReader, field: string, power: number): Record<string, bigint> {
  const amounts: Record<string, bigint> = {};
  const value = reader.peek(field);
  if (value === undefined) return amounts;
  if (!isJsonObject(value)) {
    reader.complain(field, 'must be an object of amounts by name');
    return amounts;
  }
  for (const [name, written] of Object.entries(value)) {
    const amount = readAmount(written, power);
    if (amount === undefined)
      reader.complain(`${field}.${name}`, 'must be a number from 0 that is not too fine');
    else Object.defineProperty(amounts, name, { value: amount, enumerable: true });
  }
  return amounts;
}

function readThreshold(rates: Readonly<Record<string, bigint>>, reader: RowReader): number | undefined {
  const field = 'long_context_threshold_tokens';
  const threshold = reader.count(field);
  const hasLongRates = Object.keys(rates).some((name) => name.includes('_long_context'));
  const claims = reader.flag('supports_long_context_pricing');
  if (hasLongRates && threshold === undefined)
    reader.complain(field, 'is missing beside long-context prices');
  if (hasLongRates && claims === false)
    reader.complain('supports_long_context_pricing', 'is false beside long-context prices');
  if (!hasLongRates && claims === true)
    reader.complain('supports_long_context_pricing', 'is true, but no price for long context is given');
  return hasLongRates ? threshold : undefined;
}
