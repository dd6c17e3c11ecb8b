/**
 * The tables that a backup holds, each with the columns by which its rows are told apart, and in whose order they are read.
 * A table that is added to the schema is added here; the types ask for it.
 */
import type { Schema } from '../schema.ts';

const usageKey = ['workspace', 'starts_at', 'key_id', 'alias', 'provider', 'model', 'outcome'];

/** What was migrated is known by the number in a backup's first line. */
export type BackedUpTable = Exclude<keyof Schema, 'schema_migrations'>;

export const backupTables: Readonly<Record<BackedUpTable, readonly string[]>> = {
  organisations: ['id'],
  workspaces: ['id'],
  key_versions: ['id'],
  keys: ['id'],
  provider_credentials: ['id'],
  settings: ['name'],
  budgets: ['id'],
  budget_versions: ['id'],
  budget_windows: ['budget_id', 'starts_at'],
  budget_owners: ['id'],
  budget_leases: ['owner_id', 'budget_id', 'starts_at'],
  budget_alerts: ['budget_id', 'starts_at', 'level'],
  budget_audit: ['id'],
  audit_log: ['organisation', 'seq'],
  audit_heads: ['organisation'],
  repricings: ['id'],
  receipt_keys: ['id'],
  receipt_logs: ['id'],
  receipt_batches: ['log', 'seq'],
  receipts: ['id'],
  covered_receipts: ['receipt', 'statement'],
  responses: ['id'],
  passed_things: ['workspace', 'id'],
  configurations: ['number'],
  flow_versions: ['workspace', 'name', 'version'],
  flow_heads: ['workspace', 'name'],
  runs: ['id'],
  run_steps: ['run_id', 'path'],
  run_events: ['run_id', 'seq'],
  run_signals: ['run_id', 'id'],
  run_approvals: ['id'],
  run_workers: ['id'],
  run_limits: ['limit_key'],
  run_schedules: ['id'],
  block_stats: ['workspace', 'block_key', 'day', 'form'],
  block_stats_heads: ['workspace'],
  block_stats_writers: ['id'],
  profile_revisions: ['workspace', 'name', 'revision'],
  reported_calls: ['workspace', 'origin', 'id_at_origin'],
  usage_by_origin: ['workspace', 'starts_at', 'origin'],
  conversations: ['id'],
  conversation_messages: ['conversation', 'seq'],
  registrations: ['id'],
  cached_answers: ['workspace', 'hash'],
  usage_hourly: usageKey,
  usage_daily: usageKey,
  calls: ['id'],
  attempts: ['call_id', 'number'],
  bodies: ['call_id'],
};

/** Migrations put rows into them. */
export const madeByMigrations: ReadonlySet<string> = new Set([
  'organisations',
  'workspaces',
  'key_versions',
  'budget_versions',
]);

/** Those that PostgreSQL keeps in one piece for each day, with the column whose id says the day. */
export const daysOfTables: Readonly<Record<string, string>> = {
  calls: 'id',
  attempts: 'call_id',
  bodies: 'call_id',
};
