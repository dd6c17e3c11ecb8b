/** What wakes a run or ends it from outside: the few updates that several query files of durable runs share. */
import { type Kysely, sql } from 'kysely';
import { toJsonText } from './columns.ts';
import { endStates, type RunFailure } from './run-rows.ts';
import type { Schema } from './schema.ts';

/** One that waits may be taken at once; one that is under way notices before it lets go of itself. */
export async function wakeRun(db: Kysely<Schema>, id: string, at: number): Promise<void> {
  await db
    .updateTable('runs')
    .set({
      wakes: sql`wakes + 1`,
      available_at: sql`case when state = 'waiting' and lease_owner is null then cast(${at} as bigint) else available_at end`,
    })
    .where('id', '=', id)
    .where('state', 'not in', [...endStates])
    .execute();
}

/** No worker has it: it is over here and now, and who waits for it hears of it. */
export async function endOfUnclaimed(
  db: Kysely<Schema>,
  id: string,
  at: number,
  error: RunFailure,
): Promise<void> {
  const ended = await db
    .updateTable('runs')
    .set({
      state: 'cancelled',
      error: toJsonText(error),
      finished_at: at,
      available_at: null,
      waits: null,
    })
    .where('id', '=', id)
    .where('lease_owner', 'is', null)
    .where('state', 'not in', [...endStates])
    .returning(['id', 'parent_id'])
    .executeTakeFirst();
  if (ended !== undefined) await tellRelatives(db, { ...ended, at, error });
}

interface Ended {
  readonly id: string;
  readonly parent_id: string | null;
  readonly at: number;
  /** Why its children are to end as well; none where they may go on. */
  readonly error?: RunFailure;
}

/** The parent may wait for it, and the children of one that was cancelled have nobody left to work for. */
export async function tellRelatives(db: Kysely<Schema>, { id, parent_id, at, error }: Ended): Promise<void> {
  if (parent_id !== null) await wakeRun(db, parent_id, at);
  if (error === undefined) return;
  const children = await db
    .updateTable('runs')
    .set({ cancel_reason: error.message })
    .where('parent_id', '=', id)
    .where('state', 'not in', [...endStates])
    .returning('id')
    .execute();
  for (const child of children) {
    await wakeRun(db, child.id, at);
    await endOfUnclaimed(db, child.id, at, error);
  }
}
