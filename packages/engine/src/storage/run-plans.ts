/** When runs begin by themselves, and how many of a key may run at once. */
import type { Json } from '@keelson/core';
import type { Kysely } from 'kysely';
import { toJsonText, toText } from './columns.ts';
import { type StoredSchedule, scheduleFromRow } from './run-rows.ts';
import type { RunTurns } from './run-turns.ts';
import type { NewRun, Runs } from './runs.ts';
import type { Schema } from './schema.ts';

export interface NewSchedule {
  readonly id: string;
  readonly workspace: string;
  readonly flow: string;
  readonly input: Json;
  readonly pattern: string;
  readonly zone: string;
  readonly nextAt: number;
  readonly createdAt: number;
}

export interface RunPlans {
  /** Replaces one of the same id. */
  putSchedule(schedule: NewSchedule): Promise<void>;
  findSchedule(id: string): Promise<StoredSchedule | undefined>;
  listSchedules(workspace: string): Promise<readonly StoredSchedule[]>;
  pauseSchedule(id: string, isPaused: boolean, nextAt: number): Promise<boolean>;
  removeSchedule(id: string): Promise<boolean>;
  /** Of these flows; of all when undefined. */
  listDue(flows: readonly string[] | undefined, at: number): Promise<readonly StoredSchedule[]>;
  /** Starts the run and sets the next time, unless somebody else did. */
  fire(schedule: StoredSchedule, run: NewRun, nextAt: number): Promise<boolean>;
  /** How many of a key may run at once; no bound when undefined. */
  setLimit(key: string, most: number | undefined, at: number): Promise<void>;
  listLimits(): Promise<readonly { readonly key: string; readonly most: number }[]>;
}

export function createRunPlans(
  db: Kysely<Schema>,
  turns: RunTurns,
  createWithin: (db: Kysely<Schema>, run: NewRun) => ReturnType<Runs['create']>,
): RunPlans {
  return {
    putSchedule: (schedule) => turns.write((locked) => putSchedule(locked, schedule)),
    findSchedule: async (id) => {
      const row = await db
        .selectFrom('run_schedules')
        .selectAll()
        .where('id', '=', toText(id))
        .executeTakeFirst();
      return row && scheduleFromRow(row);
    },
    listSchedules: async (workspace) => {
      const of = db.selectFrom('run_schedules').selectAll().where('workspace', '=', toText(workspace));
      return (await of.orderBy('id').execute()).map(scheduleFromRow);
    },
    pauseSchedule: (id, isPaused, nextAt) =>
      turns.write((locked) => pauseSchedule(locked, { id, isPaused, nextAt })),
    removeSchedule: async (id) => {
      const { numDeletedRows } = await turns.write((locked) =>
        locked.deleteFrom('run_schedules').where('id', '=', toText(id)).executeTakeFirst(),
      );
      return numDeletedRows > 0n;
    },
    listDue: async (flows, at) => {
      if (flows?.length === 0) return [];
      let due = db
        .selectFrom('run_schedules')
        .selectAll()
        .where('is_paused', '=', 0)
        .where('next_at', '<=', at);
      if (flows !== undefined) due = due.where('flow', 'in', [...flows]);
      return (await due.orderBy('next_at').limit(100).execute()).map(scheduleFromRow);
    },
    fire: (schedule, run, nextAt) =>
      turns.transact(async (locked) => {
        if (!(await moveOn(locked, schedule, run, nextAt))) return false;
        await createWithin(locked, run);
        return true;
      }),
    setLimit: async (key, most, at) => {
      await turns.write((locked) => setLimit(locked, { key: toText(key), most, at }));
    },
    listLimits: async () => {
      const rows = await db.selectFrom('run_limits').selectAll().orderBy('limit_key').execute();
      return rows.map(({ limit_key: key, most }) => ({ key, most }));
    },
  };
}

async function putSchedule(db: Kysely<Schema>, schedule: NewSchedule): Promise<void> {
  const { id, workspace, flow, input, pattern, zone, nextAt, createdAt } = schedule;
  const changing = { flow, input: toJsonText(input), pattern, zone, is_paused: 0, next_at: nextAt };
  await db
    .insertInto('run_schedules')
    .values({
      ...changing,
      ...{ id: toText(id), workspace: toText(workspace), created_at: createdAt },
      ...{ last_at: null, last_run: null },
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changing))
    .execute();
}

async function setLimit(
  db: Kysely<Schema>,
  { key, most, at }: { key: string; most: number | undefined; at: number },
): Promise<void> {
  if (most === undefined) {
    await db.deleteFrom('run_limits').where('limit_key', '=', key).execute();
    return;
  }
  await db
    .insertInto('run_limits')
    .values({ limit_key: key, most, changed_at: at })
    .onConflict((conflict) => conflict.column('limit_key').doUpdateSet({ most, changed_at: at }))
    .execute();
}

async function pauseSchedule(
  db: Kysely<Schema>,
  { id, isPaused, nextAt }: { id: string; isPaused: boolean; nextAt: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('run_schedules')
    .set({ is_paused: isPaused ? 1 : 0, next_at: nextAt })
    .where('id', '=', toText(id))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** False when another worker was faster, or somebody paused it. */
async function moveOn(
  db: Kysely<Schema>,
  schedule: StoredSchedule,
  run: NewRun,
  nextAt: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('run_schedules')
    .set({ next_at: nextAt, last_at: run.createdAt, last_run: run.id })
    .where('id', '=', schedule.id)
    .where('next_at', '=', schedule.nextAt)
    .where('is_paused', '=', 0)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
