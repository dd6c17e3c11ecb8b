// Calls of a period are given other costs on purpose: planned, applied step by step, told and receipted. Prices are the
// registry's; SQL is storage's.
export { createPriceSource, type PriceOf } from './price-source.ts';
export type { RepricingReport } from './report.ts';
export {
  type RepricingParts,
  type RepricingWish,
  reprice,
  resumeRepricing,
} from './reprice.ts';
export type { KeptReason } from './reprice-call.ts';
