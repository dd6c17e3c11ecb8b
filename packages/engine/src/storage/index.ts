// Schema, migrations, and one query file per aggregate, over an embedded file or a PostgreSQL server. SQL belongs
// nowhere else.
export type { Bodies, CallBodies } from './bodies.ts';
export type {
  AuditEntry,
  BudgetAlert,
  BudgetChange,
  Budgets,
  BudgetWindow,
  StoredBudget,
} from './budgets.ts';
export type { CachedAnswers } from './cached-answers.ts';
export type { CallSummary } from './call-rows.ts';
export type { CallFilters, CallListing, CallPage, Calls } from './calls.ts';
export type { Configurations, StoredConfiguration } from './configurations.ts';
export type {
  CredentialFilter,
  CredentialRecord,
  Credentials,
  CredentialUse,
  SealedCredential,
} from './credentials.ts';
export type { KeyRecord, KeyRotation, Keys } from './keys.ts';
export type {
  JournalledOf,
  LeaseAnswer,
  LeaseBatch,
  LeaseCharge,
  LeaseOrder,
  LeaseOwner,
  LeaseResult,
  Leases,
  Reckoning,
} from './leases.ts';
export type { StorageDeps, StorageTarget } from './open-database.ts';
export { openStorage, type Storage } from './open-storage.ts';
export { holdProcessLock, type ProcessLock } from './process-lock.ts';
export type { Appended, ReceiptBatch } from './receipt-batch.ts';
export type {
  ClaimedLog,
  LogClaim,
  ReceiptListing,
  Receipts,
  StoredBatch,
  StoredReceipt,
} from './receipts.ts';
export type {
  AttemptCost,
  CallScope,
  CostChange,
  CostedAttempt,
  CostedCall,
  NewRepricing,
  RepricingStep,
  Repricings,
  StoredRepricing,
} from './repricings.ts';
export type { Responses, StoredResponse } from './responses.ts';
export type { Retention } from './retention.ts';
export type { Setting, Settings } from './settings.ts';
export type { UsageDimension, UsageEntry, UsageQuestion, UsageSet } from './usage.ts';
