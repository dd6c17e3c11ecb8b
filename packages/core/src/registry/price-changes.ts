/** How the price fields of two rows differ, field by field, with how much each rose. */
import { isJsonObject, type Json, type JsonObject } from '../json/index.ts';

export interface PriceChange {
  /** Such as `dollars_per_million_tokens_input` or `dollars_per_thousand_units.web_search_requests`. */
  readonly field: string;
  /** Left out where the price was, or is, not known. */
  readonly before?: number;
  readonly after?: number;
  /** In percent; negative where it fell, infinite where it was free before. Left out where one side is not known. */
  readonly risePercent?: number;
}

export function comparePrices(before: JsonObject, after: JsonObject): readonly PriceChange[] {
  const [old, now] = [amountsOf(before), amountsOf(after)];
  const fields = [...new Set([...old.keys(), ...now.keys()])].sort();
  return fields.flatMap((field) => {
    const change = compareAmounts(field, old.get(field), now.get(field));
    return change === undefined ? [] : [change];
  });
}

function compareAmounts(
  field: string,
  before: number | undefined,
  after: number | undefined,
): PriceChange | undefined {
  if (before === after) return undefined;
  if (before === undefined) return after === undefined ? undefined : { field, after };
  if (after === undefined) return { field, before };
  return { field, before, after, risePercent: riseOf(field, before, after) };
}

const percent = 100;

/** Above a lower threshold more calls cost more, so it is the other way round. */
function riseOf(field: string, before: number, after: number): number {
  const [from, to] = field === 'long_context_threshold_tokens' ? [after, before] : [before, after];
  if (from === 0) return Infinity;
  // Rounded, so that a rise of exactly the threshold is not one of a little more.
  return Math.round(((to - from) / from) * percent * 1e6) / 1e6;
}

/** Both spellings of one price count as the same. */
const spellings: Readonly<Record<string, string>> = {
  dollars_per_million_tokens_cached_input: 'dollars_per_million_tokens_cache_read',
};

function amountsOf(row: JsonObject): ReadonlyMap<string, number> {
  const amounts = new Map<string, number>();
  for (const [field, value] of Object.entries(row)) {
    if (typeof value === 'number') amounts.set(spellings[field] ?? field, value);
    else if (isJsonObject(value as Json))
      for (const [name, inner] of Object.entries(value as JsonObject))
        if (typeof inner === 'number') amounts.set(`${field}.${name}`, inner);
  }
  return amounts;
}

const perMillion = 'dollars_per_million_tokens_';
const perThousand = 'dollars_per_thousand_units.';

/** `input $2.5 → $3 a million tokens`. */
export function tellPriceChange({ field, before, after }: PriceChange): string {
  const isMoney = field.startsWith('dollars_');
  const amount = (value: number | undefined): string =>
    value === undefined ? 'unknown' : `${isMoney ? '$' : ''}${value}`;
  return `${nameOfPrice(field)} ${amount(before)} → ${amount(after)}${unitOfPrice(field)}`;
}

function nameOfPrice(field: string): string {
  const prefix = [perMillion, perThousand].find((each) => field.startsWith(each)) ?? '';
  return field.slice(prefix.length).replaceAll('_', ' ');
}

function unitOfPrice(field: string): string {
  if (field.startsWith(perMillion)) return ' a million tokens';
  return field.startsWith(perThousand) ? ' a thousand' : '';
}
