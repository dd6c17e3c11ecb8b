// The engine carries every call through budget, cache, routing and recovery to a provider. It does I/O and knows no HTTP
// server.

export { type AnswerCache, type AnswerCacheSettings, openAnswerCache } from './cache/index.ts';
export {
  type AnyDialect,
  type AskedCall,
  answerError,
  type BodyPolicy,
  type CallControls,
  type Caller,
  type Identity,
  type ListedModel,
  readControl,
} from './calls/index.ts';
export { type BudgetSettings, type Engine, type EngineSettings, openEngine } from './engine.ts';
export {
  type AlertEvent,
  type Budget,
  type BudgetDefinition,
  Limits,
  type LimitsSettings,
  type RecoveredCall,
  Refusal,
  type Reservation,
  readBudgetFile,
} from './limits/index.ts';
export {
  type CallRecord,
  createIds,
  createLog,
  createRecordQueue,
  type Log,
  type LogLevel,
  silentLog,
  systemClock,
  systemRandom,
} from './observability/index.ts';
export {
  checkProviders,
  type ProviderConfig,
  providerForms,
  providersFromEnvironment,
} from './providers/index.ts';
export * from './receipts/index.ts';
export type { KeptReason, RepricingReport, RepricingWish } from './repricing/index.ts';
export {
  type Alias,
  type AliasTable,
  createRouting,
  defaultAliases,
  type Explanation,
  explainLines,
  type PlanQuestion,
  type TableRouting,
  type TargetState,
} from './routing/index.ts';
export { Secret } from './secrets/index.ts';
export * from './storage/index.ts';
