/** What people and programs say to runs: events by name, and answers to what a run asked. Rows first; then the run is woken. */
import type { Json } from '@keelson/core';
import type { Kysely } from 'kysely';
import { toJsonText, toOptionalText, toText } from './columns.ts';
import { approvalFromRow, endStates, type StoredApproval } from './run-rows.ts';
import type { RunTurns } from './run-turns.ts';
import { wakeRun } from './run-wakes.ts';
import type { Schema } from './schema.ts';

export interface NewSignal {
  readonly runId: string;
  /** The same again is the same event. */
  readonly id: string;
  readonly name: string;
  readonly payload: Json;
  readonly sender?: string;
  readonly at: number;
}

export interface ApprovalDecision {
  readonly id: string;
  readonly decision: 'approved' | 'rejected';
  readonly at: number;
  readonly by: string;
  readonly note?: string;
  readonly signature: string;
}

export interface ApprovalFilters {
  readonly workspace: string;
  readonly runId?: string;
  /** Somebody may still decide it: not decided, not expired by the time `at`, and its run not over. False: decided. */
  readonly isOpen?: boolean;
  readonly at?: number;
}

export interface RunMail {
  /** `over` where nobody will read it any more. */
  send(signal: NewSignal): Promise<'sent' | 'known' | 'over' | 'unknown'>;
  /** False when it was decided before, has expired, or is of a run that is over. */
  decide(decision: ApprovalDecision): Promise<boolean>;
  findApproval(id: string): Promise<StoredApproval | undefined>;
  /** The newest first. */
  listApprovals(listing: {
    readonly filters: ApprovalFilters;
    readonly before?: string;
    readonly limit: number;
  }): Promise<readonly StoredApproval[]>;
}

export function createRunMail(db: Kysely<Schema>, turns: RunTurns): RunMail {
  return {
    send: (signal) => turns.transact((locked) => sendSignal(locked, signal)),
    decide: (decision) => turns.transact((locked) => decideApproval(locked, decision)),
    findApproval: async (id) => {
      const row = await db
        .selectFrom('run_approvals')
        .selectAll()
        .where('id', '=', toText(id))
        .executeTakeFirst();
      return row && approvalFromRow(row);
    },
    listApprovals: async ({ filters: { workspace, runId, isOpen, at }, before, limit }) => {
      let query = db.selectFrom('run_approvals').selectAll().where('workspace', '=', toText(workspace));
      if (runId !== undefined) query = query.where('run_id', '=', toText(runId));
      if (isOpen !== undefined) query = query.where('decision', isOpen ? 'is' : 'is not', null);
      if (isOpen) query = query.where('run_id', 'in', unfinished(db));
      if (isOpen && at !== undefined) query = query.where('expires_at', '>', at);
      if (before !== undefined) query = query.where('id', '<', toText(before));
      return (await query.orderBy('id', 'desc').limit(limit).execute()).map(approvalFromRow);
    },
  };
}

async function sendSignal(
  db: Kysely<Schema>,
  signal: NewSignal,
): Promise<'sent' | 'known' | 'over' | 'unknown'> {
  const { runId, id, name, payload, sender, at } = signal;
  const run = await db.selectFrom('runs').select('state').where('id', '=', toText(runId)).executeTakeFirst();
  if (run === undefined) return 'unknown';
  if ((endStates as readonly string[]).includes(run.state))
    return (await isSent(db, runId, id)) ? 'known' : 'over';
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('run_signals')
    .values({
      ...{ run_id: runId, id: toText(id), name: toText(name), payload: toJsonText(payload) },
      ...{ sender: toOptionalText(sender), at, taken_by: null },
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((numInsertedOrUpdatedRows ?? 0n) === 0n) return 'known';
  await wakeRun(db, runId, at);
  return 'sent';
}

/** Whoever sends it again, because no answer came, is told the same after the run has ended with it. */
async function isSent(db: Kysely<Schema>, runId: string, id: string): Promise<boolean> {
  const sent = db
    .selectFrom('run_signals')
    .select('id')
    .where('run_id', '=', toText(runId))
    .where('id', '=', toText(id));
  return (await sent.executeTakeFirst()) !== undefined;
}

function unfinished(db: Kysely<Schema>) {
  return db
    .selectFrom('runs')
    .select('id')
    .where('state', 'not in', [...endStates]);
}

async function decideApproval(db: Kysely<Schema>, given: ApprovalDecision): Promise<boolean> {
  const { id, decision, at, by, note, signature } = given;
  const row = await db
    .updateTable('run_approvals')
    .set({
      ...{ decision, decided_at: at, decided_by: toText(by) },
      ...{ note: toOptionalText(note), decision_signature: signature },
    })
    .where('id', '=', toText(id))
    .where('decision', 'is', null)
    .where('expires_at', '>', at)
    .where('run_id', 'in', unfinished(db))
    .returning('run_id')
    .executeTakeFirst();
  if (row === undefined) return false;
  await wakeRun(db, row.run_id, at);
  return true;
}
