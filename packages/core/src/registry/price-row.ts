/**
 * What a model costs: exact rates by name, and the facts that decide which rate applies. A row is made by
 * `read-price-row.ts` out of a registry file and never changed; arithmetic with it is in `cost.ts`.
 */

/** What tokens can be priced as. `input` and `output` cover whatever is not named apart. */
export const tokenRates = [
  'input',
  'input_audio',
  'input_image',
  'input_video',
  'input_document',
  'cache_read',
  'cache_read_audio',
  'cache_read_image',
  'cache_read_video',
  'cache_read_document',
  'cache_write',
  'cache_write_5m',
  'cache_write_30m',
  'cache_write_1h',
  'cache_write_12h',
  'output',
  'output_thinking',
  'output_audio',
  'output_image',
] as const;

export type TokenRate = (typeof tokenRates)[number];

/** Arrangements under which a provider sells the same tokens at another price. */
export const serviceVariants = ['batch', 'flex', 'priority', 'fast'] as const;

export type ServiceVariant = (typeof serviceVariants)[number];

/** `rateName('input', true, 'batch')` is `input_long_context_batch`. */
export function rateName(rate: TokenRate, isLong: boolean, variant: ServiceVariant | undefined): string {
  return `${rate}${isLong ? '_long_context' : ''}${variant === undefined ? '' : `_${variant}`}`;
}

export interface PriceRow {
  /** Atto-dollars per token, by `rateName`. */
  readonly rates: Readonly<Record<string, bigint>>;
  /** Above so many tokens of input, the whole call is charged at the rates for long context. */
  readonly longContextAbove: number | undefined;
  /** Atto-dollars for one unit of what is not counted in tokens, by the provider's own name of the unit. */
  readonly units: Readonly<Record<string, bigint>>;
  /** In millionths: what every rate is multiplied by when the call was served in a region. */
  readonly regionFactors: Readonly<Record<string, bigint>>;
  /** Whether the provider charges for each request besides, as the unit `requests`. */
  readonly billsRequests: boolean;
}
