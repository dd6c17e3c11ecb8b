// Schema, migrations, and one query file per aggregate, over an embedded file or a PostgreSQL server. SQL belongs
// nowhere else.
export {
  type AuditLog,
  type AuditLogCheck,
  type AuditLogEntry,
  type AuditLogListing,
  type AuditLogPage,
  exportAuditLog,
  type NewAuditLogEntry,
} from './audit.ts';
export type {
  BackupCheck,
  BackupOptions,
  BackupProgress,
  BackupReport,
  RestoreOptions,
  RestoreReport,
} from './backup/index.ts';
export { checkBackup, restoreBackup, writeBackup } from './backup-and-restore.ts';
export type {
  BlockDay,
  BlockDayPlace,
  BlockDays,
  BlockStatsBatch,
  BlockStatsChange,
  BlockStatsTable,
} from './block-stats.ts';
export type { Bodies, CallBodies } from './bodies.ts';
export type {
  AlertListing,
  AlertPlace,
  AuditEntry,
  BudgetAlert,
  BudgetChange,
  Budgets,
  BudgetWindow,
  StoredBudget,
} from './budgets.ts';
export type { CachedAnswers, HeldOfWorkspace } from './cached-answers.ts';
export type { CallFilters, CallListing, CallPage } from './call-lists.ts';
export type { CallSummary } from './call-rows.ts';
export type { Calls } from './calls.ts';
export { checkDatabase } from './check-database.ts';
export type { Configurations, StoredConfiguration } from './configurations.ts';
export type {
  Conversation,
  ConversationChange,
  ConversationLogging,
  Conversations,
  NewMessage,
  StoredMessage,
} from './conversations.ts';
export type {
  CredentialChange,
  CredentialFilter,
  CredentialRecord,
  Credentials,
  CredentialUse,
  SealedCredential,
} from './credentials.ts';
export type { FlowVersion, FlowVersions } from './flow-versions.ts';
export type { KeyChange, KeyListing, KeyPage, KeyRecord, KeyRotation, Keys, KeyTenant } from './keys.ts';
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
export { type KeptAnswers, openKeptAnswers } from './open-kept-answers.ts';
export { openStorage, type Storage } from './open-storage.ts';
export { holdProcessLock, type ProcessLock } from './process-lock.ts';
export type { ProfileRevision, Profiles } from './profiles.ts';
export type { Appended, ReceiptBatch } from './receipt-batch.ts';
export type { ListedReceipt, ReceiptListing, ReceiptPage } from './receipt-lists.ts';
export type {
  ClaimedLog,
  LogClaim,
  Receipts,
  StoredBatch,
  StoredReceipt,
} from './receipts.ts';
export type { Registration, Registrations } from './registrations.ts';
export type { OriginUsage, OriginUsageQuestion, ReportedCall, ReportedCalls } from './reported-calls.ts';
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
export type {
  JournalEntry,
  NewApproval,
  NewRunEvent,
  NewStep,
  RunJournal,
  TakenSignal,
} from './run-journal.ts';
export type { ApprovalDecision, ApprovalFilters, NewSignal, RunMail } from './run-mail.ts';
export type { NewSchedule, RunPlans } from './run-plans.ts';
export type { RunHold, RunQueue, RunWorkerEntry, TakenRun } from './run-queue.ts';
export {
  endStates,
  graphOf,
  type RunFailure,
  type RunState,
  type RunStepKind,
  type RunStepState,
  type RunWait,
  type StoredApproval,
  type StoredRun,
  type StoredSchedule,
  type StoredStep,
} from './run-rows.ts';
export type { CancelAnswer, NewRun, RunChange, RunFilters, RunListing, Runs } from './runs.ts';
export type { Setting, Settings } from './settings.ts';
export type { Organisation, Tenants, Workspace } from './tenants.ts';
export type { Thing, ThingKind, Things } from './things.ts';
export type { UsageDimension, UsageEntry, UsageQuestion, UsageSet } from './usage.ts';
