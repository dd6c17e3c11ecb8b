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
  type ChangeOptions,
  changeLockfile,
  type FindOptions,
  type FoundLockfile,
  findLockfile,
  type LockfileDeps,
  lockfileNames,
  type MigratedFile,
  migrateLockfileFile,
  type ReadLockfileFile,
  readLockfileFile,
  type WrittenLockfile,
} from './lockfile/index.ts';
export {
  type CallRecord,
  type CallTail,
  type Clock,
  createIds,
  createLog,
  createMetrics,
  createRecordQueue,
  joinSamples,
  type Log,
  type LogLevel,
  lastingSamples,
  type MetricDefinition,
  type MetricSamples,
  type Metrics,
  metricDefinitions,
  type ProcessMetrics,
  readProcessMetrics,
  renderMetrics,
  silentLog,
  systemClock,
  systemRandom,
  type TailFilter,
} from './observability/index.ts';
export {
  type CredentialContent,
  type CredentialSurroundings,
  checkProviders,
  createSecretReach,
  type NewCredential,
  openCredentialsFromEnvironment,
  openProviderCredentials,
  type ProviderConfig,
  type ProviderCredentials,
  type ProviderCredentialsSettings,
  providerForms,
  providersFromEnvironment,
  type Resealed,
  type SecretReach,
  type SecretReachSettings,
} from './providers/index.ts';
export {
  buildManifest,
  bundledSource,
  type LoadedRegistry,
  loadRegistry,
  openRegistrySource,
  type RegistrySettings,
  type RegistrySource,
  type SourcedFile,
} from './registry/index.ts';
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
export {
  createSealer,
  createSecretResolver,
  generateMasterKey,
  isReference,
  type MasterKeyPlace,
  parseMasterKeys,
  readMasterKeys,
  resolveSecret,
  type Sealer,
  Secret,
  type SecretResolver,
  type SecretSources,
  secretSourcesFromEnvironment,
} from './secrets/index.ts';
export * from './storage/index.ts';
