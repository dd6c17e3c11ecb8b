/**
 * The tables as they are after the last migration, in the types that both engines share: text, JSON as text, booleans
 * as 0 or 1, times as milliseconds since 1970, durations as microseconds, money as billionths of a dollar.
 */
import type { BlockStatsTables } from './block-stats-schema.ts';
import type { RunTables } from './run-schema.ts';
import type {
  ConversationRow,
  MessageRow,
  OriginUsageRow,
  ProfileRevisionRow,
  RegistrationRow,
  ReportedCallRow,
} from './sync-schema.ts';

/** The token buckets that have columns of their own; every other bucket is in the JSON of `usage`. */
export interface TokenColumns<Count> {
  input_tokens: Count;
  input_uncached: Count;
  input_cache_read: Count;
  input_cache_write: Count;
  input_cache_write_1h: Count;
  input_audio: Count;
  input_image: Count;
  output_tokens: Count;
  output_reasoning: Count;
  output_audio: Count;
  output_image: Count;
}

interface CostColumns {
  cost_status: string;
  cost_nano_dollars: number | null;
  price_version: string | null;
}

export interface CallRow extends TokenColumns<number | null>, CostColumns {
  /** A UUID of version 7: its first 48 bits are the time, by which PostgreSQL divides the table into days. */
  id: string;
  trace_id: string | null;
  started_at: number;
  endpoint: string;
  dialect: string;
  workspace: string;
  key_id: string | null;
  requested_model: string;
  alias: string | null;
  /** Null for none, as with `losses`. */
  tags: string | null;
  is_stream: number;
  outcome: string;
  status: number;
  error: string | null;
  lane: string;
  provider: string | null;
  model: string | null;
  served_model: string | null;
  provider_request_id: string | null;
  system_fingerprint: string | null;
  usage: string | null;
  duration_us: number;
  first_byte_us: number | null;
  overhead_us: number;
  losses: string | null;
  /** How the cache of answers served the call; null where it was not asked. */
  cache: string | null;
  /** What the call would have used and cost, had its answer not been known. */
  saved_nano_dollars: number | null;
  saved_input_tokens: number | null;
  saved_output_tokens: number | null;
  /** Who reported it; null for calls that were made here. */
  origin: string | null;
  /** Of the lockfile by which the model's name was read; null without one. */
  profile: string | null;
  lock_digest: string | null;
}

export interface AttemptRow {
  call_id: string;
  number: number;
  reason: string;
  provider: string;
  model: string;
  dialect: string;
  started_at: number;
  duration_us: number;
  first_byte_us: number | null;
  outcome: string;
  status: number | null;
  error: string | null;
  /** 1 when usage, cost and the provider's request id are those of the call; they stand there and not here. */
  is_whole_call: number;
  provider_request_id: string | null;
  usage: string | null;
  cost_status: string | null;
  cost_nano_dollars: number | null;
  price_version: string | null;
}

interface BodyRow {
  call_id: string;
  request: string | null;
  response: string | null;
}

/** What calls are summed by. An empty text stands for none, because a key may not hold nulls. */
export interface UsageDimensions {
  workspace: string;
  key_id: string;
  alias: string;
  provider: string;
  model: string;
  outcome: string;
}

export interface UsageSums extends TokenColumns<number> {
  calls: number;
  errors: number;
  /** Calls without a price, and calls whose price is an estimate. */
  unpriced: number;
  estimated: number;
  /** Calls of which no token count is known. */
  uncounted: number;
  cost_nano_dollars: number;
  duration_us: number;
  /** Calls whose answer was known, and what that spared. */
  cache_hits: number;
  saved_nano_dollars: number;
  saved_input_tokens: number;
  saved_output_tokens: number;
}

/** `starts_at` is the first millisecond of the hour or of the day, in UTC. */
export interface UsageRow extends UsageDimensions, UsageSums {
  starts_at: number;
}

export interface KeyRow {
  id: string;
  workspace: string;
  name: string;
  secret_sha256: string;
  prefix: string;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  organisation: string;
  /** JSON, as are the two after it; null for no bound. */
  scopes: string | null;
  models: string | null;
  profiles: string | null;
  addresses: string | null;
  created_by: string | null;
  last_used_at: number | null;
  rotated_from: string | null;
  /** Of the row, but for its last use. */
  changed_at: number;
  role: string | null;
  /** Null for its workspace. */
  reach: string | null;
  /** Of all changes of all keys. */
  version: number;
}

export interface OrganisationRow {
  id: string;
  name: string;
  created_at: number;
  created_by: string | null;
  archived_at: number | null;
}

export interface WorkspaceRow extends OrganisationRow {
  organisation: string;
}

export interface AuditLogRow {
  organisation: string;
  seq: number;
  at: number;
  actor: string;
  actor_kind: string;
  address: string | null;
  action: string;
  target: string | null;
  /** Canonical JSON. */
  details: string;
  previous_hash: string;
  hash: string;
}

interface AuditHeadRow {
  organisation: string;
  /** Of its newest entry; 0 before the first. */
  seq: number;
  hash: string;
}

export interface ProviderCredentialRow {
  id: string;
  organisation: string;
  /** Empty for all. */
  workspace: string;
  provider: string;
  name: string;
  /** Encrypted; empty once removed. */
  sealed: string;
  sealed_with: string;
  weight: number;
  state: string;
  cool_down_until: number | null;
  last_used_at: number | null;
  last_failed_at: number | null;
  last_failure: string | null;
  created_at: number;
  created_by: string;
  rotated_at: number | null;
  rotated_by: string | null;
  version: number;
}

/** Times are milliseconds since 1970; `owner`, `object` and `measure` are JSON. */
export interface PassedThingRow {
  workspace: string;
  id: string;
  kind: string;
  provider: string;
  owner: string;
  created_at: number;
  object: string | null;
  measure: string | null;
  settle_call: string | null;
  claimed_until: number | null;
  settled_at: number | null;
}

interface ResponseRow {
  id: string;
  workspace: string;
  key_id: string | null;
  created_at: number;
  expires_at: number;
  request: string;
  message: string;
}

interface CachedAnswerRow {
  workspace: string;
  hash: string;
  kept_at: number;
  expires_at: number;
  size: number;
  sealed: Uint8Array;
}

interface SettingRow {
  name: string;
  value: string;
  version: number;
}

/** `owner` is the process that adds to the log, until somebody else may. */
interface ReceiptLogRow {
  id: string;
  owner: string | null;
  claimed_until: number;
}

/** `head` and each line of `receipts` are canonical JSON, exactly as signed. */
interface ReceiptBatchRow {
  log: string;
  seq: number;
  last_at: number;
  head: string;
  receipts: string;
}

export interface ReceiptRow {
  id: string;
  workspace: string;
  log: string;
  seq: number;
  /** Among the receipts of its batch, from 0. */
  place: number;
}

interface CoveredReceiptRow {
  receipt: string;
  /** The id of a receipt of the kind `batch`; what is not stored under it covers nothing. */
  statement: string;
}

interface ReceiptKeyRow {
  id: string;
  public_key: string;
  valid_from: number;
  valid_to: number | null;
}

export interface BudgetRow {
  id: string;
  /** JSON: whom it binds, what it counts, and how much of it. */
  definition: string;
  /** Of all changes of all budgets. */
  version: number;
  created_at: number;
  updated_at: number;
  removed_at: number | null;
}

/** What of a budget is spent and lent in one window of it; `starts_at` is 0 where it has none. */
export interface BudgetWindowRow {
  budget_id: string;
  starts_at: number;
  ends_at: number;
  amount: number;
  /** Spent too much in windows before, and taken off here. */
  carried: number;
  settled: number;
  /** The sum of all leases on it. */
  leased: number;
  /** What calls used beyond what had been set aside for them; it is in `settled` as well. */
  overshoot: number;
  /** Of the last grant, which a statement can only tell by writing it down. */
  granted: number;
  alerted: number;
  /** When somebody last asked for more than there was. */
  wanted_at: number;
}

interface BudgetOwnerRow {
  id: string;
  host: string;
  started_at: number;
  heartbeat_at: number;
  /** The number of its last batch. */
  batch: number;
}

interface BudgetLeaseRow {
  owner_id: string;
  budget_id: string;
  starts_at: number;
  amount: number;
  /** What the owner's journal says up to this line is in the window. */
  journalled: number;
}

export interface BudgetAlertRow {
  budget_id: string;
  starts_at: number;
  level: number;
  at: number;
  used: number;
  amount: number;
}

interface BudgetAuditRow {
  id: string;
  at: number;
  kind: string;
  subject: string;
  detail: string;
}

interface RepricingRow {
  id: string;
  /** 1 until all of it is done, then null. */
  is_open: number | null;
  state: string;
  created_at: number;
  finished_at: number | null;
  done_by: string;
  reason: string;
  /** JSON: which calls. */
  question: string;
  /** JSON: the prices, exactly as they are applied, so that whoever goes on with it has no others. */
  prices: string;
  /** All calls up to this id are done; empty before the first. */
  last_call: string;
  /** JSON: what was done so far. */
  tally: string;
  /** JSON: the ids of its receipts, once all calls are done. */
  receipts: string | null;
}

interface ConfigurationRow {
  number: number;
  at: number;
  done_by: string;
  /** SHA-256 of the content. */
  digest: string;
  /** JSON. */
  changes: string;
  /** As it was written, with references in place of secrets. */
  content: string;
}

export interface MigrationRow {
  number: number;
  name: string;
  hash: string;
  applied_at: number;
}

export interface Schema extends RunTables, BlockStatsTables {
  calls: CallRow;
  attempts: AttemptRow;
  bodies: BodyRow;
  usage_hourly: UsageRow;
  usage_daily: UsageRow;
  organisations: OrganisationRow;
  workspaces: WorkspaceRow;
  keys: KeyRow;
  key_versions: { id: number; value: number };
  audit_log: AuditLogRow;
  audit_heads: AuditHeadRow;
  provider_credentials: ProviderCredentialRow;
  responses: ResponseRow;
  passed_things: PassedThingRow;
  settings: SettingRow;
  receipt_logs: ReceiptLogRow;
  receipt_batches: ReceiptBatchRow;
  receipts: ReceiptRow;
  covered_receipts: CoveredReceiptRow;
  receipt_keys: ReceiptKeyRow;
  budgets: BudgetRow;
  budget_versions: { id: number; value: number };
  budget_windows: BudgetWindowRow;
  budget_owners: BudgetOwnerRow;
  budget_leases: BudgetLeaseRow;
  budget_alerts: BudgetAlertRow;
  budget_audit: BudgetAuditRow;
  cached_answers: CachedAnswerRow;
  repricings: RepricingRow;
  configurations: ConfigurationRow;
  profile_revisions: ProfileRevisionRow;
  reported_calls: ReportedCallRow;
  usage_by_origin: OriginUsageRow;
  conversations: ConversationRow;
  conversation_messages: MessageRow;
  registrations: RegistrationRow;
  schema_migrations: MigrationRow;
}
