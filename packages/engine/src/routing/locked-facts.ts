/** Facts of a model as a lockfile holds them, in the words of routing. */
import type { PriceRow } from '@keelson/core';
import type { LockedModel } from './locked-names.ts';
import type { ModelFacts } from './plan.ts';

const attoPerMillionTokens = 1e12;

export function readPrices(prices: PriceRow | undefined): Pick<ModelFacts, 'inputPrice' | 'outputPrice'> {
  const { input, output } = prices?.rates ?? {};
  return {
    ...(input !== undefined && { inputPrice: Number(input) / attoPerMillionTokens }),
    ...(output !== undefined && { outputPrice: Number(output) / attoPerMillionTokens }),
  };
}

/** What was locked, and beside it what the registry knows. */
export function factsOfLock(locked: LockedModel, known: ModelFacts | undefined): ModelFacts {
  const { contextWindow = known?.contextWindow, maxOutput = known?.maxOutputTokens } = locked;
  return {
    ...(contextWindow !== undefined && { contextWindow }),
    ...(maxOutput !== undefined && { maxOutputTokens: maxOutput }),
    ...readPrices(locked.prices),
    supports: (feature) => known?.supports(feature),
  };
}
