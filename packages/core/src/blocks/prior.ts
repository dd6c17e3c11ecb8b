/** What is assumed of a block that was never seen running. */
import type { Expected, Prior } from './block.ts';

const nothing: Expected = Object.freeze({ mean: 0, std: 0, max: 0 });
/** Of plain code: 10 ms, give or take 5. */
const usualTime: Expected = Object.freeze({ mean: 10, std: 5, max: null });

/** Of a call to a model: 750 ms, give or take 400. */
export const modelTime: Expected = Object.freeze({ mean: 750, std: 400, max: null });

/** Tokens that a model is expected to write where nothing is known. */
export const usualOutputTokens = 256;

export function fixedPrior(known: { readonly nanoDollars?: Expected; readonly ms?: Expected }): Prior {
  const { nanoDollars = nothing, ms = usualTime } = known;
  return { nanoDollars, ms, calls: 0 };
}
