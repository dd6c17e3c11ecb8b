/** Room `registry`: model cards, abilities, prices and cost, as pure arithmetic over data. */
export {
  type BundledProvider,
  bundledProviders,
  isBundled,
  loadBundledFile,
  loadBundledJson,
  loadBundledRegistry,
} from './bundled-registry.ts';
export {
  type Cost,
  type CostLine,
  type CostOptions,
  costOf,
  type PricedCost,
  type UnpricedCost,
} from './cost.ts';
export {
  type Approval,
  type DraftRequest,
  type DraftReview,
  draftRegistry,
  type ExportForm,
  exportForms,
  exportRegistry,
  type FieldChange,
  type ModelReview,
  type Promotion,
  type ProviderStats,
  promoteDraft,
  type RegistryDraft,
  type RegistryStats,
  type RegistryValidation,
  readDraft,
  registryStats,
  renderDraft,
  reviewDraft,
  type SourceStats,
  validateRegistry,
} from './curation/index.ts';
export {
  compareRegistryFiles,
  type DriftSide,
  type LeavingModel,
  type LostAbility,
  type ModelPriceChange,
  type RegistryDrift,
  renderDrift,
  type ShrunkLimit,
} from './drift.ts';
export { type FindOptions, findCard } from './find-card.ts';
export { missingPrices } from './missing-prices.ts';
export type { CardSource, LifeCycle, ModelCard, ModelLimits } from './model-card.ts';
export { formatDollars, formatManyDollars, parseDollars } from './money.ts';
export { type NewPrice, type PriceRefusal, priceAgain } from './price-again.ts';
export { comparePrices, type PriceChange, tellPriceChange } from './price-changes.ts';
export type { PriceRow } from './price-row.ts';
export { isSamePrice, priceFieldsOf, priceVersionOf } from './price-version.ts';
export { isPriceField } from './read-price-row.ts';
export {
  hashRegistryContent,
  type RegistryFile,
  readRegistryFile,
  readWholeRegistryFile,
} from './read-registry-file.ts';
export {
  maxRegistryLength,
  type ReadRegistryText,
  type ReadTextOptions,
  readBounded,
  readRegistryText,
} from './read-registry-text.ts';
export { createRegistry, type Registry } from './registry.ts';
export { type AgeLimit, assertRegistryFresh, registryAgeDays, tellTooOld } from './registry-age.ts';
export type { RegistryProblem } from './row-reader.ts';
export { type Feature, supports } from './supports.ts';
export { totalOf } from './total-of.ts';
export { askedAbilities, unstated } from './unstated.ts';
export { type WorstCaseOptions, worstCase } from './worst-case.ts';
