/**
 * The sum of `costOf` and nothing besides, for whoever prices every call: most of them are counted by few fields, and then
 * plain numbers hold the sum exactly. Every other call is priced by `costOf` itself.
 */
import type { Usage } from '../message/index.ts';
import { costOf, isPlainWord } from './cost.ts';
import type { PriceRow } from './price-row.ts';

/** Pico-dollars per token. */
interface PlainRates {
  readonly input: number;
  readonly cacheRead: number;
  readonly output: number;
  readonly thinking: number;
  readonly longContextAbove: number;
}

const attoPerPico = 1_000_000n;
const picoPerNano = 1000;
const remembered = new WeakMap<PriceRow, PlainRates | null>();

/** In nano-dollars; undefined where `costOf` says `unpriced`. */
export function totalOf(usage: Usage, row: PriceRow | undefined): number | undefined {
  return (row === undefined ? undefined : plainTotal(usage, row)) ?? costOf(usage, row).nanoDollars;
}

/** Undefined where the quick way cannot tell. */
function plainTotal(usage: Usage, row: PriceRow): number | undefined {
  let rates = remembered.get(row);
  if (rates === undefined) {
    rates = readRates(row);
    remembered.set(row, rates);
  }
  if (rates === null || !isPlain(usage)) return undefined;
  const { total: inputTotal, cacheRead = 0, uncached = 0, text = 0 } = usage.input;
  const { total: outputTotal, reasoning = 0, text: said = 0 } = usage.output;
  if (inputTotal === undefined || outputTotal === undefined) return undefined;
  if (reasoning > outputTotal || said > outputTotal) return undefined;
  const read = Math.max(inputTotal, text, uncached + cacheRead);
  if (read > rates.longContextAbove) return undefined;
  const pico =
    (read - cacheRead) * rates.input +
    cacheRead * rates.cacheRead +
    (outputTotal - reasoning) * rates.output +
    reasoning * rates.thinking +
    picoPerNano / 2;
  // No part can be larger than the sum, so that all of them were exact as well.
  return pico <= Number.MAX_SAFE_INTEGER ? (pico - (pico % picoPerNano)) / picoPerNano : undefined;
}

/** Null where plain numbers, or the few fields, are not enough for this row. */
function readRates({ rates, longContextAbove, billsRequests }: PriceRow): PlainRates | null {
  const { input, output, cache_read: cacheRead = input, output_thinking: thinking = output } = rates;
  if (input === undefined || output === undefined || billsRequests) return null;
  const [inputRate, cacheRate, outputRate, thinkingRate] = [input, cacheRead, output, thinking].map((rate) =>
    rate === undefined || rate % attoPerPico !== 0n ? Number.NaN : Number(rate / attoPerPico),
  ) as [number, number, number, number];
  if (![inputRate, cacheRate, outputRate, thinkingRate].every(Number.isSafeInteger)) return null;
  return {
    input: inputRate,
    cacheRead: cacheRate,
    output: outputRate,
    thinking: thinkingRate,
    longContextAbove: longContextAbove ?? Number.POSITIVE_INFINITY,
  };
}

const plainInput: ReadonlySet<string> = new Set(['total', 'cacheRead', 'uncached', 'text']);
const plainOutput: ReadonlySet<string> = new Set(['total', 'reasoning', 'text']);

function isPlain(usage: Usage): boolean {
  const { tier, speed, traffic, region, toolUnits, billed, iterations, input, output } = usage;
  return (
    toolUnits === undefined &&
    billed === undefined &&
    iterations === undefined &&
    isPlainWord(tier) &&
    isPlainWord(speed) &&
    isPlainWord(traffic) &&
    isPlainWord(region) &&
    hasOnly(input, plainInput) &&
    hasOnly(output, plainOutput)
  );
}

/** Every other count is zero or not told, and every count is one. */
function hasOnly(counts: object, names: ReadonlySet<string>): boolean {
  for (const name in counts) {
    const count = (counts as Readonly<Record<string, number | undefined>>)[name];
    if (count === undefined || count === 0) continue;
    if (!names.has(name) || !Number.isSafeInteger(count) || count < 0) return false;
  }
  return true;
}
