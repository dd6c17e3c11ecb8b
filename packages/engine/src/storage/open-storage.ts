/**
 * Opens the storage: the database itself, the newest schema in it, and one set of queries per aggregate. Whatever goes wrong
 * below comes out as a KeelsonError.
 */
import { KeelsonError } from '@keelson/core';
import { sql } from 'kysely';
import type { Clock } from '../observability/index.ts';
import { type AuditLog, createAuditLog } from './audit.ts';
import { type BlockStatsTable, createBlockStats } from './block-stats.ts';
import { type Bodies, createBodies } from './bodies.ts';
import { type Budgets, createBudgets } from './budgets.ts';
import { type CachedAnswers, createCachedAnswers } from './cached-answers.ts';
import { type Calls, createCalls } from './calls.ts';
import { type Configurations, createConfigurations } from './configurations.ts';
import { type Conversations, createConversations } from './conversations.ts';
import { type Credentials, createCredentials } from './credentials.ts';
import { dayMs, hourMs, startOfDay } from './days.ts';
import type { EngineGaps } from './engine-gaps.ts';
import { createFlowVersions, type FlowVersions } from './flow-versions.ts';
import { createKeys, type Keys } from './keys.ts';
import { createLeases, type Leases } from './leases.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { type OpenDatabase, openDatabase, type StorageDeps, type StorageTarget } from './open-database.ts';
import { createProfiles, type Profiles } from './profiles.ts';
import { createReceipts, type Receipts } from './receipts.ts';
import { createRegistrations, type Registrations } from './registrations.ts';
import { createReportedCalls, type ReportedCalls } from './reported-calls.ts';
import { createRepricings, type Repricings } from './repricings.ts';
import { createResponses, type Responses } from './responses.ts';
import { createRetention, type Retention } from './retention.ts';
import { createRunJournal, type RunJournal } from './run-journal.ts';
import { createRunMail, type RunMail } from './run-mail.ts';
import { createRunPlans, type RunPlans } from './run-plans.ts';
import { createRunQueue, type RunQueue } from './run-queue.ts';
import { createRunTurns } from './run-turns.ts';
import { createRun, createRuns, type Runs } from './runs.ts';
import { createSettings, type Settings } from './settings.ts';
import { createTenants, type Tenants } from './tenants.ts';
import { createThings, type Things } from './things.ts';
import { createUsage, type UsageSet } from './usage.ts';

export interface Storage {
  readonly calls: Calls;
  readonly bodies: Bodies;
  readonly usage: UsageSet;
  readonly tenants: Tenants;
  readonly keys: Keys;
  readonly audit: AuditLog;
  readonly credentials: Credentials;
  readonly responses: Responses;
  readonly cachedAnswers: CachedAnswers;
  readonly settings: Settings;
  readonly receipts: Receipts;
  readonly budgets: Budgets;
  readonly leases: Leases;
  readonly repricings: Repricings;
  readonly things: Things;
  readonly configurations: Configurations;
  readonly flowVersions: FlowVersions;
  readonly runs: Runs;
  readonly runQueue: RunQueue;
  readonly runJournal: RunJournal;
  readonly runMail: RunMail;
  readonly runPlans: RunPlans;
  readonly blockStats: BlockStatsTable;
  readonly profiles: Profiles;
  readonly reported: ReportedCalls;
  readonly conversations: Conversations;
  readonly registrations: Registrations;
  readonly retention: Retention;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export async function openStorage(target: StorageTarget, deps: StorageDeps): Promise<Storage> {
  return createStorage(await openDatabase(target, deps), deps);
}

/** Migrates what was opened and closes it when that fails. */
export async function createStorage(opened: OpenDatabase, { clock, log }: StorageDeps): Promise<Storage> {
  const { db, gaps, writer } = opened;
  const prepareAhead = (): Promise<void> => gaps.prepareDays(db, daysAhead(clock));
  try {
    await migrate(db, gaps, { clock, log, migrations });
    await prepareAhead();
  } catch (error) {
    await db.destroy();
    throw explain(error, gaps);
  }
  // Were a day missing, the first call of it would have to make it; a failure here costs nothing yet.
  const stop = clock.every(hourMs, () => {
    prepareAhead().catch((error: unknown) =>
      log.warn('The tables of the next days could not be made.', { error }),
    );
  });
  const turns = createRunTurns(db, gaps);
  const ping = async (): Promise<void> => {
    await sql`select 1`.execute(db);
  };
  return {
    calls: guard(createCalls(opened), gaps),
    bodies: guard(createBodies(db, gaps), gaps),
    usage: guard(createUsage(opened), gaps),
    tenants: guard(createTenants(db), gaps),
    keys: guard(createKeys(db), gaps),
    audit: guard(createAuditLog(db), gaps),
    credentials: guard(createCredentials(db), gaps),
    responses: guard(createResponses(db, clock), gaps),
    cachedAnswers: guard(createCachedAnswers(db), gaps),
    settings: guard(createSettings(db), gaps),
    receipts: guard(createReceipts(opened), gaps),
    budgets: guard(createBudgets(db), gaps),
    leases: guard(createLeases(db), gaps),
    repricings: guard(createRepricings(db), gaps),
    things: guard(createThings(db), gaps),
    configurations: guard(createConfigurations(db), gaps),
    flowVersions: guard(createFlowVersions(db), gaps),
    runs: guard(createRuns(db, turns), gaps),
    runQueue: guard(createRunQueue(db, turns, gaps), gaps),
    runJournal: guard(createRunJournal(db, turns, gaps), gaps),
    runMail: guard(createRunMail(db, turns), gaps),
    runPlans: guard(createRunPlans(db, turns, createRun), gaps),
    blockStats: guard(createBlockStats(db), gaps),
    profiles: guard(createProfiles(db), gaps),
    reported: guard(createReportedCalls(db), gaps),
    conversations: guard(createConversations(db), gaps),
    registrations: guard(createRegistrations(db), gaps),
    retention: guard(createRetention(db, gaps, clock), gaps),
    ...guard({ ping }, gaps),
    close: async () => {
      stop();
      // Before the connection that reads, or the one that writes would have to tidy up.
      await writer.close();
      await db.destroy();
    },
  };
}

function daysAhead(clock: Clock): number[] {
  const today = startOfDay(clock.now());
  return [0, 1, 2, 3].map((days) => today + days * dayMs);
}

type Queries<Set> = { [Name in keyof Set]: (...args: never[]) => Promise<unknown> };

/** The same functions, whose failures are explained. */
export function guard<Set extends Queries<Set>>(queries: Set, gaps: EngineGaps): Set {
  const guarded = Object.entries(
    queries as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>,
  ).map(
    ([name, query]) =>
      [
        name,
        async (...args: unknown[]) => {
          try {
            return await query(...args);
          } catch (error) {
            throw explain(error, gaps);
          }
        },
      ] as const,
  );
  return Object.fromEntries(guarded) as unknown as Set;
}

function explain(error: unknown, gaps: EngineGaps): KeelsonError {
  if (KeelsonError.is(error)) return error;
  const described = gaps.describeFailure(error);
  if (described !== undefined) return described;
  return new KeelsonError('internal_error', 'The database refused a statement.', { cause: error });
}
