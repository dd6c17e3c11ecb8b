/**
 * Who works on which run. A worker takes runs, keeps them by counting its beat up, and lets go of them; one whose beat stands
 * still is buried by the others, and its runs are taken anew. Whoever writes for a run names the epoch in which he took it: after
 * he was buried, nothing of his is written any more.
 */
import type { Json } from '@keelson/core';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { fromJsonText, toJsonText, toText } from './columns.ts';
import type { EngineGaps } from './engine-gaps.ts';
import {
  graphOf,
  type RunFailure,
  type RunState,
  type RunWait,
  runFromRow,
  type StoredRun,
} from './run-rows.ts';
import type { RunRow } from './run-schema.ts';
import type { RunTurns } from './run-turns.ts';
import { tellRelatives } from './run-wakes.ts';
import type { Schema } from './schema.ts';

export interface RunWorkerEntry {
  readonly id: string;
  readonly host: string;
  readonly startedAt: number;
  readonly beat: number;
  readonly graphs: readonly string[];
}

/** By which a worker shows that a run is still his. */
export interface RunHold {
  readonly runId: string;
  readonly owner: string;
  readonly epoch: number;
}

export interface TakenRun {
  readonly run: StoredRun;
  readonly hold: RunHold;
  /** How often something had happened to it by then. */
  readonly wakes: number;
  readonly lastSeq: number;
}

interface Taking {
  readonly owner: string;
  readonly graphs: readonly string[];
  readonly most: number;
  readonly at: number;
  /** These runs and no others; all when left out. */
  readonly only?: readonly string[] | undefined;
}

interface Parking {
  /** Null where only news can wake it. */
  readonly wakeAt: number | null;
  /** As they were when it was taken; where there are more by now, it is taken again at once. */
  readonly wakes: number;
  readonly waits: readonly RunWait[];
  readonly lastSeq: number;
  readonly at: number;
}

interface RunEnding {
  readonly state: Extract<RunState, 'completed' | 'failed' | 'cancelled' | 'stopped'>;
  readonly output?: Json;
  readonly error?: RunFailure;
  readonly lastSeq: number;
  readonly at: number;
  /** Nobody waits for it, and it has no children that would have to end: one statement will do. */
  readonly isAlone?: boolean;
}

export interface RunQueue {
  register(worker: Omit<RunWorkerEntry, 'beat'>): Promise<void>;
  /** False when it has been buried. */
  beat(id: string): Promise<boolean>;
  listWorkers(): Promise<readonly RunWorkerEntry[]>;
  /** Unless it has moved since; how many runs are free again, undefined when somebody else was faster. */
  bury(id: string, beat: number, at: number): Promise<number | undefined>;
  /** Frees what belongs to nobody that is registered: a worker took it in the moment in which it was buried. How many. */
  freeOrphans(at: number): Promise<number>;
  /** Runs of these graphs whose time has come, the longest waiting first. None for a worker that has been buried. */
  take(taking: Taking): Promise<readonly TakenRun[]>;
  /** What a worker knows by now. */
  setGraphs(id: string, graphs: readonly string[]): Promise<void>;
  /** Whether there are runs that a worker may take, or flows and schedules that some may come from. */
  hasWork(): Promise<boolean>;
  /** Flows and versions of runs whose time has come and that nobody has. */
  listDue(at: number): Promise<readonly { readonly flow: string; readonly version: string }[]>;
  /** False when the run is not his any more, as with `end` and `release`. */
  park(hold: RunHold, parking: Parking): Promise<boolean>;
  end(hold: RunHold, ending: RunEnding): Promise<boolean>;
  /** Somebody may take it again from then on. */
  release(hold: RunHold, availableAt: number): Promise<boolean>;
  /** The runs that this worker has, some of which somebody may want to end. */
  listHeld(owner: string): Promise<readonly { readonly hold: RunHold; readonly cancelReason?: string }[]>;
  /** Stops runs whose time has come and whose flow no worker knows in this version; how many. */
  stopUnknown(
    graph: { readonly flow: string; readonly version: string },
    at: number,
    error: RunFailure,
  ): Promise<number>;
}

export function createRunQueue(db: Kysely<Schema>, turns: RunTurns, gaps: EngineGaps): RunQueue {
  return {
    register: async ({ id, host, startedAt, graphs }) => {
      const row = { id, host: toText(host), started_at: startedAt, beat: 1, graphs: toJsonText(graphs) };
      await turns.write((locked) => locked.insertInto('run_workers').values(row).execute());
    },
    // The disk need not be waited for: a beat that is lost was one of a machine that is gone.
    beat: async (id) => {
      const { numUpdatedRows } = await db
        .updateTable('run_workers')
        .set({ beat: sql`beat + 1` })
        .where('id', '=', id)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    listWorkers: async () => {
      const rows = await db.selectFrom('run_workers').selectAll().orderBy('id').execute();
      return rows.map(({ id, host, started_at, beat, graphs }) => ({
        ...{ id, host, startedAt: started_at, beat },
        graphs: fromJsonText<string[]>(graphs),
      }));
    },
    bury: (id, beat, at) => turns.transact((locked) => buryWorker(locked, { id, beat, at })),
    freeOrphans: (at) => turns.write((locked) => freeOrphans(locked, at)),
    take: (taking) => takeRuns(db, turns, gaps, taking),
    setGraphs: async (id, graphs) => {
      await db
        .updateTable('run_workers')
        .set({ graphs: toJsonText(graphs) })
        .where('id', '=', id)
        .execute();
    },
    hasWork: () => hasWork(db),
    listDue: (at) =>
      db
        .selectFrom('runs')
        .select(['flow', 'version'])
        .distinct()
        .where('available_at', '<=', at)
        .where('lease_owner', 'is', null)
        .execute(),
    park: (hold, parking) => turns.write((locked) => parkRun(locked, hold, parking)),
    end: (hold, ending) => {
      const end = (locked: Kysely<Schema>): Promise<boolean> => endRun(locked, hold, ending);
      return ending.isAlone === true ? turns.write(end) : turns.transact(end);
    },
    release: (hold, availableAt) =>
      turns.write(async (locked) => {
        const { numUpdatedRows } = await locked
          .updateTable('runs')
          .set({ state: 'pending', lease_owner: null, available_at: availableAt })
          .where(isHeld(hold))
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    listHeld: (owner) => listHeld(db, owner),
    stopUnknown: ({ flow, version }, at, error) =>
      turns.transact((locked) => stopUnknown(locked, { graph: graphOf(flow, version), at, error })),
  };
}

async function listHeld(
  db: Kysely<Schema>,
  owner: string,
): Promise<{ hold: RunHold; cancelReason?: string }[]> {
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'epoch', 'cancel_reason'])
    .where('lease_owner', '=', owner)
    .execute();
  return rows.map(({ id, epoch, cancel_reason: reason }) => ({
    hold: { runId: id, owner, epoch },
    ...(reason !== null && { cancelReason: reason }),
  }));
}

async function hasWork(db: Kysely<Schema>): Promise<boolean> {
  const any = sql<number>`select 1 as found where exists (select 1 from runs where available_at is not null)
    or exists (select 1 from runs where lease_owner is not null) or exists (select 1 from flow_heads)
    or exists (select 1 from run_schedules)`;
  return (await any.execute(db)).rows.length > 0;
}

/** Whether the run is still his, as a condition on `runs`. */
export function isHeld({ runId, owner, epoch }: RunHold): RawBuilder<boolean> {
  return sql<boolean>`runs.id = ${runId} and runs.lease_owner = ${owner} and runs.epoch = cast(${epoch} as bigint)`;
}

async function buryWorker(
  db: Kysely<Schema>,
  { id, beat, at }: { id: string; beat: number; at: number },
): Promise<number | undefined> {
  const dead = await db
    .deleteFrom('run_workers')
    .where('id', '=', id)
    .where('beat', '=', beat)
    .returning('id')
    .executeTakeFirst();
  if (dead === undefined) return undefined;
  const { numUpdatedRows } = await db
    .updateTable('runs')
    .set({ state: 'pending', lease_owner: null, available_at: at })
    .where('lease_owner', '=', id)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

async function freeOrphans(db: Kysely<Schema>, at: number): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('runs')
    .set({ state: 'pending', lease_owner: null, available_at: at })
    .where('lease_owner', 'is not', null)
    .where(sql<boolean>`not exists (select 1 from run_workers where run_workers.id = runs.lease_owner)`)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

const isRegistered = (owner: string): RawBuilder<boolean> =>
  sql<boolean>`exists (select 1 from run_workers where run_workers.id = ${owner})`;

const taken = (owner: string) => ({
  state: 'running',
  lease_owner: owner,
  epoch: sql<number>`epoch + 1`,
  available_at: null,
});

async function takeRuns(
  db: Kysely<Schema>,
  turns: RunTurns,
  gaps: EngineGaps,
  taking: Taking,
): Promise<TakenRun[]> {
  const { graphs, most, only } = taking;
  if (graphs.length === 0 || most < 1 || only?.length === 0) return [];
  const free = await turns.write((locked) => takeFree(locked, gaps, taking));
  if (free.length >= most) return free;
  const limited = await takeLimited(db, turns, { ...taking, most: most - free.length });
  return [...free, ...limited];
}

/** Those that no limit binds, in one statement. */
async function takeFree(
  db: Kysely<Schema>,
  gaps: EngineGaps,
  { owner, graphs, most, at, only }: Taking,
): Promise<TakenRun[]> {
  const named = only === undefined ? sql`` : sql`and id in (${sql.join(only)})`;
  const chosen = sql<string>`(select id from runs where available_at <= cast(${at} as bigint) and limit_key is null
    and graph in (${sql.join(graphs)}) ${named} and ${isRegistered(owner)} order by available_at, id limit ${sql.lit(most)} ${gaps.skipTaken})`;
  const rows = await db
    .updateTable('runs')
    .set({ ...taken(owner), started_at: sql`coalesce(started_at, cast(${at} as bigint))` })
    .where('id', 'in', chosen)
    .where('available_at', '<=', at)
    .returningAll()
    .execute();
  return rows.map(toTaken);
}

/** Those of a key that only so many may run of: its row is locked while they are counted. */
async function takeLimited(
  db: Kysely<Schema>,
  turns: RunTurns,
  { owner, graphs, most, at, only }: Taking,
): Promise<TakenRun[]> {
  const room = sql<boolean>`not exists (select 1 from run_limits where run_limits.limit_key = runs.limit_key
    and most <= (select count(*) from runs as busy where busy.limit_key = runs.limit_key and busy.lease_owner is not null))`;
  let due = db.selectFrom('runs').select(['id', 'limit_key']);
  if (only !== undefined) due = due.where('id', 'in', [...only]);
  const candidates = await due
    .where('available_at', '<=', at)
    .where('limit_key', 'is not', null)
    .where('graph', 'in', [...graphs])
    .where(room)
    .orderBy('available_at')
    .orderBy('id')
    .limit(most)
    .execute();
  const all: TakenRun[] = [];
  for (const { id, limit_key: key } of candidates) {
    const one = await turns.transact(async (locked) => {
      await locked
        .updateTable('run_limits')
        .set({ changed_at: sql`changed_at` })
        .where('limit_key', '=', key as string)
        .execute();
      return locked
        .updateTable('runs')
        .set({ ...taken(owner), started_at: sql`coalesce(started_at, cast(${at} as bigint))` })
        .where('id', '=', id)
        .where('available_at', '<=', at)
        .where(room)
        .where(isRegistered(owner))
        .returningAll()
        .executeTakeFirst();
    });
    if (one !== undefined) all.push(toTaken(one));
  }
  return all;
}

function toTaken(row: RunRow): TakenRun {
  const hold = { runId: row.id, owner: row.lease_owner as string, epoch: row.epoch };
  return { run: runFromRow(row), hold, wakes: row.wakes, lastSeq: row.last_seq };
}

async function parkRun(db: Kysely<Schema>, hold: RunHold, parking: Parking): Promise<boolean> {
  const { wakeAt, wakes, waits, lastSeq, at } = parking;
  const { numUpdatedRows } = await db
    .updateTable('runs')
    .set({
      state: 'waiting',
      lease_owner: null,
      waits: toJsonText(waits),
      last_seq: lastSeq,
      available_at: sql`case when wakes <> cast(${wakes} as bigint) then cast(${at} as bigint) else cast(${wakeAt} as bigint) end`,
    })
    .where(isHeld(hold))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function endRun(db: Kysely<Schema>, hold: RunHold, ending: RunEnding): Promise<boolean> {
  const { state, output, error, lastSeq, at } = ending;
  const ended = await db
    .updateTable('runs')
    .set({
      state,
      lease_owner: null,
      available_at: null,
      waits: null,
      output: output === undefined ? null : toJsonText(output),
      error: error === undefined ? null : toJsonText(error),
      finished_at: state === 'stopped' ? null : at,
      last_seq: lastSeq,
    })
    .where(isHeld(hold))
    .returning(['id', 'parent_id'])
    .executeTakeFirst();
  if (ended === undefined) return false;
  const why = state === 'cancelled' && error !== undefined ? { error } : {};
  if (state !== 'stopped') await tellRelatives(db, { ...ended, at, ...why });
  return true;
}

interface Stopping {
  readonly graph: string;
  readonly at: number;
  readonly error: RunFailure;
}

async function stopUnknown(db: Kysely<Schema>, { graph, at, error }: Stopping): Promise<number> {
  const workers = await db.selectFrom('run_workers').select('graphs').execute();
  if (workers.some(({ graphs }) => fromJsonText<string[]>(graphs).includes(graph))) return 0;
  const { numUpdatedRows } = await db
    .updateTable('runs')
    .set({ state: 'stopped', available_at: null, error: toJsonText(error) })
    .where('graph', '=', graph)
    .where('available_at', '<=', at)
    .where('lease_owner', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
