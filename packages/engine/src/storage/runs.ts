/**
 * Durable runs as anybody may see and change them who does not work on them: started, found, listed, followed, told to end. Who
 * works on them is in `run-queue.ts`, what they did in `run-journal.ts`.
 */
import type { Json } from '@keelson/core';
import type { Kysely } from 'kysely';
import { toJsonText, toOptionalText, toText } from './columns.ts';
import { findLastChange } from './run-journal.ts';
import {
  endStates,
  graphOf,
  type RunFailure,
  type RunState,
  runFromRow,
  type StoredRun,
  type StoredStep,
  stepFromRow,
} from './run-rows.ts';
import type { RunTurns } from './run-turns.ts';
import { endOfUnclaimed, wakeRun } from './run-wakes.ts';
import type { Schema } from './schema.ts';

export interface NewRun {
  readonly id: string;
  readonly workspace: string;
  readonly flow: string;
  readonly version: string;
  readonly input: Json;
  /** The same again finds the same run. */
  readonly startKey?: string;
  readonly parentId?: string;
  readonly parentPath?: string;
  readonly replayOf?: string;
  readonly limitKey?: string;
  readonly createdAt: number;
  /** Not before; at once when left out. */
  readonly startAt?: number;
  readonly deadlineAt?: number;
  /** Paths of `replayOf` whose results it takes over: all that are recorded, but for those that are named here. */
  readonly without?: readonly string[];
}

export interface RunFilters {
  readonly workspace: string;
  readonly flow?: string;
  readonly state?: RunState;
  readonly parentId?: string;
}

export interface RunListing {
  readonly filters: RunFilters;
  /** The id of the last one of the page before; the newest come first. */
  readonly before?: string;
  readonly limit: number;
}

export interface RunChange {
  readonly seq: number;
  readonly step?: StoredStep;
  readonly event?: { readonly kind: string; readonly at: number; readonly data: Json };
}

export type CancelAnswer = 'cancelled' | 'asked' | 'over' | 'unknown';

export interface Runs {
  /** The run, and whether it is new. */
  create(run: NewRun): Promise<{ readonly run: StoredRun; readonly isNew: boolean }>;
  find(id: string): Promise<StoredRun | undefined>;
  list(listing: RunListing): Promise<readonly StoredRun[]>;
  listSteps(id: string, page: { after?: string; limit: number }): Promise<readonly StoredStep[]>;
  /** Steps that changed and events, in their order; of a step only its last change. */
  listChanges(id: string, page: { after: number; limit: number }): Promise<readonly RunChange[]>;
  cancel(id: string, reason: string, at: number): Promise<CancelAnswer>;
  /** A run that is stopped goes on, with another version of its flow where one is named; false where it is not stopped. */
  goOn(run: Pick<StoredRun, 'id' | 'flow' | 'version'>, at: number): Promise<boolean>;
  /** Removes runs that ended before, with all that belongs to them; how many. */
  removeEndedBefore(at: number, most: number): Promise<number>;
}

export function createRuns(db: Kysely<Schema>, turns: RunTurns): Runs {
  return {
    create: (run) => turns.transact((locked) => createRun(locked, run)),
    find: async (id) => {
      const row = await db.selectFrom('runs').selectAll().where('id', '=', toText(id)).executeTakeFirst();
      return row && runFromRow(row);
    },
    list: (listing) => listRuns(db, listing),
    listSteps: async (id, { after, limit }) => {
      let query = db.selectFrom('run_steps').selectAll().where('run_id', '=', toText(id));
      if (after !== undefined) query = query.where('path', '>', toText(after));
      return (await query.orderBy('path').limit(limit).execute()).map(stepFromRow);
    },
    listChanges: (id, page) => listChanges(db, id, page),
    cancel: (id, reason, at) => turns.transact((locked) => cancelRun(locked, { id, reason, at })),
    goOn: async ({ id, flow, version }, at) => {
      const { numUpdatedRows } = await turns.write((locked) =>
        locked
          .updateTable('runs')
          .set({ state: 'pending', error: null, available_at: at, version, graph: graphOf(flow, version) })
          .where('id', '=', toText(id))
          .where('state', '=', 'stopped')
          .executeTakeFirst(),
      );
      return numUpdatedRows > 0n;
    },
    removeEndedBefore: (at, most) => turns.transact((locked) => removeEnded(locked, at, most)),
  };
}

/** Within a transaction. */
export async function createRun(
  db: Kysely<Schema>,
  run: NewRun,
): Promise<{ run: StoredRun; isNew: boolean }> {
  const row = await db
    .insertInto('runs')
    .values({
      id: run.id,
      workspace: toText(run.workspace),
      flow: run.flow,
      version: run.version,
      graph: graphOf(run.flow, run.version),
      state: 'pending',
      start_key: toOptionalText(run.startKey),
      input: toJsonText(run.input),
      output: null,
      error: null,
      parent_id: run.parentId ?? null,
      parent_path: toOptionalText(run.parentPath),
      replay_of: run.replayOf ?? null,
      limit_key: toOptionalText(run.limitKey),
      created_at: run.createdAt,
      started_at: null,
      finished_at: null,
      deadline_at: run.deadlineAt ?? null,
      available_at: run.startAt ?? run.createdAt,
      lease_owner: null,
      epoch: 0,
      wakes: 0,
      last_seq: 0,
      waits: null,
      cancel_reason: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row !== undefined) {
    if (run.replayOf !== undefined) await takeOver(db, run);
    return { run: runFromRow(row), isNew: true };
  }
  const before = await db
    .selectFrom('runs')
    .selectAll()
    .where('workspace', '=', toText(run.workspace))
    .where('start_key', '=', toOptionalText(run.startKey))
    .executeTakeFirstOrThrow();
  return { run: runFromRow(before), isNew: false };
}

/** The epoch 0 of its steps says that they are another run's. */
async function takeOver(db: Kysely<Schema>, { id, replayOf, without = [] }: NewRun): Promise<void> {
  const rows = await db
    .selectFrom('run_steps')
    .selectAll()
    .where('run_id', '=', replayOf as string)
    .where('state', 'in', ['done', 'failed'])
    // Nobody said yes to this one.
    .where('kind', '<>', 'approval')
    .execute();
  const isLeftOut = (path: string): boolean =>
    without.some((one) => path === one || path.startsWith(`${one}/`) || one.startsWith(`${path}/`));
  const kept = rows.filter(({ path }) => !isLeftOut(path));
  const taken = kept.map((row, index) => ({ ...row, run_id: id, epoch: 0, seq: index + 1 }));
  for (let from = 0; from < taken.length; from += rowsPerStatement) {
    await db
      .insertInto('run_steps')
      .values(taken.slice(from, from + rowsPerStatement))
      .execute();
  }
  await db.updateTable('runs').set({ last_seq: taken.length }).where('id', '=', id).execute();
}

const rowsPerStatement = 100;

async function listRuns(db: Kysely<Schema>, { filters, before, limit }: RunListing): Promise<StoredRun[]> {
  const { workspace, flow, state, parentId } = filters;
  let query = db.selectFrom('runs').selectAll().where('workspace', '=', toText(workspace));
  if (flow !== undefined) query = query.where('flow', '=', toText(flow));
  if (state !== undefined) query = query.where('state', '=', state);
  if (parentId !== undefined) query = query.where('parent_id', '=', toText(parentId));
  if (before !== undefined) query = query.where('id', '<', toText(before));
  return (await query.orderBy('id', 'desc').limit(limit).execute()).map(runFromRow);
}

/** Up to a number that was the last at one moment: between two readings a run may go on. */
async function listChanges(
  db: Kysely<Schema>,
  id: string,
  { after, limit }: { after: number; limit: number },
): Promise<RunChange[]> {
  const last = await findLastChange(db, id);
  if (last <= after) return [];
  const steps = await db
    .selectFrom('run_steps')
    .selectAll()
    .where('run_id', '=', toText(id))
    .where('seq', '>', after)
    .where('seq', '<=', last)
    .orderBy('seq')
    .limit(limit)
    .execute();
  const events = await db
    .selectFrom('run_events')
    .selectAll()
    .where('run_id', '=', toText(id))
    .where('seq', '>', after)
    .where('seq', '<=', last)
    .orderBy('seq')
    .limit(limit)
    .execute();
  const changes: RunChange[] = [
    ...steps.map((row) => ({ seq: row.seq, step: stepFromRow(row) })),
    ...events.map(({ seq, kind, at, data }) => ({
      seq,
      event: { kind, at, data: JSON.parse(data) as Json },
    })),
  ];
  return changes.sort((a, b) => a.seq - b.seq).slice(0, limit);
}

/** One that a worker has is only asked to end; every other one is over at once. */
async function cancelRun(
  db: Kysely<Schema>,
  { id, reason, at }: { id: string; reason: string; at: number },
): Promise<CancelAnswer> {
  const asked = await db
    .updateTable('runs')
    .set({ cancel_reason: toText(reason) })
    .where('id', '=', toText(id))
    .where('state', 'not in', [...endStates])
    .returning(['id', 'lease_owner'])
    .executeTakeFirst();
  if (asked === undefined) {
    const row = await db.selectFrom('runs').select('id').where('id', '=', toText(id)).executeTakeFirst();
    return row === undefined ? 'unknown' : 'over';
  }
  if (asked.lease_owner === null) {
    await endOfUnclaimed(db, asked.id, at, cancelled(reason));
    return 'cancelled';
  }
  await wakeRun(db, asked.id, at);
  return 'asked';
}

function cancelled(reason: string): RunFailure {
  return { code: 'cancelled', message: `The run was cancelled: ${reason}` };
}

async function removeEnded(db: Kysely<Schema>, at: number, most: number): Promise<number> {
  const rows = await db
    .selectFrom('runs')
    .select('id')
    .where('state', 'in', [...endStates])
    .where('finished_at', '<', at)
    .limit(most)
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  for (const table of ['run_steps', 'run_events', 'run_signals', 'run_approvals'] as const)
    await db.deleteFrom(table).where('run_id', 'in', ids).execute();
  await db.deleteFrom('runs').where('id', 'in', ids).execute();
  return ids.length;
}
