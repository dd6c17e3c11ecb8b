/**
 * The journal of a run: one row for each path that was visited, with its result once there is one, which is never written over.
 * Everything is written under a hold on the run and comes to nothing when that is not good any more.
 */
import type { Json } from '@keelson/core';
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import { fromJsonText, toJsonText, toText } from './columns.ts';
import type { EngineGaps } from './engine-gaps.ts';
import { isHeld, type RunHold } from './run-queue.ts';
import { approvalFromRow, type StoredApproval, type StoredStep, stepFromRow } from './run-rows.ts';
import type { RunTurns } from './run-turns.ts';
import type { Schema } from './schema.ts';

export type NewStep = Omit<StoredStep, 'epoch'>;

export interface NewRunEvent {
  readonly seq: number;
  readonly at: number;
  readonly kind: string;
  readonly data: Json;
}

export type NewApproval = Omit<
  StoredApproval,
  'decision' | 'decidedAt' | 'decidedBy' | 'note' | 'decisionSignature' | 'usedAt'
>;

/** A step as a pass needs it: of those with a result no more than that, because there may be many. */
export type JournalEntry = Omit<StoredStep, 'seq' | 'epoch' | 'startedAt'> &
  Partial<Pick<StoredStep, 'startedAt'>>;

interface LoadedJournal {
  readonly steps: readonly JournalEntry[];
  /** The number of the run's last change. */
  readonly lastSeq: number;
}

export interface TakenSignal {
  readonly id: string;
  readonly payload: Json;
  readonly sender?: string;
  readonly at: number;
}

/** All writes are false, or undefined, when the hold is not good any more. */
export interface RunJournal {
  load(runId: string): Promise<LoadedJournal>;
  /** All of it or nothing. */
  write(hold: RunHold, steps: readonly NewStep[], events: readonly NewRunEvent[]): Promise<boolean>;
  /** The oldest event of this name that no step took, and the step that takes it with it. */
  takeSignal(
    hold: RunHold,
    name: string,
    toStep: (signal: TakenSignal) => NewStep,
  ): Promise<{ readonly signal?: TakenSignal; readonly isHeld: boolean }>;
  ask(hold: RunHold, approval: NewApproval, step: NewStep): Promise<boolean>;
  findApproval(runId: string, path: string): Promise<StoredApproval | undefined>;
  /** Once: false for everybody who comes later. */
  useApproval(
    hold: RunHold,
    use: { readonly id: string; readonly at: number },
    step: NewStep,
  ): Promise<boolean>;
}

export function createRunJournal(db: Kysely<Schema>, turns: RunTurns, gaps: EngineGaps): RunJournal {
  const write = (locked: Kysely<Schema>, hold: RunHold, step: NewStep): Promise<boolean> =>
    writeStep(locked, gaps, hold, step);
  return {
    load: (runId) => loadJournal(db, runId),
    write: (hold, steps, events) => {
      const [only] = steps;
      if (only !== undefined && steps.length === 1 && events.length === 0)
        return turns.write((locked) => write(locked, hold, only));
      return turns.transact(async (locked) => {
        if (!(await holds(locked, gaps, hold))) return false;
        for (const step of steps) await write(locked, hold, step);
        if (events.length > 0) await addEvents(locked, hold, events);
        return true;
      });
    },
    takeSignal: (hold, name, toStep) =>
      turns.transact(async (locked) => {
        const signal = await takeSignal(locked, gaps, hold, { name, toStep });
        if (signal === undefined) return { isHeld: await holds(locked, gaps, hold) };
        return { signal: signal.taken, isHeld: await write(locked, hold, signal.step) };
      }),
    ask: (hold, approval, step) =>
      turns.transact(async (locked) => {
        if (!(await write(locked, hold, step))) return false;
        await insertApproval(locked, approval);
        return true;
      }),
    findApproval: async (runId, path) => {
      const row = await db
        .selectFrom('run_approvals')
        .selectAll()
        .where('run_id', '=', runId)
        .where('path', '=', toText(path))
        .executeTakeFirst();
      return row && approvalFromRow(row);
    },
    useApproval: (hold, { id, at }, step) =>
      turns.transact(async (locked) => {
        if (!(await holds(locked, gaps, hold))) return false;
        const { numUpdatedRows } = await locked
          .updateTable('run_approvals')
          .set({ used_at: at })
          .where('id', '=', id)
          .where('used_at', 'is', null)
          .executeTakeFirst();
        return numUpdatedRows > 0n && write(locked, hold, step);
      }),
  };
}

async function loadJournal(db: Kysely<Schema>, runId: string): Promise<LoadedJournal> {
  const recorded = await db
    .selectFrom('run_steps')
    .select(['path', 'kind', 'state', 'input_hash', 'outcome'])
    .where('run_id', '=', runId)
    .where('state', 'in', ['done', 'failed'])
    .execute();
  const open = await db
    .selectFrom('run_steps')
    .selectAll()
    .where('run_id', '=', runId)
    .where('state', 'not in', ['done', 'failed'])
    .execute();
  const lastSeq = await findLastChange(db, runId);
  const steps: JournalEntry[] = recorded.map(entryFromRow);
  for (const row of open) steps.push(stepFromRow(row));
  return { steps, lastSeq };
}

/** The number of the last change of a run that everybody sees, 0 for none. */
export async function findLastChange(db: Kysely<Schema>, runId: string): Promise<number> {
  const { rows } = await sql<{ last: number | string | null }>`select max(seq) as last from (
    select max(seq) as seq from run_steps where run_id = ${toText(runId)} union all
    select max(seq) as seq from run_events where run_id = ${toText(runId)}) as changes`.execute(db);
  return Number(rows[0]?.last ?? 0);
}

/** Every step of a run has one when the run goes on: nothing is spread. */
function entryFromRow(
  row: Pick<Selectable<Schema['run_steps']>, 'path' | 'kind' | 'state' | 'input_hash' | 'outcome'>,
): JournalEntry {
  const { path, input_hash: inputHash, outcome } = row;
  const kind = row.kind as StoredStep['kind'];
  const state = row.state as StoredStep['state'];
  // Nearly all of them have both.
  if (inputHash !== null && outcome !== null)
    return { path, kind, state, interrupted: 0, inputHash, outcome };
  const known = { path, kind, state, interrupted: 0 };
  return { ...known, ...(inputHash !== null && { inputHash }), ...(outcome !== null && { outcome }) };
}

async function holds(db: Kysely<Schema>, gaps: EngineGaps, hold: RunHold): Promise<boolean> {
  const { rows } = await sql`select 1 from runs where ${isHeld(hold)} ${gaps.keepUnchanged}`.execute(db);
  return rows.length > 0;
}

const number = (value: number | undefined): RawBuilder<number> => sql`cast(${value ?? null} as bigint)`;
const text = (value: string | undefined): RawBuilder<string> => sql`cast(${value ?? null} as text)`;

async function writeStep(
  db: Kysely<Schema>,
  gaps: EngineGaps,
  hold: RunHold,
  step: NewStep,
): Promise<boolean> {
  const { seq, kind, state, inputHash, outcome, interrupted, wakeAt, subject, startedAt, finishedAt } = step;
  const { numAffectedRows } =
    await sql`insert into run_steps (run_id, path, seq, kind, state, input_hash, outcome,
      interrupted, wake_at, subject, epoch, started_at, finished_at)
    select ${text(hold.runId)}, ${text(toText(step.path))}, ${number(seq)}, ${text(kind)}, ${text(state)}, ${text(inputHash)},
      ${text(outcome)}, ${number(interrupted)}, ${number(wakeAt)}, ${text(subject)}, ${number(hold.epoch)},
      ${number(startedAt)}, ${number(finishedAt)}
    from runs where ${isHeld(hold)} ${gaps.keepUnchanged}
    on conflict (run_id, path) do update set seq = excluded.seq, kind = excluded.kind, state = excluded.state,
      input_hash = excluded.input_hash, outcome = excluded.outcome, interrupted = excluded.interrupted,
      wake_at = excluded.wake_at, subject = excluded.subject, epoch = excluded.epoch,
      started_at = excluded.started_at, finished_at = excluded.finished_at
    where run_steps.state not in ('done', 'failed')`.execute(db);
  return (numAffectedRows ?? 0n) > 0n;
}

async function addEvents(db: Kysely<Schema>, hold: RunHold, events: readonly NewRunEvent[]): Promise<void> {
  const rows = events.map(({ seq, at, kind, data }) => ({
    ...{ run_id: hold.runId, seq, at },
    kind: toText(kind),
    data: toJsonText(data),
  }));
  await db.insertInto('run_events').values(rows).execute();
}

async function takeSignal(
  db: Kysely<Schema>,
  gaps: EngineGaps,
  hold: RunHold,
  { name, toStep }: { name: string; toStep: (signal: TakenSignal) => NewStep },
): Promise<{ taken: TakenSignal; step: NewStep } | undefined> {
  if (!(await holds(db, gaps, hold))) return undefined;
  const row = await db
    .selectFrom('run_signals')
    .selectAll()
    .where('run_id', '=', hold.runId)
    .where('name', '=', toText(name))
    .where('taken_by', 'is', null)
    .orderBy('at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const taken: TakenSignal = {
    ...{ id: row.id, payload: fromJsonText(row.payload), at: row.at },
    ...(row.sender !== null && { sender: row.sender }),
  };
  const step = toStep(taken);
  await db
    .updateTable('run_signals')
    .set({ taken_by: toText(step.path) })
    .where('run_id', '=', hold.runId)
    .where('id', '=', row.id)
    .execute();
  return { taken, step };
}

async function insertApproval(db: Kysely<Schema>, approval: NewApproval): Promise<void> {
  const { id, runId, path, workspace, inputHash, asked, createdAt, expiresAt, signature } = approval;
  await db
    .insertInto('run_approvals')
    .values({
      ...{ id, run_id: runId, path: toText(path), workspace: toText(workspace), input_hash: inputHash },
      ...{ asked: toJsonText(asked), created_at: createdAt, expires_at: expiresAt, signature },
      ...{ decision: null, decided_at: null, decided_by: null, note: null },
      ...{ decision_signature: null, used_at: null },
    })
    // A worker that died between asking and noting it comes by again.
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
