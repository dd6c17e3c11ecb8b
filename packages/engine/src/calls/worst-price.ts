/**
 * The most that tokens of a target can cost, as plain numbers that are computed once for each model: what a call costs at most
 * is then two multiplications. Never less than what the exact arithmetic of the registry finds.
 */
import { findCard, type PriceRow, type Registry, worstCase } from '@keelson/core';
import type { LockedModel, Target } from '../routing/index.ts';

/** What of a call decides which prices can apply. */
interface PriceQuestion {
  readonly target: Target;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Nothing but text goes in and comes out. */
  readonly isText: boolean;
  /** A faster or cheaper service than the usual one may be meant. */
  readonly isSpecial: boolean;
}

interface ModelBounds {
  readonly contextWindow?: number;
  readonly maxOutput?: number;
}

export interface WorstPrices {
  /** Nano-dollars; undefined where the model has no price. */
  costOf(question: PriceQuestion): number | undefined;
  /** The most that single tokens of text cost, long context or not; undefined where the model has no price. */
  textRatesOf(target: Target): TextRates | undefined;
  boundsOf(target: Target): ModelBounds;
  /** By which units, beside tokens, the model is sold. */
  unitsOf(target: Target): readonly string[];
  /** Nano-dollars for so many units; undefined where one of them has no price. */
  costOfUnits(target: Target, units: Readonly<Record<string, number>>): number | undefined;
}

/** Nano-dollars, with fractions. */
export interface TextRates {
  readonly perCall: number;
  readonly perInputToken: number;
  readonly perOutputToken: number;
}

/** Atto-dollars. */
interface Rates {
  readonly each: number;
  readonly input: number;
  readonly output: number;
  readonly longAbove: number;
  readonly longInput: number;
  readonly longOutput: number;
}

interface KnownModel {
  readonly bounds: ModelBounds;
  readonly isFree: boolean;
  readonly prices: PriceRow | undefined;
  readonly rates: (Rates | undefined)[];
}

const maxRemembered = 10_000;
/** So many tokens cost as many nano-dollars as one costs atto-dollars. */
const many = 1_000_000_000;
const attoPerNano = 1e9;
const specials = ['', 'batch', 'flex', 'priority', 'fast'];

export function createWorstPrices(registry: Registry): WorstPrices {
  const remembered = new Map<string, KnownModel>();
  const ofLocks = new WeakMap<LockedModel, KnownModel>();
  const modelOf = (target: Target): KnownModel => {
    const { locked } = target;
    if (locked === undefined) return modelByName(target);
    const known = ofLocks.get(locked) ?? lockedModel(locked, modelByName(target));
    ofLocks.set(locked, known);
    return known;
  };
  const modelByName = ({ provider, model }: Target): KnownModel => {
    const name = `${provider.form.registry ?? provider.form.name}:${model}`;
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const card = findCard(registry, name);
    const { contextWindow, maxInput, maxOutput } = card?.limits ?? {};
    const window = contextWindow ?? maxInput;
    const found: KnownModel = {
      bounds: {
        ...(window !== undefined && { contextWindow: window }),
        ...(maxOutput !== undefined && { maxOutput }),
      },
      isFree: provider.form.isLocal === true,
      prices: card?.prices,
      rates: [],
    };
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(name, found);
    return found;
  };
  return {
    boundsOf: (target) => modelOf(target).bounds,
    unitsOf: (target) => Object.keys(modelOf(target).prices?.units ?? {}),
    costOfUnits: (target, units) => {
      const model = modelOf(target);
      return model.isFree ? 0 : worstCase(0, 0, model.prices, { units }).nanoDollars;
    },
    costOf: (question) => {
      const model = modelOf(question.target);
      if (model.isFree) return 0;
      const rates = ratesOf(model, question);
      return rates && priceOf(rates, question);
    },
    textRatesOf: (target) => {
      const model = modelOf(target);
      if (model.isFree) return { perCall: 0, perInputToken: 0, perOutputToken: 0 };
      const rates = ratesOf(model, { isText: true, isSpecial: false });
      return rates && textRates(rates);
    },
  };
}

function ratesOf(
  { prices, rates }: KnownModel,
  question: Pick<PriceQuestion, 'isText' | 'isSpecial'>,
): Rates | undefined {
  if (prices === undefined) return undefined;
  const index = (question.isText ? 1 : 0) + (question.isSpecial ? 2 : 0);
  if (!(index in rates)) rates[index] = readRates(prices, question);
  return rates[index];
}

/** As in `priceOf`, one more for what plain numbers may have lost. */
function textRates({ each, input, output, longAbove, longInput, longOutput }: Rates): TextRates {
  const mayBeLong = Number.isFinite(longAbove);
  const perInputToken = (mayBeLong ? Math.max(input, longInput) : input) / attoPerNano;
  const perOutputToken = (mayBeLong ? Math.max(output, longOutput) : output) / attoPerNano;
  const isFree = each + perInputToken + perOutputToken === 0;
  return { perCall: isFree ? 0 : each / attoPerNano + 1, perInputToken, perOutputToken };
}

function lockedModel({ prices, contextWindow, maxOutput }: LockedModel, model: KnownModel): KnownModel {
  const bounds = {
    ...model.bounds,
    ...(contextWindow !== undefined && { contextWindow }),
    ...(maxOutput !== undefined && { maxOutput }),
  };
  return { bounds, isFree: model.isFree, prices, rates: [] };
}

/** Rounded up, and one more for what plain numbers may have lost. */
function priceOf(rates: Rates, { inputTokens, outputTokens }: PriceQuestion): number {
  const isLong = inputTokens > rates.longAbove;
  const input = inputTokens * (isLong ? rates.longInput : rates.input);
  const output = outputTokens * (isLong ? rates.longOutput : rates.output);
  const atto = rates.each + input + output;
  return atto === 0 ? 0 : Math.ceil(atto / attoPerNano) + 1;
}

function readRates(
  prices: PriceRow,
  { isText, isSpecial }: Pick<PriceQuestion, 'isText' | 'isSpecial'>,
): Rates | undefined {
  const short: PriceRow = { ...prices, longContextAbove: undefined };
  const dearest = (input: number, output: number, row: PriceRow): number | undefined => {
    let most: number | undefined;
    for (const tier of isSpecial ? specials : ['']) {
      const cost = worstCase(input, output, row, { textOnly: isText, ...(tier !== '' && { tier }) });
      // A service that has no price here is not sold for this model.
      if (cost.status === 'priced') most = Math.max(most ?? 0, cost.nanoDollars);
    }
    return most;
  };
  const longAbove = prices.longContextAbove ?? Number.POSITIVE_INFINITY;
  // A price that no number holds for many tokens is not known here: that is not the same as none.
  const isBeyond = (input: number, output: number, row: PriceRow): boolean =>
    dearest(input && many, output && many, row) === undefined && dearest(input, output, row) !== undefined;
  const few = Number.isFinite(longAbove) ? longAbove + 1 : 1;
  if (isBeyond(0, 1, short) || isBeyond(few, 1, prices)) return undefined;
  const each = dearest(0, 0, short) ?? 0;
  const input = dearest(many, 0, short);
  if (input === undefined) return undefined;
  // Models that embed or rank give nothing back that has a price.
  const output = dearest(0, many, short) ?? each;
  const longInput = dearest(many, 0, prices) ?? input;
  const longOutput = longAbove === Number.POSITIVE_INFINITY ? output : longOutputOf(prices, output, isText);
  return {
    each: each * attoPerNano,
    input: input - each,
    output: output - each,
    longAbove,
    longInput: longInput - each,
    longOutput,
  };
}

/** Long context is known by its input, whose price is taken off again. */
function longOutputOf(prices: PriceRow, usual: number, textOnly: boolean): number {
  const both = worstCase(many, many, prices, { textOnly });
  const input = worstCase(many, 0, prices, { textOnly });
  if (both.status !== 'priced' || input.status !== 'priced') return usual;
  return Math.max(usual, both.nanoDollars - input.nanoDollars);
}
