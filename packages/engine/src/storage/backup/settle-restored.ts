/** What has to be true of a database that comes out of a backup before a process may go on with it. */
import { sql, type Transaction } from 'kysely';
import { fromJsonText, toJsonText } from '../columns.ts';
import type { Schema } from '../schema.ts';

export interface Occasion {
  /** Of the entry in the audit of budgets. */
  readonly id: string;
  readonly at: number;
  /** When the backup was made. */
  readonly backupOf: number;
}

/**
 * The processes that something was lent to are gone, and nobody can tell what of it they spent: all of it counts as spent, so
 * that no limit is overrun. Calls at once are over with their processes.
 */
export async function writeOffLeases(
  db: Transaction<Schema>,
  { id, at, backupOf }: Occasion,
): Promise<number> {
  const budgets = await db.selectFrom('budgets').select(['id', 'definition']).execute();
  const passing = budgets.filter(({ definition }) => isOfCallsAtOnce(definition)).map((budget) => budget.id);
  const lent = db.updateTable('budget_windows').where('leased', '<>', 0);
  if (passing.length > 0) await lent.set({ leased: 0 }).where('budget_id', 'in', passing).execute();
  await lent.set({ settled: sql`settled + leased`, leased: 0 }).execute();
  await db.deleteFrom('budget_leases').execute();
  const owners = await db.deleteFrom('budget_owners').returning('id').execute();
  const detail = toJsonText({ backupOf, writtenOff: owners.map((owner) => owner.id) });
  await db
    .insertInto('budget_audit')
    .values({ id, at, kind: 'restored', subject: 'database', detail })
    .execute();
  return owners.length;
}

function isOfCallsAtOnce(definition: string): boolean {
  const { definition: stored } = fromJsonText<{ definition?: { measure?: unknown } }>(definition);
  return stored?.measure === 'concurrency';
}

/** No host has this name, so that nobody takes it for a process that is gone. */
const nobody = '/restored';

/**
 * The database that was backed up may have gone on, and given out heads that are not in the backup. Were a log continued here,
 * it would give the same numbers to other receipts, which is what a forgery looks like.
 */
export async function endClaims(db: Transaction<Schema>): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('receipt_logs')
    .set({ owner: nobody, claimed_until: Number.MAX_SAFE_INTEGER })
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/**
 * What a run did since the backup nobody can tell from it, and the database that was backed up may still go on with the same run.
 * So none goes on by itself.
 */
export async function stopRuns(db: Transaction<Schema>): Promise<number> {
  const error = {
    code: 'run_restored',
    message: 'The run comes out of a backup; what it did since then is not known here.',
    hint: 'Let it go on, which repeats what it did since the backup, or cancel it.',
  };
  await db.deleteFrom('run_workers').execute();
  const { numUpdatedRows } = await db
    .updateTable('runs')
    .set({ state: 'stopped', lease_owner: null, available_at: null, error: toJsonText(error) })
    .where('state', 'in', ['pending', 'running', 'waiting'])
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
